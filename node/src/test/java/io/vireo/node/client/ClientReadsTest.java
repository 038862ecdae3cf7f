package io.vireo.node.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.port.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a read goes when a replica says that it is catching up. Times are by hand. */
@Tag("X10")
class ClientReadsTest {
    private static final ClientContext CONTEXT = new ClientContext(1, 2, 3, 1, 1 << 16, 8);
    private static final long MS = 1_000_000L;
    private static final int RETRY_AFTER_MS = 800;
    /** More than a client waits between two tries of its own accord, and less than it is told to. */
    private static final long OWN_PATIENCE_MS = 320;

    private final Sent sent = new Sent();
    private final ClientReads reads = new ClientReads(CONTEXT, 2, 0, 0, 0, new SeededRandom(1), sent);

    private static final class Sent implements ClientReads.Port {
        final List<Integer> targets = new ArrayList<>();
        final List<Outcome> outcomes = new ArrayList<>();

        @Override
        public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
            targets.add(replica);
            return true;
        }

        @Override
        public boolean isFull(final int replica) {
            return false;
        }

        @Override
        public void onRead(
                final long readNumber,
                final Outcome outcome,
                final int status,
                final long commitMin,
                final DirectBuffer answer,
                final int offset,
                final int length) {
            outcomes.add(outcome);
        }
    }

    private long submit(final int consistency, final int replica) {
        final long number = reads.submit(7, consistency, replica, new byte[0], 0, 60_000 * MS);
        reads.poll(0);
        return number;
    }

    private void catchingUp(final long number, final int replica, final int retryAfterMs) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final ReadReplyFlyweight reply = new ReadReplyFlyweight().wrap(frame, 0);
        reply.init(Command.READ_REPLY, 1, 2, frame.capacity(), 0, replica, 0);
        reply.client(2, 0).readNumber(number).status(ReplyStatus.CATCHING_UP);
        reply.retryAfterMs(retryAfterMs).seal(new Checksum());
        reads.onReply(frame, 0, 0);
    }

    @Test
    void shouldAskTheOnlyReplicaAgainWhenItHasSaidAndNoSooner() {
        catchingUp(submit(ReadFlyweight.COMMITTED, 1), 1, RETRY_AFTER_MS);
        assertTrue(reads.delayNs(0) > OWN_PATIENCE_MS * MS, "waits " + reads.delayNs(0));
        assertTrue(reads.delayNs(0) <= RETRY_AFTER_MS * MS * 5 / 4, "waits " + reads.delayNs(0));
        reads.poll(OWN_PATIENCE_MS * MS);
        assertEquals(List.of(1), sent.targets);
        reads.poll(RETRY_AFTER_MS * MS * 5 / 4);
        assertEquals(List.of(1, 1), sent.targets);
    }

    @Test
    void shouldAskAnotherReplicaSoonWhenAnyMayAnswer() {
        catchingUp(submit(ReadFlyweight.COMMITTED, ClientReads.ANY_REPLICA), 0, RETRY_AFTER_MS);
        reads.poll(OWN_PATIENCE_MS * MS);
        assertEquals(List.of(0, 1), sent.targets);
    }

    @Test
    void shouldLookForThePrimaryElsewhereWhenTheOneItTookForItFetchesACheckpoint() {
        catchingUp(submit(ReadFlyweight.LINEARIZABLE, ClientReads.ANY_REPLICA), 0, RETRY_AFTER_MS);
        reads.poll(OWN_PATIENCE_MS * MS);
        assertEquals(List.of(0, 1), sent.targets);
    }

    @Test
    void shouldWaitNoLongerThanAReplicaMayWantItToWhateverIsInTheFrame() {
        catchingUp(submit(ReadFlyweight.COMMITTED, 1), 1, -1);
        assertTrue(reads.delayNs(0) <= ReadReplyFlyweight.RETRY_AFTER_MS_MAX * MS * 5 / 4, "waits " + reads.delayNs(0));
        assertEquals(List.of(), sent.outcomes);
    }
}
