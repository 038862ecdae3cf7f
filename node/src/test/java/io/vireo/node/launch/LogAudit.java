package io.vireo.node.launch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.ClientReads;
import io.vireo.node.client.ClusterAccess;
import io.vireo.node.client.Consistency;
import io.vireo.node.client.Reply;
import io.vireo.node.client.VireoClient;
import io.vireo.node.log.LogStateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads namespace 0 of a log from end to end, over and over, and compares every byte of each answer with what was there before. That a replica's
 * copy is damaged is an answer too, of this replica; what any may answer has to be answered. A thread of its own, or one pass by the caller's.
 */
final class LogAudit implements AutoCloseable {
    private static final int PAGE_ENTRIES = 100;
    private static final int TIMEOUT_S = 20;

    private final VireoClient client;
    private final int replica;
    private final List<byte[]> expected;
    private Thread thread;
    private volatile boolean isStopping;
    private volatile Throwable failure;
    private long compared;
    private long damaged;

    /** @param replica that answers from what it has, or {@link ClientReads#ANY_REPLICA}: whoever can, linearizably. */
    LogAudit(final ClusterConfig cluster, final int replica, final List<byte[]> expected) throws InterruptedException {
        this.client = ClusterConnection.connect(cluster, ClusterAccess.OPEN, 1, ClusterConnection.CONNECT_SECONDS);
        this.replica = replica;
        this.expected = expected;
    }

    /** What a replica has, once that is so many entries. */
    static List<byte[]> entries(final ClusterConfig cluster, final int replica, final int count)
            throws InterruptedException {
        final List<byte[]> entries = new ArrayList<>(count);
        final long deadlineNs = System.nanoTime() + TIMEOUT_S * 1_000_000_000L;
        try (LogAudit audit = new LogAudit(cluster, replica, entries)) {
            while (entries.size() < count) {
                assertTrue(System.nanoTime() - deadlineNs < 0, () -> "entries in time: " + entries.size());
                final Reply reply = audit.ask(entries.size(), count);
                assertTrue(reply.isOk(), reply::toString);
                entries.addAll(bodies(reply));
            }
        }
        return entries;
    }

    void start() {
        thread = new Thread(this::run, "vireo-audit-" + replica);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!isStopping) {
                pass();
            }
        } catch (final AssertionError | InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    /** One reading of everything. @return pages that were refused because they are damaged there. */
    long pass() throws InterruptedException {
        final long before = damaged;
        int next = 0;
        while (next < expected.size() && !isStopping) {
            final Reply reply = ask(next, PAGE_ENTRIES);
            if (reply.status() == ReplyStatus.DAMAGED && replica != ClientReads.ANY_REPLICA) {
                damaged++;
                next += PAGE_ENTRIES;
            } else {
                assertTrue(reply.isOk(), reply::toString);
                next += compare(next, bodies(reply));
            }
        }
        return damaged - before;
    }

    private int compare(final int from, final List<byte[]> found) {
        assertTrue(!found.isEmpty() && found.size() <= expected.size() - from, () -> "entries: " + found.size());
        for (int i = 0; i < found.size(); i++) {
            final int entry = from + i;
            assertArrayEquals(
                    expected.get(entry), found.get(i), () -> "entry " + entry + " as replica " + replica + " says");
        }
        compared += found.size();
        return found.size();
    }

    private Reply ask(final int from, final int entries) throws InterruptedException {
        final byte[] query = new byte[LogStateMachine.QUERY_LENGTH];
        final UnsafeBuffer buffer = new UnsafeBuffer(query);
        buffer.putLong(LogStateMachine.QUERY_FROM_OFFSET, from, LITTLE_ENDIAN);
        buffer.putInt(LogStateMachine.QUERY_MAX_ENTRIES_OFFSET, entries, LITTLE_ENDIAN);
        final Consistency consistency =
                replica == ClientReads.ANY_REPLICA ? Consistency.LINEARIZABLE : Consistency.COMMITTED;
        return ClusterConnection.await(
                client.read(0, query, consistency, replica, Duration.ofSeconds(TIMEOUT_S)), TIMEOUT_S + 5);
    }

    private static List<byte[]> bodies(final Reply reply) {
        final UnsafeBuffer answer = new UnsafeBuffer(reply.body());
        final int count = answer.getInt(LogStateMachine.ANSWER_COUNT_OFFSET, LITTLE_ENDIAN);
        final List<byte[]> bodies = new ArrayList<>(count);
        int at = LogStateMachine.ANSWER_PREFIX_LENGTH;
        for (int i = 0; i < count; i++) {
            final int length = answer.getInt(at, LITTLE_ENDIAN);
            at += Integer.BYTES;
            bodies.add(Arrays.copyOfRange(reply.body(), at, at + length));
            at += length;
        }
        assertEquals(reply.body().length, at, "the answer has nothing else");
        return bodies;
    }

    /** Ends the thread, and fails if an answer was wrong. @return pages that were refused because they are damaged there. */
    long stop() throws InterruptedException {
        isStopping = true;
        thread.join();
        isStopping = false;
        if (failure != null) {
            throw new AssertionError("replica " + replica + ": " + failure.getMessage(), failure);
        }
        assertTrue(compared > 0, () -> "replica " + replica + " has answered something");
        return damaged;
    }

    @Override
    public void close() {
        isStopping = true;
        client.close();
    }
}
