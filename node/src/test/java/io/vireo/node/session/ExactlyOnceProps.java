package io.vireo.node.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.log.Logs;
import io.vireo.node.log.Reads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Random logs through the apply step, with every kind of repetition, against {@link SessionModel}. */
class ExactlyOnceProps {
    private static final int SESSIONS_MAX = 3;
    private static final int WINDOW = 4;
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .groupCount(1)
            .prepareSizeMax(16 << 10)
            .walBytes(1 << 20)
            .sessionsMax(SESSIONS_MAX)
            .sessionWindow(WINDOW)
            .conclude();

    /** What a row does, relative to what its client has done so far. */
    record Step(int kind, int client, int numberFromLast, int sessionFromOwn, int bodyLength, int copies) {}

    /** One group's state, from an empty log. */
    private static final class Subject {
        final ClientSessions sessions = new ClientSessions(SESSIONS_MAX, WINDOW, LogStateMachine.APPEND_REPLY_LENGTH);
        final LogStateMachine log = Logs.open(CONFIG, 0);
        final ApplyStep step = new ApplyStep(log, sessions, 0);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldAnswerAsTheModelWhenAnyLogIsApplied(@ForAll("logs") final List<List<Step>> log) {
        final Subject subject = new Subject();
        final Subject twin = new Subject();
        final SessionModel model = new SessionModel(SESSIONS_MAX, WINDOW);
        long op = 0;
        for (final List<Step> prepare : log) {
            op++;
            final List<Outcome> expected = new ArrayList<>();
            final List<Rows.Row> rows = new ArrayList<>();
            for (final Step step : prepare) {
                final Rows.Row row = row(step, model);
                for (int copy = 0; copy < step.copies(); copy++) {
                    rows.add(row);
                    expected.add(model.apply(op, row));
                }
            }
            final List<Outcome> outcomes = new ArrayList<>();
            subject.step.apply(Rows.prepare(3, op, op * 10, rows), 3, Outcome.into(outcomes));
            assertEquals(expected, outcomes);
            twin.step.apply(Rows.prepare(0, op, op * 10, rows), 0, Outcome.into(new ArrayList<>()));
            checkSameTable(subject.sessions, twin.sessions, model);
        }
        assertEquals(model.entries.size(), subject.log.end(0));
        for (int offset = 0; offset < model.entries.size(); offset++) {
            assertArrayEquals(model.entries.get(offset), Reads.entry(subject.log, 0, offset));
        }
    }

    private static void checkSameTable(
            final ClientSessions sessions, final ClientSessions twin, final SessionModel model) {
        assertEquals(model.sessions.size(), sessions.count());
        assertEquals(sessions.nextSession(), twin.nextSession());
        for (int slot = 0; slot < sessions.count(); slot++) {
            assertEquals(sessions.session(slot), twin.session(slot));
        }
        for (final SessionModel.Session each : model.sessions) {
            final int slot = sessions.find(each.client / 2, each.client % 2, each.number);
            assertEquals(slot, twin.find(each.client / 2, each.client % 2, each.number));
            assertEquals(each.last(), sessions.lastRequest(slot));
            for (long request = Math.max(1, each.last() - WINDOW + 1); request <= each.last(); request++) {
                assertEquals(SessionTable.Verdict.REPEAT, sessions.decide(slot, request));
                assertEquals(each.replies.get(request).op(), sessions.storedOp(slot, request));
                assertEquals(each.replies.get(request).digest(), sessions.storedDigest(slot, request));
            }
        }
    }

    private static Rows.Row row(final Step step, final SessionModel model) {
        if (step.kind() == 0) {
            return Rows.Row.register(step.client());
        }
        final SessionModel.Session own = model.of(step.client());
        final long session = Math.max(0, (own == null ? 1 : own.number) + step.sessionFromOwn());
        final long request = Math.max(0, (own == null ? 0 : own.last()) + step.numberFromLast());
        final int operation = step.kind() == 1 ? 2 : step.kind() == 2 ? 9 : 16;
        final byte[] body = new byte[operation == 2 ? 0 : step.bodyLength()];
        Arrays.fill(body, (byte) (request + step.client()));
        return new Rows.Row(step.client(), session, request, operation, 0, body);
    }

    @Provide
    Arbitrary<List<List<Step>>> logs() {
        final Arbitrary<Integer> kind = Arbitraries.integers().between(0, 11);
        final Arbitrary<Integer> client = Arbitraries.integers().between(0, 5);
        final Arbitrary<Integer> number = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just(1)),
                Tuple.of(4, Arbitraries.integers().between(-6, 3)));
        final Arbitrary<Integer> session = Arbitraries.frequency(Tuple.of(12, 0), Tuple.of(1, -1), Tuple.of(1, 1));
        final Arbitrary<Integer> body = Arbitraries.integers().between(0, 20);
        final Arbitrary<Integer> copies = Arbitraries.frequency(Tuple.of(5, 1), Tuple.of(1, 2));
        return Combinators.combine(kind, client, number, session, body, copies)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .list()
                .ofMaxSize(30);
    }
}
