package io.vireo.node.stream.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.log.Logs;
import io.vireo.node.log.Reads;
import io.vireo.node.stream.Identifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The composite over parts that are state machines of their own: the metadata, a second one in the place of partitions, and a log. */
class StreamStateMachineTest {
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(1)
            .groupCount(1)
            .namespacesMax(10)
            .conclude();

    private final MetadataMachine metadata = new MetadataMachine(Machines.LIMITS, 1);
    private final LogStateMachine log = Logs.open(CONFIG, 0);

    @Test
    void shouldAskThePartThatTheOperationBelongsTo() {
        final StateMachine both = new StreamStateMachine(metadata, log);
        final Machines.Result created =
                Machines.apply(both, new StreamCommands.CreateStream("orders"), Actor.SYSTEM, 1);
        assertEquals(ReplyStatus.OK, created.status());
        assertEquals("orders", metadata.state().streams().find(Identifier.of(0)).name());
        final Machines.Result appended =
                Machines.apply(both, LogStateMachine.OPERATION_APPEND, "entry".getBytes(UTF_8), 7, 1);
        assertEquals(ReplyStatus.OK, appended.status());
        assertEquals(1, log.end(7));
        assertArrayEquals("entry".getBytes(UTF_8), Reads.entry(log, 7, 0));
        // The log knows one operation only, the metadata's range has gaps: both say so themselves.
        for (final int operation : new int[] {MetadataOperation.FIRST - 1, MetadataOperation.LAST, 64}) {
            assertEquals(
                    ReplyStatus.MALFORMED,
                    Machines.apply(both, operation, new byte[16], 0, 1).status());
        }

        final Machines.Result streams = Machines.read(both, new TopicQueries.GetStreams(0), Actor.SYSTEM, 100);
        assertEquals(
                List.of(new Answers.StreamInfo(0, 1, 0, "orders")),
                Answers.decode(streams.body(), in -> Answers.Page.read(in, Answers.StreamInfo::read))
                        .entries());
        final byte[] logQuery = new byte[LogStateMachine.QUERY_LENGTH];
        assertEquals(ReplyStatus.OK, Machines.read(both, logQuery, 7, 100).status());
        assertEquals(
                ReplyStatus.MALFORMED, Machines.read(both, new byte[0], 0, 100).status());
    }

    @Test
    void shouldSayThatThePartIsElsewhereWhenTheGroupDoesNotHostIt() {
        final StateMachine onlyMetadata = new StreamStateMachine(metadata, null);
        final StateMachine onlyPartitions = new StreamStateMachine(null, log);
        final MetadataCommand command = new StreamCommands.CreateStream("orders");
        assertEquals(
                ReplyStatus.UNKNOWN_NAMESPACE,
                Machines.apply(onlyPartitions, command, Actor.SYSTEM, 1).status());
        assertEquals(
                ReplyStatus.UNKNOWN_NAMESPACE,
                Machines.apply(onlyMetadata, LogStateMachine.OPERATION_APPEND, new byte[0], 0, 1)
                        .status());
        assertEquals(
                ReplyStatus.UNKNOWN_NAMESPACE,
                Machines.read(onlyPartitions, new TopicQueries.GetStreams(0), Actor.SYSTEM, 100)
                        .status());
        assertEquals(
                ReplyStatus.UNKNOWN_NAMESPACE,
                Machines.read(onlyMetadata, new byte[LogStateMachine.QUERY_LENGTH], 0, 100)
                        .status());
    }

    @Test
    void shouldComeBackFromASnapshotInBothParts() {
        final MetadataMachine second = new MetadataMachine(Machines.LIMITS, 2);
        Machines.apply(metadata, new StreamCommands.CreateStream("orders"), Actor.SYSTEM, 1);
        Machines.apply(second, new StreamCommands.CreateStream("others"), Actor.SYSTEM, 1);
        final byte[] bytes = Machines.snapshot(new StreamStateMachine(metadata, second));
        final MetadataMachine restored = new MetadataMachine(Machines.LIMITS, 1);
        final MetadataMachine restoredSecond = new MetadataMachine(Machines.LIMITS, 2);
        Machines.restore(bytes, new StreamStateMachine(restored, restoredSecond));
        assertArrayEquals(Machines.snapshot(metadata), Machines.snapshot(restored));
        assertArrayEquals(Machines.snapshot(second), Machines.snapshot(restoredSecond));
        assertEquals(bytes.length, 16 + Machines.snapshot(metadata).length + Machines.snapshot(second).length);
    }

    /** Checkpoints keep replies at this size: a group that gets another part opens with what it has. */
    @Test
    void shouldKeepTheSizeOfRepliesWhateverPartsThereAre() {
        assertEquals(24, MetadataReply.LENGTH);
        for (final StateMachine machine : List.of(
                new StreamStateMachine(metadata, log),
                new StreamStateMachine(metadata, null),
                new StreamStateMachine(null, log),
                new StreamStateMachine(null, null))) {
            assertEquals(24, machine.replySizeMax());
        }
    }

    @Test
    void shouldGoOnFromASnapshotOfTheTimeWithoutPartitions() {
        Machines.apply(metadata, new StreamCommands.CreateStream("orders"), Actor.SYSTEM, 1);
        final byte[] bytes = Machines.snapshot(new StreamStateMachine(metadata, null));
        final MetadataMachine restored = new MetadataMachine(Machines.LIMITS, 1);
        final StateMachine both = Machines.restore(bytes, new StreamStateMachine(restored, log));
        assertArrayEquals(Machines.snapshot(metadata), Machines.snapshot(restored));
        assertEquals(
                ReplyStatus.OK,
                Machines.apply(both, LogStateMachine.OPERATION_APPEND, "entry".getBytes(UTF_8), 7, 1)
                        .status());
        final String message = refused(bytes, both);
        assertTrue(message.contains("has them in its snapshot"), message);
    }

    @Test
    void shouldRefuseASnapshotOfOtherParts() {
        final byte[] bytes = Machines.snapshot(new StreamStateMachine(metadata, null));
        refused(bytes, new StreamStateMachine(null, null));
        refused(bytes, new StreamStateMachine(null, new MetadataMachine(Machines.LIMITS, 1)));
        refused(bytes, new StreamStateMachine(new MetadataMachine(Machines.LIMITS, 2), null));
        for (int length = 0; length < bytes.length; length++) {
            refused(
                    Arrays.copyOf(bytes, length),
                    new StreamStateMachine(new MetadataMachine(Machines.LIMITS, 1), null));
        }
        refused(
                Arrays.copyOf(bytes, bytes.length + 1),
                new StreamStateMachine(new MetadataMachine(Machines.LIMITS, 1), null));
        bytes[6] = 1;
        final String message = refused(bytes, new StreamStateMachine(new MetadataMachine(Machines.LIMITS, 1), null));
        assertTrue(message.contains("the length of the metadata lies inside the section"), message);
    }

    private static String refused(final byte[] bytes, final StateMachine into) {
        final SnapshotException refusal =
                assertThrows(SnapshotException.class, () -> Machines.restore(bytes, into), "length " + bytes.length);
        assertEquals(SnapshotException.Code.INVALID_CONTENT, refusal.code());
        return refusal.getMessage();
    }
}
