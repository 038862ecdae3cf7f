package io.vireo.node.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.util.InvariantException;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.node.port.RandomSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Scripts of a session: what it sends to whom, and what it says about its requests. Without jitter: every wait is exact. */
class ClientSessionTest {
    private static final ClientContext CONTEXT = new ClientContext(1, 2, 3, 4, 4096, 4);
    private static final int GROUP = 1;
    private static final int APPEND = 16;
    private static final long MS = 1_000_000;

    private final ScriptedPort port = new ScriptedPort(CONTEXT);
    /** The middle of the range, so that jitter leaves every wait as it is. */
    private final ClientSession session = new ClientSession(CONTEXT, 7, 8, GROUP, new Middle(), port);

    private long nowNs = -1;

    private static final class Middle implements RandomSource {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public int nextInt(final int bound) {
            return bound / 2;
        }
    }

    /** One row of a reply. */
    private record Row(long request, int status, long session, long op, String body) {}

    private void submit(final String body) {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        session.submit(APPEND, 5, 0, new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private List<String> poll() {
        session.poll(nowNs);
        return port.take();
    }

    private List<String> pollAfter(final long ns) {
        nowNs += ns - 1;
        session.poll(nowNs);
        assertEquals(List.of(), port.take(), "too early");
        assertEquals(1, session.delayNs(nowNs));
        nowNs += 1;
        return poll();
    }

    private List<String> reply(final int replica, final long view, final Row... rows) {
        final UnsafeBuffer buffer =
                new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + rows.length * ReplyFlyweight.ROW_LENGTH]);
        final ReplyFlyweight reply = new ReplyFlyweight().wrap(buffer, 0);
        reply.init(Command.REPLY, 1, 2, buffer.capacity(), view, replica, GROUP);
        reply.client(7, 8).rowCount(rows.length);
        final Checksum checksum = new Checksum();
        for (int i = 0; i < rows.length; i++) {
            final byte[] body = rows[i].body.getBytes(StandardCharsets.UTF_8);
            checksum.hash(new UnsafeBuffer(body), 0, body.length);
            ReplyFlyweight.putRow(
                    buffer,
                    reply.row(i),
                    rows[i].request,
                    rows[i].status,
                    rows[i].session,
                    rows[i].op,
                    rows[i].op == 0 ? 0 : checksum.lo(),
                    0);
        }
        reply.seal(checksum);
        session.onReply(buffer, 0, nowNs);
        return port.take();
    }

    private static Row ok(final long request, final long op, final String body) {
        return new Row(request, ReplyStatus.OK, 9, op, body);
    }

    private static Row refused(final long request, final int status) {
        return new Row(request, status, 9, 0, "");
    }

    private void open() {
        submit("a");
        assertEquals(List.of("to 1: register (view 0)"), poll());
        reply(1, 0, new Row(0, ReplyStatus.OK, 9, 1, ""));
        assertEquals(List.of("to 1: s9#1=a (view 0)"), poll());
        assertEquals(ClientSession.Stage.OPEN, session.stage());
    }

    @Test
    void shouldAskTheNextReplicaWhenOneRefusesAgainAndAgain() {
        open();
        // A primary that the others have left behind: it can neither apply what it inherited nor learn that it is
        // alone.
        long wait = ClientSession.BACKOFF_MIN_NS;
        for (int i = 1; i < ClientSession.REFUSALS_PER_REPLICA; i++) {
            reply(1, 0, refused(1, ReplyStatus.RETRY));
            assertEquals(List.of("to 1: s9#1=a (view 0)"), pollAfter(wait));
            wait *= 2;
        }
        reply(1, 0, refused(1, ReplyStatus.RETRY));
        assertEquals(List.of("to 2: s9#1=a (view 0)"), pollAfter(wait));
        assertEquals(List.of("#1 OK status 0 op 5"), reply(2, 1, ok(1, 5, "a")));
    }

    @Test
    void shouldSendNothingWhenNothingWasSubmitted() {
        assertEquals(List.of(), poll());
        assertEquals(Long.MAX_VALUE, session.delayNs(nowNs));
    }

    @Test
    void shouldRegisterBeforeTheFirstRequestsWhenNew() {
        submit("a");
        submit("b");
        assertEquals(0, session.delayNs(nowNs));
        assertEquals(List.of("to 1: register (view 0)"), poll());
        assertEquals(List.of(), poll());
        reply(1, 0, new Row(0, ReplyStatus.OK, 9, 1, ""));
        assertEquals(9, session.session());
        assertEquals(List.of("to 1: s9#1=a s9#2=b (view 0)"), poll());
    }

