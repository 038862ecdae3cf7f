package io.vireo.node.session;

import static io.vireo.bootstrap.replay.ReplyStatus.BUSY;
import static io.vireo.bootstrap.replay.ReplyStatus.GAP;
import static io.vireo.bootstrap.replay.ReplyStatus.NOT_PRIMARY;
import static io.vireo.bootstrap.replay.ReplyStatus.NO_SESSION;
import static io.vireo.bootstrap.replay.ReplyStatus.OK;
import static io.vireo.bootstrap.replay.ReplyStatus.RETRY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.VsrState;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.ReplyAssembler;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.node.session.Rows.Row;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a primary says to requests, and what it queues. */
class RequestIntakeTest implements EffectQueue.Executor {
    private static final int CLIENT = 2;
    private static final int BATCH_MAX = 4096;
    private static final int REQUESTS_MAX = 6;

    private final ReplicaState state = new ReplicaState(1, 2, 0, 0, 3, Status.NORMAL, 0, 0, Membership.FOUNDING, 0, 0);
    private final EffectQueue effects = new EffectQueue();
    private final ClientSessions sessions = new ClientSessions(4, 8, 8);
    private final RequestQueue queue = new RequestQueue(2 * BATCH_MAX, REQUESTS_MAX);
    private final RequestIntake intake = new RequestIntake(
            state,
            effects,
            sessions,
            new RequestAdmission(sessions, 4),
            queue,
            new ReplyAssembler(state, effects),
            new Silent(),
            BATCH_MAX,
            64);
    /** "request:status" of each row that was answered. */
    private final List<String> answers = new ArrayList<>();

    private final int slot = sessions.register(CLIENT / 2, CLIENT % 2, 1);

    @Test
    void shouldQueueEachRequestOnceWhenItIsResent() {
        intake.open();
        request(append(1), append(2));
        request(append(1), append(2), append(3));
        assertEquals(List.of(), answers);
        assertEquals(List.of(1L, 2L, 3L), drain());
        request(append(2), append(3));
        assertTrue(queue.isEmpty());
        assertEquals(List.of(), answers);
    }

    @Test
    void shouldAnswerWithoutTheLogWhenARequestWasApplied() {
        intake.open();
        sessions.applied(slot, 1, 2, 0, 0, 0);
        request(append(1), append(2), append(4));
        assertEquals(List.of("1:" + OK, "4:" + GAP), answers);
        assertEquals(List.of(2L), drain());
        answers.clear();
        request(Row.register(CLIENT));
        assertEquals(List.of("0:" + OK), answers);
    }

    @Test
    void shouldAdmitAgainWhenTheViewHasChangedAndThePrepareIsGone() {
        intake.open();
        request(append(1), append(2));
        assertEquals(List.of(1L, 2L), drain());
        request(append(3));
        intake.reset();
        assertTrue(queue.isEmpty());
        request(append(1));
        assertEquals(List.of("1:" + RETRY), answers);
        intake.open();
        request(append(1), append(2), append(3));
        assertEquals(List.of(1L, 2L, 3L), drain());
    }

    @Test
    void shouldForgetWhatItRefusedWhenTheQueueIsFull() {
        intake.open();
        request(append(1), append(2), append(3), append(4));
        request(append(5), append(6), append(7));
        assertEquals(List.of("7:" + BUSY, "6:" + BUSY, "5:" + BUSY), answers);
        assertEquals(List.of(1L, 2L, 3L, 4L), drain());
        request(append(5), append(6));
        assertEquals(List.of(5L, 6L), drain());
    }

    @Test
    void shouldSayWhoItIsNotWhenItDoesNotLead() {
        intake.reset();
        request(false, append(1));
        assertEquals(List.of("1:" + RETRY), answers);
        answers.clear();
        state.transition(Status.NORMAL, 1, 1);
        request(false, append(1));
        assertEquals(List.of("1:" + NOT_PRIMARY), answers);
    }

    @Test
    void shouldRefuseWhenTheSessionIsNotKnown() {
        intake.open();
        request(Row.append(CLIENT, 9, 1, ""), Row.append(CLIENT, 9, 2, ""));
        assertEquals(List.of("1:" + NO_SESSION, "2:" + NO_SESSION), answers);
        assertTrue(queue.isEmpty());
    }

    private static Row append(final long request) {
        return Row.append(CLIENT, 1, request, "body of " + request);
    }

    private void request(final Row... rows) {
        request(true, rows);
    }

    private void request(final boolean isReadyPrimary, final Row... rows) {
        final UnsafeBuffer frame = Rows.prepare(0, 0, 0, List.of(rows));
        new HeaderFlyweight().wrap(frame, 0).init(Command.REQUEST, 1, 2, frame.capacity(), 0, 0, 0);
        intake.onRequest(frame, 0, isReadyPrimary);
        carryOut();
    }

    /** Takes what waits, as a prepare does; the numbers of its requests. */
    private List<Long> drain() {
        final List<Long> numbers = new ArrayList<>();
        while (!queue.isEmpty()) {
            final int length = queue.nextBodyLength(BATCH_MAX, 64);
            final UnsafeBuffer body = new UnsafeBuffer(new byte[length]);
            queue.drainInto(body, 0, length);
            assertEquals(null, RequestBatch.invalidReason(body, 0, length));
            int at = RequestBatch.bodies(body, 0);
            for (int i = 0; i < RequestBatch.count(body, 0); i++) {
                final int row = RequestBatch.row(0, i);
                numbers.add(RequestBatch.request(body, row));
                assertEquals(
                        "body of " + RequestBatch.request(body, row),
                        body.getStringWithoutLengthAscii(at, RequestBatch.length(body, row)));
                at += RequestBatch.length(body, row);
            }
        }
        return numbers;
    }

    private void carryOut() {
        effects.drain(this);
    }

    @Override
    public void sendToClient(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        final UnsafeBuffer bytes = new UnsafeBuffer(copy);
        final ReplyFlyweight frame = new ReplyFlyweight().wrap(bytes, 0);
        for (int i = 0; i < frame.rowCount(); i++) {
            answers.add(ReplyFlyweight.request(bytes, frame.row(i)) + ":" + ReplyFlyweight.status(bytes, frame.row(i)));
        }
    }

    @Override
    public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        throw new IllegalStateException("an intake speaks to clients only");
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        throw new IllegalStateException("nothing was announced");
    }

    @Override
    public void saveSnapshot(final SnapshotAnchor anchor) {
        throw new AssertionError("no snapshot is taken here");
    }

    @Override
    public void synchronizeState(final long aboveOp) {
        throw new AssertionError("no state is synchronized here");
    }

    @Override
    public void writeSuperblock(final VsrState next) {
        throw new IllegalStateException("an intake writes nothing");
    }

    private static final class Silent implements TraceSink {
        @Override
        public void transition(
                final int group,
                final Status from,
                final Status to,
                final long view,
                final long logView,
                final String reason) {}

        @Override
        public void applied(final int group, final PrepareFlyweight prepare) {}

        @Override
        public void event(final int group, final TraceEvent event, final long view, final long op) {}
    }
}
