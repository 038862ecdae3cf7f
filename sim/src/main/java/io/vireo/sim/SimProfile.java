package io.vireo.sim;

import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.SceneFactory;
import io.vireo.sim.fault.Regime;

/** What runs of many seeds have in common: how their options are drawn, and what their clusters replicate. Used by several threads at once. */
public interface SimProfile extends SceneFactory {
    /** The plain log, everything drawn: what {@code vireo-sim} runs. */
    SimProfile LOG = new LogProfile(null);

    /** The same with all runs in this regime. */
    static SimProfile log(final Regime regime) {
        return new LogProfile(regime);
    }

    /** Streams and clients of the protocol, everything drawn. */
    SimProfile STREAM = new StreamProfile(null);

    /** What the simulator can run by itself, by the names that its commands take. */
    enum Machine {
        LOG("log"),
        STREAM("stream");

        private final String text;

        Machine(final String text) {
            this.text = text;
        }

        /** With all runs in this regime, or, with null, each in the one that its seed draws. */
        public SimProfile profile(final Regime regime) {
            return switch (this) {
                case LOG -> regime == null ? SimProfile.LOG : log(regime);
                case STREAM -> regime == null ? SimProfile.STREAM : new StreamProfile(regime);
            };
        }

        /** The name. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** The profile whose settings these are; {@link #LOG} if none has them. */
    static SimProfile of(final String settings) {
        for (final Machine machine : Machine.values()) {
            if (machine.profile(null).settings().equals(settings)) {
                return machine.profile(null);
            }
            for (final Regime regime : Regime.values()) {
                if (machine.profile(regime).settings().equals(settings)) {
                    return machine.profile(regime);
                }
            }
        }
        return LOG;
    }

    /**
     * The options of a seed; everything else is drawn as if there were all replicas.
     *
     * @param replicasMax at most so many of the replicas take part.
     */
    ClusterOptions options(long seed, int replicasMax);

    /** Name of what is replicated, for people. */
    String stateMachine();

    /** What is not left to the seed, in one line; runs of equal settings and state machines are equal. */
    String settings();
}
