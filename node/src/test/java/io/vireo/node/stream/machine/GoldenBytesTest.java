package io.vireo.node.stream.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.bootstrap.replay.ReplyStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Bytes of each command, query and answer, of a reply and of a snapshot, as they stand in logs and checkpoints. Whoever changes one of them on
 * purpose changes a version, docs/STREAM.md and the resource, in this order.
 */
class GoldenBytesTest {
    private static final String RESOURCE = "metadata-bytes.txt";

    @Test
    void shouldWriteTheBytesThatStandInLogs() throws IOException {
        assertEquals(String.join("\n", golden()), String.join("\n", found()));
    }

    static List<String> found() {
        final List<String> found = new ArrayList<>();
        final Actor actor = new Actor(0x01020304, 0x05060708090a0b0cL);
        for (final MetadataCommand command : Samples.commands()) {
            add(found, "command " + command.operation(), command.encode(actor));
        }
        for (final MetadataQuery query : Samples.queries()) {
            add(found, "query " + query.kind(), query.encode(actor));
        }
        final MetadataMachine machine = Samples.machine();
        for (final MetadataQuery query : Samples.queries()) {
            final Machines.Result answer = Machines.read(
                    machine, query, query.kind().isOfSystem() ? Actor.SYSTEM : Samples.root(machine), 4096);
            assertEquals(ReplyStatus.OK, answer.status(), query::toString);
            add(found, "answer " + query.kind(), answer.body());
        }
        add(found, "snapshot", Machines.snapshot(machine));
        final Machines.Result reply =
                Machines.apply(machine, new SystemCommands.LeaveNode(1, 9, 1), Actor.SYSTEM, 0x123456789aL);
        add(found, "reply", reply.body());
        return found;
    }

    private static void add(final List<String> lines, final String what, final byte[] bytes) {
        lines.add(what + " " + HexFormat.of().formatHex(bytes));
    }

    private static List<String> golden() throws IOException {
        try (InputStream in = GoldenBytesTest.class.getResourceAsStream(RESOURCE)) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }
}