    @Test
    void shouldSendOnlyWhatIsNewWhenMoreIsSubmitted() {
        open();
        submit("b");
        submit("c");
        assertEquals(List.of("to 1: s9#2=b s9#3=c (view 0)"), poll());
        assertEquals(1, session.room());
        assertEquals(List.of("#1 OK status 0 op 2", "#3 OK status 0 op 3"), reply(1, 0, ok(1, 2, "a"), ok(3, 3, "c")));
        assertEquals(2, session.room());
        assertEquals(List.of("#2 OK status 0 op 3"), reply(1, 0, ok(2, 3, "b")));
        assertEquals(4, session.room());
        assertTrue(session.isIdle());
        assertEquals(Long.MAX_VALUE, session.delayNs(nowNs));
    }

    @Test
    void shouldReportEachOutcomeOnceWhenRepliesRepeat() {
        open();
        assertEquals(List.of("#1 OK status 0 op 2"), reply(1, 0, ok(1, 2, "a")));
        assertEquals(List.of(), reply(1, 0, ok(1, 2, "a"), refused(1, ReplyStatus.NO_SESSION), ok(17, 2, "a")));
    }

    @Test
    void shouldGoRoundTheReplicasWithGrowingWaitsWhenNobodyAnswers() {
        open();
        assertEquals(List.of("to 2: s9#1=a (view 0)"), pollAfter(250 * MS));
        assertEquals(List.of("to 0: s9#1=a (view 0)"), pollAfter(500 * MS));
        assertEquals(List.of("to 1: s9#1=a (view 0)"), pollAfter(1000 * MS));
        assertEquals(List.of("to 2: s9#1=a (view 0)"), pollAfter(2000 * MS));
        assertEquals(List.of("to 0: s9#1=a (view 0)"), pollAfter(2000 * MS));
    }

    @Test
    void shouldResendOnlyTheUnansweredWhenTimeIsUp() {
        open();
        submit("b");
        submit("c");
        poll();
        reply(1, 0, ok(2, 2, "b"));
        assertEquals(List.of("to 2: s9#1=a s9#3=c (view 0)"), pollAfter(250 * MS));
    }

    @Test
    void shouldAskTheNewPrimaryAtOnceWhenAHigherViewIsHeardOf() {
        open();
        session.onView(4, nowNs);
        assertEquals(0, session.delayNs(nowNs));
        assertEquals(List.of("to 2: s9#1=a (view 4)"), poll());
        session.onView(3, nowNs);
        assertEquals(List.of(), poll());
    }

    @Test
    void shouldAskTheNewPrimaryAtOnceWhenARefusalNamesAHigherView() {
        open();
        assertEquals(List.of(), reply(1, 1, refused(1, ReplyStatus.NOT_PRIMARY)));
        assertEquals(List.of("to 2: s9#1=a (view 1)"), poll());
    }

    @Test
    void shouldTryTheNextReplicaAfterAWaitWhenARefusalNamesNoHigherView() {
        open();
        reply(1, 0, refused(1, ReplyStatus.NOT_PRIMARY));
        assertEquals(List.of("to 2: s9#1=a (view 0)"), pollAfter(5 * MS));
        reply(2, 0, refused(1, ReplyStatus.NOT_PRIMARY));
        assertEquals(List.of("to 0: s9#1=a (view 0)"), pollAfter(10 * MS));
        reply(0, 0, refused(1, ReplyStatus.NOT_PRIMARY));
        assertEquals(List.of("to 1: s9#1=a (view 0)"), pollAfter(20 * MS));
    }

    @Test
    void shouldKeepOrderWhenThePrimaryIsBusy() {
        open();
        submit("b");
        poll();
        reply(1, 0, refused(2, ReplyStatus.GAP), refused(1, ReplyStatus.BUSY));
        submit("c");
        assertEquals(List.of("to 1: s9#1=a s9#2=b s9#3=c (view 0)"), pollAfter(5 * MS));
    }

    @Test
    void shouldSendAgainOnlyWhatABusyPrimaryRefused() {
        open();
        submit("b");
        assertEquals(List.of("to 1: s9#2=b (view 0)"), poll());
        submit("c");
        submit("d");
        assertEquals(List.of("to 1: s9#3=c s9#4=d (view 0)"), poll());
        // As a primary says it, which takes them back from behind.
        reply(1, 0, refused(4, ReplyStatus.BUSY), refused(3, ReplyStatus.BUSY));
        assertEquals(List.of("to 1: s9#3=c s9#4=d (view 0)"), pollAfter(5 * MS));
        reply(1, 0, refused(4, ReplyStatus.BUSY), refused(3, ReplyStatus.BUSY));
        assertEquals(List.of("to 1: s9#3=c s9#4=d (view 0)"), pollAfter(10 * MS));
        assertEquals(List.of("#1 OK status 0 op 5", "#2 OK status 0 op 5"), reply(1, 0, ok(1, 5, "a"), ok(2, 5, "b")));
        // What was in flight and is lost is sent again from the first on.
        assertEquals(List.of("to 2: s9#3=c s9#4=d (view 0)"), pollAfter(250 * MS));
    }

