package io.vireo.sim.library;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.sim.SeedRange;
import io.vireo.sim.SimOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Simulates a cluster that replicates a state machine of yours: many runs, each drawn from a seed, with crashes, torn writes, rot,
 * partitions, lost and repeated messages, snapshots, restores and replays. For a test:
 *
 * <pre>
 * Simulation.of(Counters::new).workload(new SomeRequests()).seeds(1000).check();
 * </pre>
 *
 * <p>Checked in every run: a request has the same reply on every replica, after every restart and at its client; snapshots of the same op
 * have the same bytes; the model and the invariants that are given; and everything that the simulator checks of Vireo itself. Set it up and
 * call it from one thread.
 */
public final class Simulation<S extends StateMachine> {
    private static final int REPLICAS_MAX = 6;
    private static final int REQUESTS_MAX = 100_000;
    private static final int BODY_MAX = 64;
    private static final long SEEDS = 100;

    private final StateMachineSource<? extends S> source;
    private final List<MachineRules.Invariant<S>> invariants = new ArrayList<>();
    private Supplier<? extends Model> model;
    private Workload workload = random -> {
        final byte[] body = new byte[random.nextInt(BODY_MAX + 1)];
        random.nextBytes(body);
        return body;
    };
    private long firstSeed;
    private long seeds = SEEDS;
    private int replicas;
    private int requests;
    private int jobs = Runtime.getRuntime().availableProcessors();
    private boolean hasFaults = true;
    private Duration shrinkFor = Duration.ofMinutes(1);
    private Path output;

    private Simulation(final StateMachineSource<? extends S> source) {
        this.source = source;
    }

    /** Of a state machine that keeps everything in memory. */
    public static <S extends StateMachine> Simulation<S> of(final Supplier<? extends S> factory) {
        return new Simulation<>((config, group, segments) -> factory.get());
    }

    /** Of a state machine that keeps what grows in segments. */
    public static <S extends StateMachine> Simulation<S> of(final Function<SegmentStore, ? extends S> factory) {
        return new Simulation<>((config, group, segments) -> factory.apply(segments));
    }

    /** Of a state machine that takes all that a node has for it. */
    public static <S extends StateMachine> Simulation<S> of(final StateMachineSource<? extends S> factory) {
        return new Simulation<>(factory);
    }

    /** What clients ask; random bytes if nothing is said, which few state machines understand. */
    public Simulation<S> workload(final Workload newWorkload) {
        workload = newWorkload;
        return this;
    }

    /** What the state machine is to reply. A new one is made for every group of every run. */
    public Simulation<S> model(final Supplier<? extends Model> factory) {
        model = factory;
        return this;
    }

    /**
     * What holds after every op and every restore, on every replica.
     *
     * @param rule in a sentence, without values: names the failure.
     * @param holds must not change the state machine.
     */
    public Simulation<S> invariant(final String rule, final Predicate<? super S> holds) {
        invariants.add(new MachineRules.Invariant<>(rule, holds));
        return this;
    }

    /** How many runs; 100 if nothing is said. */
    public Simulation<S> seeds(final long count) {
        seeds = checked("seeds", count, 1, Long.MAX_VALUE);
        return this;
    }

    /** The seed of the first run, 0 if nothing is said; the others follow it. */
    public Simulation<S> firstSeed(final long seed) {
        firstSeed = seed;
        return this;
    }

    /** So many replicas in every run, 1 to 6; if nothing is said, drawn, mostly 3. */
    public Simulation<S> replicas(final int count) {
        replicas = (int) checked("replicas", count, 1, REPLICAS_MAX);
        return this;
    }

    /**
     * So many requests in every run, of all clients together, and a journal so small that most runs take snapshots; if nothing is said,
     * drawn, 200 to 2,000.
     */
    public Simulation<S> requests(final int count) {
        requests = (int) checked("requests", count, 1, REQUESTS_MAX);
        return this;
    }

    /** How many threads run seeds at once; one per processor if nothing is said. What a seed gives does not depend on it. */
    public Simulation<S> jobs(final int count) {
        jobs = (int) checked("jobs", count, 1, Short.MAX_VALUE);
        return this;
    }

    /** False for a calm sea: to see whether a failure needs faults at all. */
    public Simulation<S> faults(final boolean isOn) {
        hasFaults = isOn;
        return this;
    }

    /** How long a failure is shrunk at most; a minute if nothing is said. */
    public Simulation<S> shrinkFor(final Duration duration) {
        shrinkFor = duration;
        return this;
    }

    /**
     * Where the files of a failure go; if nothing is said, {@code vireo-sim} in the {@code target} or {@code build} directory where there is
     * one, else {@code vireo-sim-failures}.
     */
    public Simulation<S> output(final Path directory) {
        output = directory;
        return this;
    }

    /**
     * Runs the seeds, until one fails.
     *
     * @throws SimulationFailure if one fails: with its seed, what was violated, the faults it takes, a picture and a file for
     *     {@link #replay}.
     * @throws AssertionError if all passed, but have not met what they were to prove: no request was understood, nothing was restored.
     */
    public SimulationStatistics check() {
        final SeedRange range = new SeedRange(firstSeed, firstSeed + (seeds - 1));
        return machineCheck().run(range, jobs);
    }

    /**
     * Plays what {@link #check} has written; the state machine, the workload and the knobs must be those of then.
     *
     * @throws SimulationFailure if it still fails.
     * @throws IllegalArgumentException if the file cannot be read, or is of another simulation.
     */
    public void replay(final Path reproduction) {
        machineCheck().replay(reproduction);
    }

    private MachineCheck machineCheck() {
        return new MachineCheck(
                new MachineProfile<>(
                        source,
                        workload,
                        new MachineRules<>(model, invariants),
                        new SimOptions.Fixed(replicas, requests)),
                hasFaults,
                shrinkFor,
                output);
    }

    private static long checked(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", must be from " + min + " to " + max);
        }
        return value;
    }
}
