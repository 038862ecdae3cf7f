package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Numbers of the protocol: commands and errors. */
class CommandCodeTest {
    private static final Set<Integer> CODES = new TreeSet<>(List.of(
            1, 10, 11, 12, 20, 21, 22, 31, 32, 33, 34, 35, 36, 37, 38, 39, 41, 42, 43, 44, 100, 101, 102, 120, 121, 122,
            200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 304, 305, 402, 403, 503, 600, 601, 602, 603, 604, 605));

    @Test
    void shouldKnowEachNumberOfTheTableAndNoOther() {
        for (int code = -1; code < 1000; code++) {
            final CommandCode command = CommandCode.ofCode(code);
            if (CODES.contains(code)) {
                assertNotNull(command, "code " + code);
                assertEquals(code, command.code());
            } else {
                assertNull(command, "code " + code);
            }
        }
        assertNull(CommandCode.ofCode(Integer.MIN_VALUE));
        assertNull(CommandCode.ofCode(Integer.MAX_VALUE));
    }

    @Test
    void shouldNeedALoginForAllButPingAndTheLogins() {
        for (final CommandCode command : CommandCode.values()) {
            assertEquals(!List.of(1, 38, 44).contains(command.code()), command.needsLogin(), command.toString());
        }
    }

    @Test
    void shouldFindEachErrorByItsNumber() {
        int previous = 0;
        for (final IggyError error : IggyError.values()) {
            assertSame(error, IggyError.ofCode(error.code()));
            assertTrue(error.code() > previous, error + " is out of order");
            previous = error.code();
        }
        assertNull(IggyError.ofCode(LegacyFrame.STATUS_OK));
        assertNull(IggyError.ofCode(58));
    }

    /** Those which clients tell apart; the numbers by which they do are their source. */
    @Test
    void shouldGiveErrorsTheNumbersThatClientsKnow() {
        assertSame(IggyError.INVALID_COMMAND, IggyError.ofCode(3));
        assertSame(IggyError.FEATURE_UNAVAILABLE, IggyError.ofCode(5));
        assertSame(IggyError.INVALID_IDENTIFIER, IggyError.ofCode(6));
        assertSame(IggyError.RESOURCE_NOT_FOUND, IggyError.ofCode(20));
        assertSame(IggyError.UNAUTHENTICATED, IggyError.ofCode(40));
        assertSame(IggyError.UNAUTHORIZED, IggyError.ofCode(41));
        assertSame(IggyError.INVALID_CREDENTIALS, IggyError.ofCode(42));
        assertSame(IggyError.USER_ALREADY_EXISTS, IggyError.ofCode(46));
        assertSame(IggyError.INVALID_UTF8, IggyError.ofCode(81));
        assertSame(IggyError.STREAM_ID_NOT_FOUND, IggyError.ofCode(1009));
        assertSame(IggyError.STREAM_NAME_ALREADY_EXISTS, IggyError.ofCode(1012));
        assertSame(IggyError.TOPIC_ID_NOT_FOUND, IggyError.ofCode(2010));
        assertSame(IggyError.TOPIC_NAME_ALREADY_EXISTS, IggyError.ofCode(2013));
        assertSame(IggyError.TOO_MANY_PARTITIONS, IggyError.ofCode(2015));
        assertSame(IggyError.PARTITION_NOT_FOUND, IggyError.ofCode(3007));
        assertSame(IggyError.CONSUMER_OFFSET_NOT_FOUND, IggyError.ofCode(3021));
        assertSame(IggyError.NOT_RESOLVED_CONSUMER, IggyError.ofCode(3022));
        assertSame(IggyError.TOO_BIG_MESSAGE_PAYLOAD, IggyError.ofCode(4022));
        assertSame(IggyError.INVALID_OFFSET, IggyError.ofCode(4100));
        assertSame(IggyError.CONSUMER_GROUP_ID_NOT_FOUND, IggyError.ofCode(5000));
        assertSame(IggyError.CONSUMER_GROUP_NAME_ALREADY_EXISTS, IggyError.ofCode(5004));
        assertSame(IggyError.CONSUMER_GROUP_MEMBER_NOT_FOUND, IggyError.ofCode(5006));
    }
}