    @Test
    void shouldGoOnWhereItStoppedWhenTheWayHasRoomAgain() {
        open();
        port.isFull[1] = true;
        submit("b");
        assertEquals(List.of("no room to 1"), poll());
        assertEquals(List.of("no room to 1"), pollAfter(5 * MS));
        port.isFull[1] = false;
        assertEquals(List.of("to 1: s9#2=b (view 0)"), pollAfter(5 * MS));
    }

    @Test
    void shouldTryAnotherReplicaWhenTheWayHasNoRoomForSoLongAsAnAnswerMayTake() {
        submit("a");
        port.isFull[1] = true;
        long waited = 0;
        assertEquals(List.of("no room to 1"), poll());
        while (waited < 245 * MS) {
            assertEquals(List.of("no room to 1"), pollAfter(5 * MS));
            waited += 5 * MS;
        }
        assertEquals(List.of("to 2: register (view 0)"), pollAfter(5 * MS));
    }

    @Test
    void shouldTryAnotherReplicaWhenTheConnectionEnds() {
        open();
        session.onDisconnected(0, nowNs);
        assertEquals(List.of(), poll());
        session.onDisconnected(1, nowNs);
        port.isConnected[2] = false;
        assertEquals(List.of("no connection to 2"), pollAfter(5 * MS));
        assertEquals(List.of("to 0: s9#1=a (view 0)"), pollAfter(10 * MS));
    }

    @Test
    void shouldReportUnknownAndNeverSendAgainWhenTheSessionIsGone() {
        open();
        submit("b");
        assertEquals(
                List.of("#1 UNKNOWN status 1 op 0", "#2 NOT_APPLIED status 1 op 0"),
                reply(1, 0, refused(1, ReplyStatus.NO_SESSION)));
        assertEquals(ClientSession.Stage.ENDED, session.stage());
        assertEquals(0, session.room());
        nowNs += 10_000 * MS;
        assertEquals(List.of(), poll());
        assertThrows(InvariantException.class, () -> submit("c"));
    }

    @Test
    void shouldNotBelieveThatTheSessionIsGoneWhenAnOlderPrimarySaysSo() {
        submit("a");
        session.onView(2, nowNs);
        poll();
        reply(0, 2, new Row(0, ReplyStatus.OK, 9, 1, ""));
        assertEquals(List.of("to 0: s9#1=a (view 2)"), poll());
        assertEquals(List.of(), reply(1, 0, refused(1, ReplyStatus.NO_SESSION)));
        assertEquals(List.of("#1 OK status 0 op 2"), reply(0, 2, ok(1, 2, "a")));
    }

    @Test
    void shouldReportNotAppliedWhenTheStateMachineRefuses() {
        open();
        assertEquals(
                List.of("#1 NOT_APPLIED status 7 op 2"),
                reply(1, 0, new Row(1, ReplyStatus.UNKNOWN_NAMESPACE, 9, 2, "a")));
        assertEquals(ClientSession.Stage.OPEN, session.stage());
    }

    @Test
    void shouldReportNotAppliedWhenAnotherRequestTookTheNumber() {
        open();
        assertEquals(List.of("#1 NOT_APPLIED status 9 op 0"), reply(1, 0, ok(1, 2, "another")));
    }

    @Test
    void shouldCutFramesWhenTheBodiesExceedOne() {
        open();
        reply(1, 0, ok(1, 2, "a"));
        submit("x".repeat(2000));
        submit("y".repeat(2000));
        submit("z");
        assertEquals(
                List.of(
                        "to 1: s9#2=" + "x".repeat(2000) + " (view 0)",
                        "to 1: s9#3=" + "y".repeat(2000) + " s9#4=z (view 0)"),
                poll());
    }

    @Test
    void shouldTakeTheLargestBodyButNoLargerWhenSubmitted() {
        open();
        submit("x".repeat(CONTEXT.bodyMax()));
        poll();
        assertEquals(4096, port.frames.get(port.frames.size() - 1).length);
        assertThrows(InvariantException.class, () -> submit("x".repeat(CONTEXT.bodyMax() + 1)));
    }

    @Test
    void shouldTellSentFromUnsentWhenClosed() {
        open();
        submit("b");
        session.close();
        assertEquals(List.of("#1 UNKNOWN status 11 op 0", "#2 NOT_APPLIED status 11 op 0"), port.take());
        session.close();
        assertEquals(List.of(), port.take());
    }

    @Test
    void shouldAskAgainForTheSessionWhenTheAnswerIsLost() {
        submit("a");
        poll();
        assertEquals(List.of("to 2: register (view 0)"), pollAfter(250 * MS));
        reply(2, 1, new Row(0, ReplyStatus.NOT_PRIMARY, 0, 0, ""));
        assertEquals(List.of("to 2: register (view 1)"), poll());
        reply(2, 1, new Row(0, ReplyStatus.OK, 9, 1, ""));
        reply(2, 1, new Row(0, ReplyStatus.OK, 9, 1, ""));
        assertEquals(List.of("to 2: s9#1=a (view 1)"), poll());
    }
}
