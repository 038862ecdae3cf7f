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
 * Visits every state of a scope once, and says of a failure the shortest schedule that leads to one. Objects of the node cannot be copied:
 * a state is reached by playing its schedule from the start, and its fingerprint must come out again. What leads to a state that was seen
 * is cut; of two independent choices only one order is played (sleep sets: Godefroid, LNCS 1032, section 5.2), which leaves out transitions
 * and no state. One thread, no clock: whoever calls says when it is enough.
 */
public final class Search {
    /** Asked before every transition. */
    @FunctionalInterface
    public interface Patience {
        boolean isLeft(SearchFigures figures);
    }

    private static final int[] NOTHING = {};
    private static final int NONE = -1;

    /** Choices to be played in a state, in their order. */
    private record Visit(int state, int[] todo, int[] sleep) {}

    private final Scope scope;
    private final ClusterConfig config;
    private final SearchLimits limits;
    /** A search without a limit of depth follows each new state at once; one with a limit takes states by their depths. */
    private final boolean isFollowing;

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

    private final ArrayDeque<Visit> waiting = new ArrayDeque<>();
    private Finding finding;

    public Search(final Scope scope, final SearchLimits limits) {
        this.scope = scope;
        config = scope.cluster();
        this.limits = limits;
        isFollowing = limits.depthMax() == Integer.MAX_VALUE;
    }

    /**
     * Searches until a failure is found, nothing is left within the limits, or patience is; then, as long as patience lasts, for a shorter
     * schedule of a failure. Once.
     */
    public SearchResult run(final Patience patience) {
        final SearchResult.End end = search(patience);
        if (finding == null || finding.schedule().isEmpty() || !isFollowing) {
            return new SearchResult(scope, end, figures, finding, finding != null);
        }
        final SearchLimits shorter = new SearchLimits(
                finding.schedule().size() - 1, limits.statesMax(), limits.isReduced(), limits.isHealing());
        final Search again = new Search(scope, shorter);
        final SearchResult.End shorterEnd = again.search(patience);
        final boolean isShortest = shorterEnd != SearchResult.End.PATIENCE && shorterEnd != SearchResult.End.STATES;
        return new SearchResult(scope, end, figures, again.finding == null ? finding : again.finding, isShortest);
    }

    private SearchResult.End search(final Patience patience) {
        final SmallCluster first = new SmallCluster(scope, config);
        try {
            first.open();
            discover(first, NONE, NONE, NOTHING);
        } catch (final RuntimeException e) {
            finding = Finding.of(first.violation(), e, List.of());
        }
        int next = 0;
        while (finding == null && (next < states.size() || !waiting.isEmpty())) {
            if (states.size() >= limits.statesMax()) {
                return SearchResult.End.STATES;
            }
            final Visit visit = waiting.isEmpty() ? firstVisit(next++) : waiting.poll();
            if (visit != null && !expand(visit, patience)) {
                return SearchResult.End.PATIENCE;
            }
        }
        if (finding != null) {
            return SearchResult.End.FOUND;
        }
        return figures.cutByDepth > 0 ? SearchResult.End.DEPTH : SearchResult.End.COMPLETE;
    }

    /** What is to be done in a state for the first time; null if nothing is. */
    private Visit firstVisit(final int state) {
        final int[] choices = enabled.get(state);
        if (choices == null || choices.length == 0) {
            return null;
        }
        enabled.set(state, null);
        if (depths.getInt(state) >= limits.depthMax()) {
            figures.cutByDepth++;
            return null;
        }
        final int[] sleep = asleep.get(state);
        final int[] todo = without(choices, sleep);
        figures.cutByIndependence += choices.length - todo.length;
        return todo.length == 0 ? null : new Visit(state, todo, sleep);
    }

    /** Plays these choices of a state; false if patience is at its end. */
    private boolean expand(final Visit visit, final Patience patience) {
        Visit rest = visit;
        while (rest != null && finding == null) {
            if (!patience.isLeft(figures)) {
                return false;
            }
            rest = play(rest);
        }
        return true;
    }

    /**
     * Plays the first choice of a visit and, where that leads to a new state, goes on from there with the same objects, because getting
     * into a state takes longer than anything else. What is passed over on the way waits. Returns the rest of the visit, or null.
     */
    private Visit play(final Visit visit) {
        final SmallCluster cluster = new SmallCluster(scope, config);
        Visit at = visit;
        try {
            replay(cluster, visit.state());
            while (at != null) {
                figures.transitions++;
                final int before = states.size();
                cluster.apply(known.get(at.todo()[0]));
                discover(cluster, at.state(), at.todo()[0], independent(at.sleep(), at.todo()[0]));
                final boolean isOnward = isFollowing && finding == null && states.size() > before;
                at = isOnward ? firstVisit(before) : null;
                if (at != null && at.todo().length > 1) {
                    waiting.add(rest(at));
                }
            }
        } catch (final RuntimeException e) {
            finding = Finding.of(cluster.violation(), e, schedule(at.state(), at.todo()[0]));
        }
        return rest(visit);
    }

    /** Without its first choice, which sleeps from now on. */
    private Visit rest(final Visit visit) {
        final int[] todo = visit.todo();
        return todo.length == 1
                ? null
                : new Visit(
                        visit.state(),
                        Arrays.copyOfRange(todo, 1, todo.length),
                        limits.isReduced() ? with(visit.sleep(), todo[0]) : visit.sleep());
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
        parents.addInt(parent);
        ways.addInt(way);
        depths.addInt(depth);
        asleep.add(sleep);
        if (cluster.isBeyondViews()) {
            // Not part of the scope, so that not every order of what leads there is played.
            figures.beyondViews++;
            enabled.add(NOTHING);
            return;
        }
        figures.onState(depth, fingerprint);
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
            waiting.add(new Visit(state, awake, both));
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
