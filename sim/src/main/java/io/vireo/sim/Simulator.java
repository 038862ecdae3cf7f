package io.vireo.sim;

import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.Quorums;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.sim.audit.Violation;
import io.vireo.sim.cluster.ApplicationFactory;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.SceneFactory;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.time.TraceRecording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs one seed: a storm in which clients work and faults strike, then the heal of a random core, which has to converge and serve. One
 * instance per run, on one thread; a seed gives the same run anywhere.
 */
public final class Simulator {
    /** The storm ends at the latest after this virtual time; a workload that faults have slowed down is no failure. */
    private static final long STORM_MAX_NS = 120_000_000_000L;
    /** Bound of the convergence: 30 times the longest suspicion timeout. */
    private static final long HEAL_MAX_NS = 60_000_000_000L;
    /** For replicas whose disks were replaced, as long as they get on. */
    private static final long RETURN_MAX_NS = 10 * HEAL_MAX_NS;
    /** More events than this in one run are an event storm. */
    private static final long EVENTS_MAX = 20_000_000L;

    /** Within this time after an assault all processes have ended and none is back. */
    private static final long ASSAULT_NS = 2L;

    private static final int CORE_TRIES = 8;

    private final SimCluster cluster;
    private final ClusterOptions options;
    private long stopAtEvent = Long.MAX_VALUE;
    private RuntimeException crash;
    private TraceRecording recording;
    private boolean isStarted;

    public Simulator(final ClusterOptions options, final RunListener listener) {
        this(options, options.plan(), ApplicationFactory.LOG, listener);
    }

    private Simulator(
            final ClusterOptions options, final FaultPlan plan, final SceneFactory scenes, final RunListener listener) {
        this.options = options;
        cluster = new SimCluster(options, plan, scenes, listener);
    }

    /** The run of a seed without what the reduction leaves out. */
    public static Simulator of(final SimSeed seed, final Reduction reduction, final RunListener listener) {
        return new Simulator(reduction.options(seed), reduction.plan(seed), seed.profile(), listener);
    }

    /** The same for the plain log. */
    public static Simulator of(final long seed, final Reduction reduction, final RunListener listener) {
        return of(SimSeed.of(seed), reduction, listener);
    }

    /** Runs a seed with its own options, silently. */
    public static RunResult run(final long seed) {
        return run(seed, null);
    }

    /** Runs a seed in this regime, or, with null, in the one it draws. */
    public static RunResult run(final long seed, final Regime regime) {
        return new Simulator(SimOptions.of(seed, regime), RunListener.NONE).run();
    }

    /** The run ends when this event has taken place, if it does not before; events count from 1. */
    public void stopAt(final long event) {
        stopAtEvent = event;
    }

    /** The cluster as it stands. */
    public SimCluster cluster() {
        return cluster;
    }

    /** Before the run: keeps every event of it. */
    public void record(final TraceRecording newRecording) {
        recording = newRecording;
        cluster.trace().listener(newRecording::onValue);
    }

    /** Formats all disks and starts all processes; {@link #run} does so where nobody did. */
    public void start() {
        isStarted = true;
        cluster.start();
    }

    /** Runs to the verdict; once. */
    public RunResult run() {
        Verdict verdict = Verdict.PASS;
        String signature = null;
        String message = null;
        try {
            final String excuse = runPhases();
            if (excuse != null) {
                verdict = Verdict.LEGITIMATE_LOSS;
                message = excuse;
            }
        } catch (final RuntimeException e) {
            crash = e;
        }
        final Violation violation = cluster.auditors().log.violation();
        if (violation != null) {
            verdict = violation.auditor().equals("A12") ? Verdict.LIVENESS : Verdict.SAFETY;
            signature = violation.signature();
            message = violation + (verdict == Verdict.LIVENESS ? " | " + cluster.busyClients() : "");
        } else if (crash != null) {
            verdict = Verdict.CRASH;
            signature = CrashSignature.of(crash);
            message = crash + " at event " + cluster.queue().executed() + " seed=" + options.seed();
        }
        cluster.sumUp();
        return new RunResult(
                options.seed(),
                verdict,
                signature,
                message,
                crash,
                cluster.trace().value(),
                cluster.queue().executed(),
                cluster.queue().nowNs(),
                options,
                cluster.counters());
    }

