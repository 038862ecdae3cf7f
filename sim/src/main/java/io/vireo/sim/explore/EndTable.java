package io.vireo.sim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What the ends of a search have been seen to do. What happens at an end depends on what happened to it before and on nothing else, see
 * {@link History}: so the objects of the node need to do a step once, and what came of it holds wherever the same end meets the same choice
 * after the same past. Whoever plays a schedule again hands every step of it in again, and it must be the same. One thread.
 */
final class EndTable {
    /**
     * What can be known of an end by its past alone.
     *
     * @param isAlive of a replica, that its process runs.
     * @param isDiskHeld the disk has been asked for what has not taken place.
     * @param isWritePending a crash has something to lose.
     * @param isBeyondViews it is in a view that is not part of the scope.
     * @param canRequest of the client.
     * @param lookLo one half of a digest of what others can tell of it, see {@link FactFinder#look}.
     */
    record Facts(
            boolean isAlive,
            boolean isDiskHeld,
            boolean isWritePending,
            boolean isBeyondViews,
            boolean canRequest,
            long lookLo,
            long lookHi) {}

    /**
     * What comes of a choice.
     *
     * @param next number of the end's state afterwards; the one before if nothing happened.
     * @param sent numbers of the choices in which these frames arrive.
     */
    record Step(int next, int[] sent) {}

    private static final int END_SHIFT = 60;
    private static final int STATE_SHIFT = 28;

    private final List<StateTable> states = new ArrayList<>();
    private final List<List<Facts>> facts = new ArrayList<>();
    private final Long2ObjectHashMap<Step> steps = new Long2ObjectHashMap<>();

    EndTable(final int ends) {
        for (int end = 0; end < ends; end++) {
            states.add(new StateTable());
            facts.add(new ArrayList<>());
        }
    }

    /** Number of the state of this end with this past. */
    int state(final int end, final long lo, final long hi) {
        return states.get(end).add(lo, hi);
    }

    /** True if nobody has said anything of this state, the one that was numbered last. */
    boolean isUnknown(final int end, final int state) {
        return state == facts.get(end).size();
    }

    void know(final int end, final Facts ofState) {
        facts.get(end).add(ofState);
    }

    Facts facts(final int end, final int state) {
        return facts.get(end).get(state);
    }

    long lo(final int end, final int state) {
        return states.get(end).lo(state);
    }

    long hi(final int end, final int state) {
        return states.get(end).hi(state);
    }

    /** What comes of a choice at an end in this state; null if it was never seen. */
    Step step(final int end, final int state, final int choice) {
        return steps.get(key(end, state, choice));
    }

    /** @throws NonDeterminismException if it is not what was seen before. */
    void learn(final int end, final int state, final int choice, final Step step) {
        final Step before = steps.putIfAbsent(key(end, state, choice), step);
        if (before != null && (before.next() != step.next() || !Arrays.equals(before.sent(), step.sent()))) {
            throw new NonDeterminismException("what happened to one end before did not decide what it does");
        }
    }

    private static long key(final int end, final int state, final int choice) {
        return (long) end << END_SHIFT | (long) state << STATE_SHIFT | choice;
    }

    /** Different pasts of ends. */
    int size() {
        return states.stream().mapToInt(StateTable::size).sum();
    }

    /** Different steps of ends. */
    int steps() {
        return steps.size();
    }
}
