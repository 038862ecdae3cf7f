package io.vireo.sim.explore;

/** What a search has seen so far. One thread. */
public final class SearchFigures {
    long states;
    long transitions;
    long cutByState;
    long cutByIndependence;
    long cutByDepth;
    long beyondViews;
    long leaves;
    int depth;
    long plays;
    long skipped;
    int pasts;
    int steps;
    private long sumLo;
    private long sumHi;

    void onState(final int newDepth, final Fingerprint fingerprint) {
        states++;
        depth = Math.max(depth, newDepth);
        sumLo += fingerprint.lo();
        sumHi += fingerprint.hi();
    }

    /** Different states of the scope. */
    public long states() {
        return states;
    }

    /** Choices played in a state. */
    public long transitions() {
        return transitions;
    }

    /** Transitions that led to a state seen before. */
    public long cutByState() {
        return cutByState;
    }

    /** Transitions left out because the other order of the same events was played. */
    public long cutByIndependence() {
        return cutByIndependence;
    }

    /** States with choices that were not followed because of the depth. */
    public long cutByDepth() {
        return cutByDepth;
    }

    /** States met at the border of the scope, with a replica in a later view: counted apart, and not followed. */
    public long beyondViews() {
        return beyondViews;
    }

    /** States in which nothing may happen any more. */
    public long leaves() {
        return leaves;
    }

    /** Most choices in a row. */
    public int depth() {
        return depth;
    }

    /** Schedules that were played with the objects of the node, from the start or from where the last one ended. */
    public long plays() {
        return plays;
    }

    /** Ends of schedules that were left out of the sample which is played. */
    public long skipped() {
        return skipped;
    }

    /** Different pasts of single ends. */
    public int pasts() {
        return pasts;
    }

    /** Different choices at ends with different pasts: what the node was asked to do. */
    public int steps() {
        return steps;
    }

    /** Sum over the set of states of the scope, whatever their order: searches with equal sums have seen the same states. */
    public String digest() {
        return String.format("%016x%016x", sumHi, sumLo);
    }
}