    /** Null, or what excuses that the core did not converge. */
    private String runPhases() {
        if (!isStarted) {
            start();
        }
        while (!cluster.isStormOver() && cluster.queue().nowNs() < STORM_MAX_NS) {
            if (!step()) {
                return null;
            }
        }
        if (cluster.isReplacing() && !awaitReplacements()) {
            return null;
        }
        if (options.heal().regime() != Regime.NORMAL && !assault()) {
            return null;
        }
        final int[] core = chooseCore();
        if (core.length == 0) {
            return notLive("no replica has its superblock");
        }
        final Draws draws = new Draws(options.chance(), Stream.HEAL, 1);
        cluster.heal(core, draws);
        final long endNs = cluster.queue().nowNs() + HEAL_MAX_NS;
        String pending = "nothing has run";
        while (pending != null && cluster.queue().nowNs() < endNs) {
            final long untilNs = cluster.queue().nowNs() + 10_000_000L;
            while (cluster.queue().nowNs() < untilNs) {
                if (!step()) {
                    return null;
                }
            }
            cluster.relieve(core);
            pending = pending(core);
        }
        if (pending != null) {
            return excuseOrReport(core, pending);
        }
        cluster.auditors().durability.onQuiet();
        return null;
    }

    /**
     * Replicas that have lost their disk come back while enough others are there: that is theirs to do. False if the run is over.
     *
     * <p>Frames get lost as before, unlike after the heal, and each one that is lost costs its receiver a time-out, so how long all of it takes follows
     * from how much there is to fetch. What is demanded is what is demanded of a transfer: that it gets on, and comes to an end.
     */
    private boolean awaitReplacements() {
        cluster.calm(returnCore());
        final long lastNs = cluster.queue().nowNs() + RETURN_MAX_NS;
        boolean isGettingOn = true;
        while (cluster.isReplacing() && isGettingOn && cluster.queue().nowNs() < lastNs) {
            final long[] before = cluster.returnProgress();
            final long endNs = cluster.queue().nowNs() + options.network().stretched(HEAL_MAX_NS);
            while (cluster.isReplacing() && cluster.queue().nowNs() < endNs) {
                if (!step()) {
                    return false;
                }
            }
            isGettingOn = isMore(cluster.returnProgress(), before);
        }
        if (cluster.isReplacing()) {
            final int[] others = cluster.giveUpReplacements();
            if (!isExcused(others)) {
                cluster.auditors()
                        .liveness
                        .onTimeout(
                                others[0],
                                0,
                                cluster.views(0, others).get(0),
                                "a replica whose disk was lost does not count again");
                return false;
            }
        }
        return true;
    }

    /** True if one of them has got on, or is back: then its progress is 0, and another one may need the time that it had. */
    private static boolean isMore(final long[] now, final long[] before) {
        boolean isMore = false;
        for (int replica = 0; replica < now.length; replica++) {
            isMore |= now[replica] > before[replica] || now[replica] == 0 && before[replica] > 0;
        }
        return isMore;
    }

    /**
     * Those whose disks are being replaced, and a random set of others, as many as have to answer one of them, that damage has left a good copy
     * of everything committed; all, if no such set was drawn.
     */
    private int[] returnCore() {
        final boolean[] replacing = cluster.replacing();
        final int replicas = options.replicas();
        final int answers = Math.min(Quorums.of(replicas).viewChange(), replicas - 1);
        final Draws draws = new Draws(options.chance(), Stream.HEAL, 2);
        for (int i = 0; i < CORE_TRIES; i++) {
            final int[] others = cluster.notLost();
            for (int at = others.length - 1; at > 0; at--) {
                final int swapped = draws.nextInt(at + 1);
                final int other = others[at];
                others[at] = others[swapped];
                others[swapped] = other;
            }
            final int[] core = Arrays.copyOf(others, Math.min(answers, others.length));
            boolean isEnough = core.length == answers;
            for (int group = 0; group < options.cluster().groupCount(); group++) {
                isEnough &= cluster.auditors().liveness.missing(group, core) == null;
            }
            if (isEnough) {
                return IntStream.concat(
                                Arrays.stream(core),
                                IntStream.range(0, replicas).filter(replica -> replacing[replica]))
                        .sorted()
                        .toArray();
            }
        }
        return IntStream.range(0, replicas).toArray();
    }

    /** True if damage keeps these replicas from bringing another one back. */
    private boolean isExcused(final int[] others) {
        for (int group = 0; group < options.cluster().groupCount(); group++) {
            boolean isHurt = cluster.auditors().liveness.missing(group, others) != null
                    || cluster.auditors().liveness.undecidable(group, others) != null;
            for (final ReplicaView view : cluster.views(group, others)) {
                isHurt |= view != null && view.status() == Status.RECOVERING_HEAD;
            }
            if (isHurt) {
                return true;
            }
        }
        return false;
    }

