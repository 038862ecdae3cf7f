package io.vireo.sim.explore;

import io.vireo.bootstrap.config.ClusterConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;

/**
 * Visits every state of a scope once, those with fewer choices behind them first, so that the first failure has the shortest schedule there
 * is. Objects of the node cannot be copied: a state is reached by playing its schedule from the start, and its fingerprint must come out
 * again. What leads to a state that was seen is cut; of two independent choices only one order is played (sleep sets: Godefroid, LNCS 1032,
 * section 5.2), which leaves out transitions and no state. One thread, no clock: whoever calls says when it is enough.
 */
public final class Search {
    /** Asked before every transition. */
    @FunctionalInterface
    public interface Patience {
        boolean isLeft(SearchFigures figures);
    }

    private static final int[] NOTHING = {};
    private static final int NONE = -1;

    /** A state that was left with choices asleep, which a later way to it has woken. */
    private record Visit(int state, int[] todo, int[] sleep) {}

    private final Scope scope;
    private final ClusterConfig config;
    private final SearchLimits limits;
    private final SearchFigures figures = new SearchFigures();
    private final StateTable states = new StateTable();
    private final Map<Choice, Integer> numbers = new LinkedHashMap<>();
    private final List<Choice> known = new ArrayList<>();
    private final Fingerprint fingerprint = new Fingerprint();

    // By state
    private final IntArrayList parents = new IntArrayList();
    private final IntArrayList ways = new IntArrayList();
    private final IntArrayList depths = new IntArrayList();
    /** Choices of a state that is not expanded yet; null afterwards. */
    private final List<int[]> enabled = new ArrayList<>();
    /** Choices that need not be played, because what they lead to is reached by another order. */
    private final List<int[]> asleep = new ArrayList<>();

    private final ArrayDeque<Visit> woken = new ArrayDeque<>();
    private Finding finding;

    public Search(final Scope scope, final SearchLimits limits) {
        this.scope = scope;
        config = scope.cluster();
        this.limits = limits;
    }

    /** Searches until a failure is found, nothing is left within the limits, or patience is. Once. */
    public SearchResult run(final Patience patience) {
        final SmallCluster first = new SmallCluster(scope, config);
        SearchResult.End end = SearchResult.End.COMPLETE;
        try {
            first.open();
            discover(first, NONE, NONE, NOTHING);
        } catch (final RuntimeException e) {
            finding = Finding.of(first.violation(), e, List.of());
        }
        int next = 0;
        while (finding == null && (next < states.size() || !woken.isEmpty())) {
            if (states.size() >= limits.statesMax()) {
                end = SearchResult.End.STATES;
                break;
            }
            final Visit visit = woken.isEmpty() ? firstVisit(next++) : woken.poll();
            if (visit != null && !expand(visit, patience)) {
                end = SearchResult.End.PATIENCE;
                break;
            }
        }
        if (finding != null) {
            end = SearchResult.End.FOUND;
        } else if (end == SearchResult.End.COMPLETE && figures.cutByDepth > 0) {
            end = SearchResult.End.DEPTH;
        }
        return new SearchResult(scope, end, figures, finding);
    }

    /** Null where there is nothing to do. */
    private Visit firstVisit(final int state) {
        final int[] choices = enabled.get(state);
        if (choices.length > 0 && depths.getInt(state) >= limits.depthMax()) {
            figures.cutByDepth++;
            enabled.set(state, null);
            return null;
        }
        enabled.set(state, null);
        final int[] sleep = asleep.get(state);
        final int[] todo = without(choices, sleep);
        figures.cutByIndependence += choices.length - todo.length;
        return todo.length == 0 ? null : new Visit(state, todo, sleep);
    }

    /** Plays these choices of a state; false if patience is at its end. */
    private boolean expand(final Visit visit, final Patience patience) {
        int[] sleep = visit.sleep();
        for (final int choice : visit.todo()) {
            if (!patience.isLeft(figures)) {
                return false;
            }
            figures.transitions++;
            final SmallCluster cluster = new SmallCluster(scope, config);
            try {
                replay(cluster, visit.state());
                cluster.apply(known.get(choice));
                discover(cluster, visit.state(), choice, independent(sleep, choice));
            } catch (final RuntimeException e) {
                finding = Finding.of(cluster.violation(), e, schedule(visit.state(), choice));
            }
            if (finding != null) {
                return true;
            }
            if (limits.isReduced()) {
                sleep = with(sleep, choice);
            }
        }
        return true;
    }

