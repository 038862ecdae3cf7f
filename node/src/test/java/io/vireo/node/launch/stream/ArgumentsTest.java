package io.vireo.node.launch.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.client.iggy.PollStart;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permission;
import io.vireo.node.stream.Permissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @Test
    void shouldTakeDigitsForANumberAndAllElseForAName() {
        assertEquals(Identifier.of(0), Arguments.identifier("stream", "0"));
        assertEquals(Identifier.of(-1), Arguments.identifier("stream", "4294967295"));
        assertEquals(Identifier.of("shop"), Arguments.identifier("stream", "shop"));
        assertEquals(Identifier.of("7"), Arguments.identifier("stream", "name:7"));
        assertEquals(Identifier.of("-1"), Arguments.identifier("stream", "-1"));
        refused("stream 4294967296: no number", () -> Arguments.identifier("stream", "4294967296"));
        refused("1 to 255 bytes, this one 0", () -> Arguments.identifier("stream", "name:"));
        refused("1 to 255 bytes, this one 256", () -> Arguments.identifier("stream", "\u00e4".repeat(128)));
    }

    @Test
    void shouldKnowEveryWayInWhichAPollCanBegin() {
        assertEquals(PollStart.FIRST, Arguments.start("first"));
        assertEquals(PollStart.NEXT, Arguments.start("next"));
        assertEquals(PollStart.LAST, Arguments.start("last"));
        assertEquals(1, Arguments.lastCount("last"));
        assertEquals(PollStart.LAST, Arguments.start("last:20"));
        assertEquals(20, Arguments.lastCount("last:20"));
        assertEquals(PollStart.offset(5), Arguments.start("offset:5"));
        assertEquals(PollStart.timestamp(1_000_001), Arguments.start("timestamp:1000001"));
        assertEquals(PollStart.timestamp(1_000_001), Arguments.start("timestamp:1970-01-01T00:00:01.000001Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "frist",
                "first:1",
                "next:",
                "last:0",
                "last:-1",
                "last:1234567",
                "offset",
                "offset:",
                "offset:-1",
                "offset:x",
                "offset:9999999999999999999",
                "timestamp",
                "timestamp:yesterday",
                "timestamp:-5"
            })
    void shouldRefuseWhatIsNoBeginning(final String text) {
        refused("--from ", () -> Arguments.start(text));
    }

    @Test
    void shouldReadTimesAndSizesWithTheirUnits() {
        assertEquals(0, Arguments.expiryUs(null), "as the cluster has it");
        assertEquals(-1, Arguments.expiryUs("never"));
        assertEquals(1_000_000, Arguments.expiryUs("1s"));
        assertEquals(7L * 86_400 * 1_000_000, Arguments.expiryUs("7d"));
        assertEquals(0, Arguments.maxSize(null), "as the cluster has it");
        assertEquals(-1, Arguments.maxSize("unlimited"));
        assertEquals(5, Arguments.maxSize("5"));
        assertEquals(3L << 40, Arguments.maxSize("3TiB"));
        for (final String wrong : List.of("", "s", "7", "0s", "-1s", "1w", "99999999999999999999d", "9999999999999d")) {
            refused("--expiry is \"" + wrong + "\"", () -> Arguments.expiryUs(wrong));
        }
        for (final String wrong : List.of("", "KiB", "0", "-1", "1KB", "99999999999TiB")) {
            refused("--max-size is \"" + wrong + "\"", () -> Arguments.maxSize(wrong));
        }
    }

    @Test
    void shouldPutPermissionsTogether() {
        assertTrue(Arguments.permissions(null).isEmpty());
        assertEquals(Permissions.ALL, Arguments.permissions(List.of("all")).orElseThrow());
        assertEquals(
                Permission.READ_STREAMS.bit() | Permission.POLL_MESSAGES.bit(),
                Arguments.permissions(List.of("poll-messages", "read-streams"))
                        .orElseThrow()
                        .global());
        refused("there is no \"read\"", () -> Arguments.permissions(List.of("all", "read")));
    }

    private static void refused(final String text, final Runnable call) {
        final OperatorException refusal = assertThrows(OperatorException.class, call::run);
        assertTrue(refusal.getMessage().contains(text), refusal.getMessage());
    }
}