    /** One event; false if the run is over. */
    private boolean step() {
        if (!cluster.queue().step()) {
            throw new IllegalStateException("nothing will ever happen again");
        }
        if (recording != null) {
            recording.onEvent(cluster.queue().nowNs(), cluster.trace().value());
        }
        if (cluster.queue().executed() > EVENTS_MAX) {
            throw new IllegalStateException("an event storm: " + EVENTS_MAX + " events");
        }
        return cluster.auditors().log.violation() == null && cluster.queue().executed() < stopAtEvent;
    }

    /** A random set of at least a quorum of both kinds, such that the damage done leaves it a good copy of everything committed. */
    private int[] chooseCore() {
        final Draws draws = new Draws(options.chance(), Stream.HEAL, 0);
        final int replicas = options.replicas();
        final Quorums quorums = Quorums.of(replicas);
        final int least = Math.max(quorums.replication(), quorums.viewChange());
        for (int i = 0; i < CORE_TRIES; i++) {
            final int drawn = draws.between(least, replicas);
            // A link can only go bad for good where an end of it can be spared.
            final int size = options.heal().residual().isOfLink() && i == 0 ? replicas : drawn;
            final int[] order = new int[replicas];
            for (int r = 0; r < replicas; r++) {
                final int at = draws.nextInt(r + 1);
                order[r] = order[at];
                order[at] = r;
            }
            final int[] core = Arrays.copyOf(order, size);
            Arrays.sort(core);
            boolean isRecoverable = true;
            for (int group = 0; group < options.cluster().groupCount(); group++) {
                isRecoverable &= cluster.auditors().liveness.missing(group, core) == null;
            }
            if (isRecoverable) {
                return core;
            }
        }
        return cluster.notLost();
    }

    private String pending(final int[] core) {
        if (!cluster.areClientsIdle()) {
            return "a client has no answer";
        }
        for (int group = 0; group < options.cluster().groupCount(); group++) {
            final String pending = pending(group, core);
            if (pending != null) {
                return pending;
            }
        }
        return null;
    }

    private String pending(final int group, final int[] core) {
        String pending = pendingAmong(group, core);
        for (final int end : cluster.spared()) {
            if (pending != null) {
                pending = pendingAmong(
                        group,
                        Arrays.stream(core).filter(replica -> replica != end).toArray());
            }
        }
        return pending;
    }

    private String pendingAmong(final int group, final int[] core) {
        final List<PrepareJournal> journals = new ArrayList<>(core.length);
        for (final int replica : core) {
            journals.add(cluster.replica(replica).journal(group));
        }
        return cluster.auditors().liveness.pending(cluster.views(group, core), journals);
    }

    /** False if the run is over. */
    private boolean assault() {
        cluster.assault();
        final long endNs = cluster.queue().nowNs() + ASSAULT_NS;
        while (cluster.queue().nowNs() < endNs) {
            if (!step()) {
                return false;
            }
        }
        return true;
    }

    /** Beyond the limit nothing is demanded but that what is lost can be said. */
    private String notLive(final String why) {
        cluster.counters().beyondNotLive++;
        return "beyond-f: " + why + "; destroyed: " + cluster.destroyed();
    }

    private String excuseOrReport(final int[] core, final String pending) {
        final Regime regime = options.heal().regime();
        final String excuse = excuse(core);
        if (regime == Regime.BEYOND_F) {
            return notLive(pending + (excuse == null ? "" : ", " + excuse));
        }
        if (excuse != null && regime == Regime.NORMAL) {
            return excuse;
        }
        // Exactly-f leaves nothing to be excused.
        int group = 0;
        while (group < options.cluster().groupCount() - 1 && pending(group, core) == null) {
            group++;
        }
        final ReplicaView view = cluster.views(group, core).get(0);
        cluster.auditors()
                .liveness
                .onTimeout(core[0], group, view, pending + (excuse == null ? "" : " (" + regime + ")"));
        return null;
    }

    /** What of the damage done explains that the core did not converge, or null. */
    private String excuse(final int[] core) {
        for (int group = 0; group < options.cluster().groupCount(); group++) {
            final String excuse = cluster.auditors().liveness.excuse(group, core, cluster.views(group, core));
            if (excuse != null) {
                return excuse;
            }
        }
        return null;
    }
}