    private void replay(final SmallCluster cluster, final int state) {
        cluster.open();
        final List<Choice> schedule = schedule(state, NONE);
        for (final Choice choice : schedule) {
            cluster.apply(choice);
        }
        cluster.fingerprint(fingerprint);
        if (fingerprint.lo() != states.lo(state) || fingerprint.hi() != states.hi(state)) {
            throw new NonDeterminismException(
                    "the same schedule of " + schedule.size() + " choices led to another state");
        }
    }

    /** A schedule has led here; {@code sleep} as it is for this way. */
    private void discover(final SmallCluster cluster, final int parent, final int way, final int[] sleep) {
        if (cluster.violation() != null) {
            finding = Finding.of(cluster.violation(), null, schedule(parent, way));
            return;
        }
        cluster.fingerprint(fingerprint);
        final int before = states.size();
        final int state = states.add(fingerprint.lo(), fingerprint.hi());
        if (state < before) {
            figures.cutByState++;
            meet(state, sleep);
            return;
        }
        final int depth = parent == NONE ? 0 : depths.getInt(parent) + 1;
        figures.onState(depth, fingerprint);
        parents.addInt(parent);
        ways.addInt(way);
        depths.addInt(depth);
        asleep.add(sleep);
        if (cluster.isBeyondViews()) {
            figures.beyondViews++;
            enabled.add(NOTHING);
            return;
        }
        final int[] choices = numbers(cluster.choices());
        enabled.add(choices);
        if (choices.length == 0) {
            figures.leaves++;
            if (limits.isHealing()) {
                heal(cluster, state);
            }
        }
    }

    /** Nothing is left that may happen to this state: faults end, and all must become well. */
    private void heal(final SmallCluster cluster, final int state) {
        RuntimeException crash = null;
        try {
            cluster.heal();
        } catch (final RuntimeException e) {
            crash = e;
        }
        if (crash != null || cluster.violation() != null) {
            finding = Finding.of(cluster.violation(), crash, schedule(state, NONE))
                    .afterHeal();
        }
    }

    /** Another way to a known state: asleep is only what is asleep on both. */
    private void meet(final int state, final int[] sleep) {
        final int[] before = asleep.get(state);
        final int[] awake = without(before, sleep);
        if (awake.length == 0) {
            return;
        }
        final int[] both = without(before, awake);
        asleep.set(state, both);
        if (enabled.get(state) == null && depths.getInt(state) < limits.depthMax()) {
            figures.cutByIndependence -= awake.length;
            woken.add(new Visit(state, awake, both));
        }
    }

    /** From the first state to this one, and this choice in it if it is one. */
    private List<Choice> schedule(final int state, final int last) {
        final ArrayDeque<Choice> schedule = new ArrayDeque<>();
        if (last != NONE) {
            schedule.add(known.get(last));
        }
        for (int at = state; at != NONE && ways.getInt(at) != NONE; at = parents.getInt(at)) {
            schedule.addFirst(known.get(ways.getInt(at)));
        }
        return List.copyOf(schedule);
    }

    // Sets of choices, by number

    private int[] numbers(final List<Choice> choices) {
        final int[] all = new int[choices.size()];
        for (int i = 0; i < all.length; i++) {
            final Choice choice = choices.get(i);
            Integer number = numbers.get(choice);
            if (number == null) {
                number = known.size();
                known.add(choice);
                numbers.put(choice, number);
            }
            all[i] = number;
        }
        return all;
    }

    private int[] independent(final int[] sleep, final int choice) {
        final Choice played = known.get(choice);
        return Arrays.stream(sleep)
                .filter(other -> played.isIndependentOf(known.get(other), scope.replicas()))
                .toArray();
    }

    private static int[] without(final int[] all, final int[] some) {
        return Arrays.stream(all).filter(each -> !contains(some, each)).toArray();
    }

    private static int[] with(final int[] all, final int one) {
        final int[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = one;
        return more;
    }

    private static boolean contains(final int[] all, final int one) {
        for (final int each : all) {
            if (each == one) {
                return true;
            }
        }
        return false;
    }
}
