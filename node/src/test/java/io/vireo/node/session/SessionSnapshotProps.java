package io.vireo.node.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.log.Logs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A restored table and log against the ones that went on, and both against {@link SessionModel}: no later op can tell them apart. */
class SessionSnapshotProps {
    private static final int SESSIONS_MAX = 3;
    private static final int WINDOW = 4;
    private static final int NAMESPACES = 40;
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .groupCount(4)
            .namespacesMax(NAMESPACES)
            .prepareSizeMax(16 << 10)
            .walBytes(1 << 20)
            .sessionsMax(SESSIONS_MAX)
            .sessionWindow(WINDOW)
            .conclude();
    /** The one that {@link Rows} with namespace 0 belongs to. */
    private static final int GROUP = 0;

    private static final class Subject {
        final ClientSessions sessions = new ClientSessions(SESSIONS_MAX, WINDOW, LogStateMachine.APPEND_REPLY_LENGTH);
        final LogStateMachine log = Logs.open(CONFIG, GROUP);
        ApplyStep step;

        Subject(final long appliedOp) {
            step = new ApplyStep(log, sessions, appliedOp);
        }

        /** Sessions from a snapshot, and the entries that belong to it, which are in files and not in it. */
        static Subject of(final Snapshot snapshot, final Subject original) {
            final Subject subject = new Subject(snapshot.anchor().op());
            subject.sessions.restore(snapshot.section(SnapshotSection.SESSIONS));
            Logs.copy(original.log, subject.log, 0);
            return subject;
        }

        Snapshot snapshot() {
            final PrepareFlyweight header =
                    new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
            try (SnapshotWriter writer = new SnapshotWriter(new SnapshotAnchor(header.op(step.appliedOp()), 1))) {
                sessions.snapshot(writer.begin(SnapshotSection.SESSIONS));
                log.snapshot(writer.begin(SnapshotSection.STATE));
                return writer.finish();
            }
        }

