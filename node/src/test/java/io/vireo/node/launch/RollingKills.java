package io.vireo.node.launch;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills the nodes of a cluster with SIGKILL, one after the other, and starts each again; the next one when the last serves clients, is in
 * normal operation with all its groups, and has caught up: so there always are two copies of what was acknowledged. Runs on a thread of its own until it is ended; any thread asks which nodes live.
 */
final class RollingKills {
    private static final int CALM_MAX_MS = 400;
    private static final int DOWN_MAX_MS = 800;

    /** One life of a node, from when it serves to its kill: what is asked of it is answered until it is over. */
    static final class Life {
        private final int replica;
        private volatile boolean isOver;

        Life(final int replica) {
            this.replica = replica;
        }

        int replica() {
            return replica;
        }

        boolean isOver() {
            return isOver;
        }
    }

    private final StreamingCluster cluster;
    private final Random random;
    private final Thread thread = new Thread(this::run, "rolling-kills");
    private final Life[] lives = new Life[StreamingCluster.REPLICAS];
    private int kills;
    private int victim;
    private boolean isDown;
    private boolean isEnding;
    private long calmMinNs;
    private Exception problem;

    /** Begins to kill nodes of a cluster that serves. */
    RollingKills(final StreamingCluster cluster, final long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
        for (int replica = 0; replica < lives.length; replica++) {
            lives[replica] = new Life(replica);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** A node that serves: this one, or the next that does. */
    synchronized Life living(final int replica) {
        Life life = lives[replica];
        while (life.isOver) {
            life = lives[(life.replica + 1) % lives.length];
        }
        return life;
    }

    /** Kills so far, of which the last may not be over. */
    synchronized int kills() {
        return kills;
    }

    /** Whether a node is being killed, down, or not serving yet. */
    synchronized boolean isDisturbed() {
        return isDown;
    }

    /** From now on no node is killed for at least so long after the last is back. */
    synchronized void leaveAlone(final long durationNs) {
        calmMinNs = durationNs;
        notifyAll();
    }

    /** Waits until this life is over and the node has another; it is the next to be killed. */
    synchronized Life awaitNext(final Life life) throws InterruptedException {
        if (!life.isOver) {
            victim = life.replica;
        }
        while (problem == null && (lives[life.replica] == life || lives[life.replica].isOver)) {
            wait();
        }
        check();
        return lives[life.replica];
    }

    /** Waits until there have been so many kills, and then until all nodes serve; kills no more. */
    void end(final int killsMin) throws InterruptedException {
        synchronized (this) {
            while (problem == null && kills < killsMin) {
                wait();
            }
            isEnding = true;
            notifyAll();
        }
        thread.join();
        synchronized (this) {
            check();
        }
    }

    private void check() {
        if (problem != null) {
            throw new AssertionError("a node could not be killed or did not come back" + cluster.output(), problem);
        }
    }

    private void run() {
        try {
            while (pause(true, CALM_MAX_MS)) {
                final int replica = take();
                cluster.kill(replica);
                pause(false, DOWN_MAX_MS);
                cluster.start(replica);
                cluster.awaitOpened(replica, StreamingCluster.GROUPS);
                cluster.awaitServing(replica);
                cluster.awaitCaughtUp(replica);
                bringBack(replica);
            }
        } catch (final Exception | AssertionError e) {
            synchronized (this) {
                problem = e instanceof Exception exception ? exception : new IllegalStateException(e);
                notifyAll();
            }
        }
    }

    /** The life is over before the process is, so that nobody who sees what a kill does takes it for something else. */
    private synchronized int take() {
        final int replica = victim;
        victim = (victim + 1) % lives.length;
        lives[replica].isOver = true;
        isDown = true;
        kills++;
        notifyAll();
        return replica;
    }

    private synchronized void bringBack(final int replica) {
        lives[replica] = new Life(replica);
        isDown = false;
        notifyAll();
    }

    /**
     * For a random time; returns false at once if this is ending.
     *
     * @param isCalm true to stay on top of it for as long as nodes are to be left alone, which may change meanwhile.
     */
    private synchronized boolean pause(final boolean isCalm, final int maxMs) throws InterruptedException {
        final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(maxMs));
        while (!isEnding) {
            final long left = end + (isCalm ? calmMinNs : 0) - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return false;
    }
}
