package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.iggy.exception.IggyConnectionClosedException;
import org.apache.iggy.exception.IggyConnectionException;
import org.apache.iggy.exception.IggyNotConnectedException;
import org.apache.iggy.exception.IggyTimeoutException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Runs the tests of a class while one node of the cluster after the other is killed and restarted. A test passes when it has run from
 * beginning to end while a node was down or was killed, as it stands: from a node that lives a client sees nothing of it but the time that it takes.
 *
 * <p>What is void, and begins anew with another stream, is an attempt of which a node was killed that one of its clients was connected to, if
 * it hangs or fails by a connection that is gone. The server cannot help it: what was under way there has no answer, and the SDK, of any
 * release, neither tries another address nor ends a call whose connection was closed in good order (its handler of answers does not look at the
 * end of a channel, and its request timeout is kept and never used). So such an attempt is given up a while after the kill. Whatever else it
 * fails by is a failure of the test, kill or not, but for those that are {@link OfConnections}. The sends of all attempts count: in
 * the end the copy of each replica is read, and has what was acknowledged to any of them once and in order.
 *
 * <p>{@code -Dvireo.suite.rounds=20} makes each test pass so many times, in place of once.
 */
final class SuiteUnderKills implements InvocationInterceptor {
    private static final int ROUNDS = Integer.getInteger("vireo.suite.rounds", 1);
    private static final long SEED = Long.getLong("vireo.suite.seed", 20_261_122L);
    /** What one of its clients waits for at a node that was killed does not come. */
    private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(1);

    /** Of the library that clients of 0.7.0 are made with, where one of the others names a connection that is gone. */
    private static final String ABORTED = "reactor.netty.channel.AbortedException";

    private static final long ATTEMPT_MAX_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long JOIN_MAX_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_MS = 20;
    /** Attempts that a kill made void, for one pass. */
    private static final int ATTEMPTS_MAX = 40;
    /** For all of one test that meet no kill. */
    private static final long CALM_MAX_NS = TimeUnit.SECONDS.toNanos(120);
    /** In a row, before nodes are left alone for as long as the test takes. */
    private static final int VOIDS_MAX = 3;

    /** A test class whose tests are run so; each instance is one attempt. */
    interface Subject {
        Attempt attempt();

        /** Lets go of the clients. */
        void disconnectInTheBackground();
    }

    /** One run of a test: the lives of nodes that its clients are connected to, and what they send. */
    final class Attempt {
        private final SentHistory history = new SentHistory();
        private final List<RollingKills.Life> lives = new CopyOnWriteArrayList<>();
        private final boolean isDisturbedBefore = kills.isDisturbed();
        private final int killsBefore = kills.kills();

        SentHistory history() {
            return history;
        }

        /** Where to connect: this replica, or the next that lives. */
        int port(final int replica) {
            final RollingKills.Life life = kills.living(replica);
            lives.add(life);
            return cluster.port(life.replica());
        }

        /** Waits until the first node that it has connected to was killed and is back: from here on it has to serve again. */
        void awaitNextLife() throws InterruptedException {
            final RollingKills.Life first = lives.remove(0);
            lives.add(kills.awaitNext(first));
        }

        private boolean isVoid() {
            return lives.stream().anyMatch(RollingKills.Life::isOver);
        }

        private boolean wasDisturbed() {
            return isDisturbedBefore || kills.kills() > killsBefore;
        }
    }

    private final List<SentHistory> histories = new CopyOnWriteArrayList<>();
    /** Attempts that nobody waits for any more; their clients are let go of. */
    private final List<Thread> givenUp = new ArrayList<>();
    /** How many attempts were void, by why. */
    private final Map<String, Integer> voids = new TreeMap<>();

    private StreamingCluster cluster;
    private RollingKills kills;
    private int passed;
    private int calm;
    private int voidsInARow;

    /** From here on nodes are killed. */
    void begin(final StreamingCluster ofSuite) {
        cluster = ofSuite;
        kills = new RollingKills(cluster, SEED);
    }

    Attempt attempt() {
        final Attempt attempt = new Attempt();
        histories.add(attempt.history);
        return attempt;
    }

    /** Each node has been killed at least once, and has what was acknowledged. */
    void end() throws Exception {
        kills.end(StreamingCluster.REPLICAS);
        final int left = join();
        histories.forEach(SentHistory::close);
        int acknowledged = 0;
        for (int replica = 0; replica < StreamingCluster.REPLICAS; replica++) {
            acknowledged = 0;
            try (NodeReader node = new NodeReader(cluster.config(), replica)) {
                for (final SentHistory history : histories) {
                    history.verify(node);
                    acknowledged += history.acknowledgedCount();
                }
            }
        }
        System.out.printf(
                "suite under kills: %d passes, begun anew: %s, %d too short to meet a kill, %d hang to the end; kills: %d; acknowledged sends, each once and in order in the copy of each replica: %d%n",
                passed, voids, calm, left, kills.kills(), acknowledged);
        assertTrue(acknowledged > 0, "nothing was acknowledged");
    }