        List<Outcome> apply(final List<Rows.Row> rows) {
            final List<Outcome> outcomes = new ArrayList<>();
            final long op = step.appliedOp() + 1;
            step.apply(Rows.prepare(0, op, op * 10, rows), 0, Outcome.into(outcomes));
            return outcomes;
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldGoOnAsTheOriginalWhenRestoredAtAnyOp(
            @ForAll final long seed,
            @ForAll @IntRange(max = 40) final int before,
            @ForAll @IntRange(max = 40) final int after) {
        final Random random = new Random(seed);
        final SessionModel model = new SessionModel(SESSIONS_MAX, WINDOW);
        final Subject original = new Subject(0);
        for (int i = 0; i < before; i++) {
            step(random, model, original);
        }
        try (Snapshot snapshot = original.snapshot()) {
            final Subject restored = Subject.of(snapshot, original);
            checkSame(original, restored);
            for (int i = 0; i < after; i++) {
                step(random, model, original, restored);
            }
            checkSame(original, restored);
        }
        assertEquals(model.entries.size(), original.log.end(0));
    }

    /** A table that is in use takes what it is given, as state synchronization needs it. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void shouldForgetItsPastWhenRestored(@ForAll final long seed, @ForAll @IntRange(max = 30) final int steps) {
        final Random random = new Random(seed);
        final Subject original = new Subject(0);
        final SessionModel model = new SessionModel(SESSIONS_MAX, WINDOW);
        final Subject other = new Subject(0);
        final SessionModel otherModel = new SessionModel(SESSIONS_MAX, WINDOW);
        for (int i = 0; i < steps; i++) {
            step(random, model, original);
            step(random, otherModel, other);
        }
        try (Snapshot snapshot = original.snapshot()) {
            other.sessions.restore(snapshot.section(SnapshotSection.SESSIONS));
            final LogStateMachine log = Logs.open(CONFIG, GROUP);
            Logs.copy(original.log, log, 0);
            other.step = new ApplyStep(log, other.sessions, original.step.appliedOp());
            for (int i = 0; i < 10; i++) {
                step(random, model, original, other);
            }
            checkSame(original, other);
        }
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void shouldRefuseInItsOwnWayWhenTheSectionIsChanged(
            @ForAll final long seed, @ForAll @IntRange(max = 8) final int changes) {
        final Random random = new Random(seed);
        final Subject original = new Subject(0);
        final SessionModel model = new SessionModel(SESSIONS_MAX, WINDOW);
        for (int i = 0; i < 20; i++) {
            step(random, model, original);
        }
        try (Snapshot snapshot = original.snapshot()) {
            restoreOrRefuse(changed(snapshot, SnapshotSection.SESSIONS, changes, random));
        }
    }

    @Test
    void shouldRefuseWhenTheTableIsConfiguredOtherwise() {
        final ClientSessions sessions = new ClientSessions(3, 4, 8);
        final byte[] bytes;
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            sessions.snapshot(writer.begin(SnapshotSection.SESSIONS));
            try (Snapshot snapshot = writer.finish()) {
                bytes = bytes(snapshot, SnapshotSection.SESSIONS);
            }
        }
        refused(new ClientSessions(4, 4, 8), bytes);
        refused(new ClientSessions(3, 5, 8), bytes);
        refused(new ClientSessions(3, 4, 9), bytes);
    }

    @Test
    void shouldOrderClientsAsUnsignedNumbersWhateverTheyRegisteredAs() {
        final long[][] clients = {{0, -1}, {-1, 0}, {5, 1}, {0, 1}, {Long.MIN_VALUE, 1}, {Long.MAX_VALUE, 1}, {0, -2}};
        final ClientSessions sessions = new ClientSessions(7, 4, 8);
        for (int i = 0; i < clients.length; i++) {
            sessions.register(clients[i][0], clients[i][1], i + 1);
        }
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            sessions.snapshot(writer.begin(SnapshotSection.SESSIONS));
            try (Snapshot snapshot = writer.finish()) {
                final SnapshotInput in = snapshot.section(SnapshotSection.SESSIONS);
                in.readBytes(new UnsafeBuffer(new byte[24]), 0, 24);
                final List<String> order = new ArrayList<>();
                while (in.remaining() > 0) {
                    final long lo = in.readLong();
                    order.add(Long.toHexString(in.readLong()) + "/" + Long.toHexString(lo));
                    in.readBytes(new UnsafeBuffer(new byte[32]), 0, 32);
                }
                assertEquals(
                        List.of(
                                "0/ffffffffffffffff",
                                "1/0",
                                "1/5",
                                "1/7fffffffffffffff",
                                "1/8000000000000000",
                                "fffffffffffffffe/0",
                                "ffffffffffffffff/0"),
                        order);
            }
        }
    }

    private static void step(final Random random, final SessionModel model, final Subject... subjects) {
        final List<Rows.Row> rows = new ArrayList<>();
        final List<Outcome> expected = new ArrayList<>();
        final long op = subjects[0].step.appliedOp() + 1;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            final Rows.Row row = row(random, model);
            rows.add(row);
            expected.add(model.apply(op, row));
        }
        for (final Subject subject : subjects) {
            assertEquals(expected, subject.apply(rows));
        }
    }

    /** Five clients for three places, so that sessions are evicted and come back; repetitions new, old and too old. */
    private static Rows.Row row(final Random random, final SessionModel model) {
        final int client = random.nextInt(5);
        final SessionModel.Session own = model.of(client);
        if (own == null || random.nextInt(12) == 0) {
            return Rows.Row.register(client);
        }
        final long request = Math.max(0, own.last() + (random.nextInt(4) == 0 ? random.nextInt(8) - 6 : 1));
        return Rows.Row.append(client, own.number, request, "x".repeat(random.nextInt(20)));
    }

    private static void checkSame(final Subject original, final Subject restored) {
        try (Snapshot one = original.snapshot();
                Snapshot other = restored.snapshot()) {
            assertEquals(one.id(), other.id());
            assertArrayEquals(bytes(one, SnapshotSection.SESSIONS), bytes(other, SnapshotSection.SESSIONS));
            assertArrayEquals(bytes(one, SnapshotSection.STATE), bytes(other, SnapshotSection.STATE));
        }
    }

    private static byte[] changed(
            final Snapshot snapshot, final SnapshotSection section, final int changes, final Random random) {
        final byte[] bytes = bytes(snapshot, section);
        if (changes == 0) {
            random.nextBytes(bytes);
        }
        for (int i = 0; i < changes; i++) {
            final int area = random.nextBoolean() ? Math.min(72, bytes.length) : bytes.length;
            bytes[random.nextInt(area)] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(3));
        }
        return bytes;
    }

    private static void restoreOrRefuse(final byte[] bytes) {
        final Subject subject = new Subject(1);
        try (Snapshot snapshot = snapshot(SnapshotSection.SESSIONS, bytes)) {
            subject.sessions.restore(snapshot.section(SnapshotSection.SESSIONS));
            subject.snapshot().close();
        } catch (final SnapshotException reason) {
            assertTrue(reason.offset() >= 4096, reason.getMessage());
        }
    }

    private static void refused(final ClientSessions sessions, final byte[] bytes) {
        try (Snapshot snapshot = snapshot(SnapshotSection.SESSIONS, bytes)) {
            final SnapshotInput in = snapshot.section(SnapshotSection.SESSIONS);
            final SnapshotException reason = assertThrows(SnapshotException.class, () -> sessions.restore(in));
            assertEquals(SnapshotException.Code.INVALID_CONTENT, reason.code());
        }
    }

    private static Snapshot snapshot(final SnapshotSection section, final byte[] bytes) {
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            writer.begin(section).writeBytes(new UnsafeBuffer(bytes), 0, bytes.length);
            return writer.finish();
        }
    }

    private static SnapshotAnchor anchor() {
        return new SnapshotAnchor(
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0), 1);
    }

    private static byte[] bytes(final Snapshot snapshot, final SnapshotSection section) {
        final SnapshotInput in = snapshot.section(section);
        final byte[] bytes = new byte[(int) in.remaining()];
        in.readBytes(new UnsafeBuffer(bytes), 0, bytes.length);
        return bytes;
    }
}
