package io.vireo.node.stream.machine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.stream.NodeNumber;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Numbers at the ends of their ranges, in the place of every four and of every eight bytes of each command and query. What throws out of a
 * committed op stops every replica, and each of them again when it replays.
 */
class ExtremeNumbersTest {
    private static final long[] VALUES = {
        0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 0xffff_ffffL
    };
    private static final int LIMIT = 4096;

    @Test
    void shouldAnswerEachCommandWhateverItsNumbersAre() {
        final Set<MetadataOperation> met = EnumSet.noneOf(MetadataOperation.class);
        for (final MetadataCommand command : Samples.commands()) {
            met.add(command.operation());
            final byte[] body = command.encode(Actor.SYSTEM);
            final byte[] before = Machines.snapshot(Samples.machine());
            for (int width = Integer.BYTES; width <= Long.BYTES; width += Integer.BYTES) {
                for (int at = MetadataCommand.PREFIX_LENGTH; at + width <= body.length; at++) {
                    for (final long value : VALUES) {
                        final MetadataMachine machine = Machines.restore(before, Samples.emptyMachine());
                        final byte[] changed = changed(body, at, width, value);
                        final Machines.Result result = assertDoesNotThrow(
                                () -> Machines.apply(
                                        machine, command.operation().code(), changed, 0, 50),
                                () -> command + " with " + value);
                        check(result.status());
                        final byte[] after = Machines.snapshot(machine);
                        assertArrayEquals(after, Machines.snapshot(Machines.restore(after, Samples.emptyMachine())));
                    }
                }
            }
        }
        assertEquals(EnumSet.allOf(MetadataOperation.class), met);
    }

    @Test
    void shouldAnswerEachQueryWhateverItsNumbersAre() {
        final Set<QueryKind> met = EnumSet.noneOf(QueryKind.class);
        final MetadataMachine machine = Samples.machine();
        for (final MetadataQuery query : Samples.queries()) {
            met.add(query.kind());
            final byte[] body = query.encode(Actor.SYSTEM);
            for (int width = Integer.BYTES; width <= Long.BYTES; width += Integer.BYTES) {
                for (int at = MetadataQuery.PREFIX_LENGTH; at + width <= body.length; at++) {
                    for (final long value : VALUES) {
                        final byte[] changed = changed(body, at, width, value);
                        check(assertDoesNotThrow(
                                        () -> Machines.read(machine, changed, 0, LIMIT), () -> query + " with " + value)
                                .status());
                    }
                }
            }
        }
        assertEquals(EnumSet.allOf(QueryKind.class), met);
    }

    /** A member is at a process of a replica. */
    @Test
    void shouldRefuseANodeThatIsNone() {
        final MetadataMachine machine = Samples.machine();
        for (final int node : new int[] {NodeNumber.END, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            for (final MetadataCommand command : Samples.ofNode(node)) {
                assertEquals(
                        ReplyStatus.MALFORMED,
                        Machines.apply(machine, command, Actor.SYSTEM, 50).status(),
                        command::toString);
            }
        }
        for (final int node : new int[] {6, NodeNumber.END - 1}) {
            for (final MetadataCommand command : Samples.ofNode(node)) {
                assertTrue(
                        Machines.apply(machine, command, Actor.SYSTEM, 50).status() != ReplyStatus.MALFORMED,
                        command::toString);
            }
        }
        for (final int processes : new int[] {2, 0, -1, NodeNumber.PROCESSES_MAX + 1}) {
            final MetadataCommand command = new SystemCommands.LeaveNode(NodeNumber.of(1, 2), 1, processes);
            assertEquals(
                    ReplyStatus.MALFORMED,
                    Machines.apply(machine, command, Actor.SYSTEM, 50).status(),
                    "this process is among them");
        }
    }

    private static void check(final int status) {
        assertTrue(
                status == ReplyStatus.MALFORMED
                        || status == ReplyStatus.TOO_LARGE
                        || MachineStatus.toStream(status) >= 0,
                () -> "status " + status);
    }

    private static byte[] changed(final byte[] body, final int at, final int width, final long value) {
        final UnsafeBuffer changed = new UnsafeBuffer(body.clone());
        if (width == Integer.BYTES) {
            changed.putInt(at, (int) value, LITTLE_ENDIAN);
        } else {
            changed.putLong(at, value, LITTLE_ENDIAN);
        }
        return changed.byteArray();
    }
}