    /** Waits for those that were given up; of the SDK's calls some never end. @return how many do not. */
    private int join() throws InterruptedException {
        final long deadlineNs = System.nanoTime() + JOIN_MAX_NS;
        for (final Thread thread : givenUp) {
            final long leftNs = deadlineNs - System.nanoTime();
            if (leftNs > 0) {
                TimeUnit.NANOSECONDS.timedJoin(thread, leftNs);
            }
        }
        return (int) givenUp.stream().filter(Thread::isAlive).count();
    }

    @Override
    public void interceptTestMethod(
            final Invocation<Void> invocation,
            final ReflectiveInvocationContext<Method> context,
            final ExtensionContext extension)
            throws Throwable {
        invocation.skip();
        int attempts = 0;
        long calmNs = 0;
        for (int round = 0; round < ROUNDS; ) {
            assertTrue(
                    attempts++ < ROUNDS * ATTEMPTS_MAX,
                    () -> "of that many attempts none was left alone by the kills: " + voids + cluster.output());
            assertTrue(calmNs < ROUNDS * CALM_MAX_NS, () -> "nothing is killed any more" + cluster.output());
            final int calmBefore = calm;
            final long beginNs = System.nanoTime();
            final Subject subject = (Subject) ReflectionSupport.newInstance(context.getTargetClass());
            try {
                if (isPassed(subject, context.getExecutable())) {
                    round++;
                    passed++;
                }
            } finally {
                subject.disconnectInTheBackground();
            }
            if (calm > calmBefore) {
                // It would have passed without any kill: no attempt, but time that goes by.
                attempts--;
                calmNs += System.nanoTime() - beginNs;
            }
        }
    }

    private boolean isPassed(final Subject subject, final Method test) throws Throwable {
        final Attempt attempt = subject.attempt();
        final CompletableFuture<Void> end = new CompletableFuture<>();
        final Thread thread = new Thread(() -> run(subject, test, end), "attempt-" + test.getName());
        thread.setDaemon(true);
        final long begunAtNs = System.nanoTime();
        thread.start();
        try {
            if (!isEnded(attempt, end, begunAtNs)) {
                thread.interrupt();
                givenUp.add(thread);
                onVoid("no answer", begunAtNs);
                return false;
            }
        } catch (final ExecutionException e) {
            final String reason = attempt.isVoid() ? reason(test, e.getCause()) : null;
            if (reason == null) {
                throw e.getCause();
            }
            onVoid(reason, begunAtNs);
            return false;
        }
        voidsInARow = 0;
        kills.leaveAlone(0);
        calm += attempt.wasDisturbed() ? 0 : 1;
        return attempt.wasDisturbed();
    }

    /** Where the disk is slow, what takes longer than the calm between two kills would never end. */
    private void onVoid(final String reason, final long begunAtNs) {
        voids.merge(reason, 1, Integer::sum);
        if (++voidsInARow >= VOIDS_MAX) {
            kills.leaveAlone(2 * (System.nanoTime() - begunAtNs));
        }
    }

    /** Why an attempt of which a node was killed is void; null if it has failed by something else. */
    private static String reason(final Method test, final Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof IggyConnectionException
                    || cause instanceof IggyConnectionClosedException
                    || cause instanceof IggyNotConnectedException
                    || cause instanceof IggyTimeoutException
                    || cause.getClass().getName().equals(ABORTED)) {
                return cause.getClass().getSimpleName();
            }
        }
        return test.isAnnotationPresent(OfConnections.class)
                ? test.getName() + " by " + failure.getClass().getSimpleName()
                : null;
    }

    private static void run(final Object subject, final Method test, final CompletableFuture<Void> end) {
        try {
            ReflectionSupport.invokeMethod(test, subject);
            end.complete(null);
        } catch (final Throwable e) {
            // Whatever it is, the thread that waits for the end throws it.
            end.completeExceptionally(e);
        }
    }

    /** False if it is given up. */
    private boolean isEnded(final Attempt attempt, final CompletableFuture<Void> end, final long begunAtNs)
            throws InterruptedException, ExecutionException {
        long voidSinceNs = 0;
        while (true) {
            try {
                end.get(LOOK_MS, TimeUnit.MILLISECONDS);
                return true;
            } catch (final TimeoutException e) {
                final long nowNs = System.nanoTime();
                if (!attempt.isVoid()) {
                    assertTrue(
                            nowNs - begunAtNs < ATTEMPT_MAX_NS,
                            () -> "living nodes do not answer in time" + cluster.output());
                } else if (voidSinceNs == 0) {
                    voidSinceNs = nowNs;
                } else if (nowNs - voidSinceNs > GIVE_UP_NS) {
                    return false;
                }
            }
        }
    }
}
