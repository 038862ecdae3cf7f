package io.vireo.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.IntArrayList;

/**
 * Visits every state of a scope once, and says of a failure the shortest schedule that leads to one. What an end does with a choice after a
 * given past is asked of the node once and remembered; states are told apart, and reached, by the numbers of their ends' pasts and of the
 * frames under way. The objects of the node, with all auditors, play a schedule where auditors have something new to compare, and every
 * schedule to its end. What leads to a state that was seen is cut; of two independent choices only one order is taken (sleep sets:
 * Godefroid, LNCS 1032, section 5.2), which leaves out transitions and no state. One thread, no clock: whoever calls says when it is enough.
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
    private final SearchLimits limits;
    /** A search without a limit of depth follows each new state at once; one with a limit takes states by their depths. */
    private final boolean isFollowing;

    private final SearchFigures figures = new SearchFigures();
    private final StateTable states = new StateTable();
    private final ChoiceTable known = new ChoiceTable();
    private final EndTable table;
    private final GhostCluster ghost;
    private final Player player;
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
        this.limits = limits;
        table = new EndTable(scope.replicas() + 1);
        ghost = new GhostCluster(scope, known, table);
        player = new Player(scope, known, table, figures);
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
        final Search again = new Search(scope, limits.depth(finding.schedule().size() - 1));
        final SearchResult.End shorterEnd = again.search(patience);
        final boolean isShortest = shorterEnd != SearchResult.End.PATIENCE && shorterEnd != SearchResult.End.STATES;
        return new SearchResult(scope, end, figures, again.finding == null ? finding : again.finding, isShortest);
    }

    private SearchResult.End search(final Patience patience) {
        try {
            if (player.play(NOTHING)) {
                ghost.open();
                discover(NONE, NONE, NOTHING, true);
            }
            finding = player.finding();
            return explore(patience);
        } catch (final NonDeterminismException e) {
            finding = Finding.of(null, e, List.of());
            return SearchResult.End.FOUND;
        }
    }

    private SearchResult.End explore(final Patience patience) {
        int next = 0;
        while (finding == null && (next < states.size() || !waiting.isEmpty())) {
            if (states.size() >= limits.statesMax()) {
                return SearchResult.End.STATES;
            }
            final Visit visit = waiting.isEmpty() ? firstVisit(next++) : nextVisit();
            if (visit != null && !expand(visit, patience)) {
                return SearchResult.End.PATIENCE;
            }
        }
        if (finding != null) {
            return SearchResult.End.FOUND;
        }
        if (figures.cutByDepth > 0) {
            return SearchResult.End.DEPTH;
        }
        return figures.skipped > 0 ? SearchResult.End.SAMPLED : SearchResult.End.COMPLETE;
    }

    /** The last one is the closest to where the objects of the node are, and few wait at a time; by depth, the first one is the shallowest. */
    private Visit nextVisit() {
        return isFollowing ? waiting.pollLast() : waiting.poll();
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
            end(state, false);
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
     * Takes the first choice of a visit and, where that leads to a new state, goes on from there, because getting into a state takes longer
     * than anything else. What is passed over on the way waits. Returns the rest of the visit, or null.
     */
    private Visit play(final Visit visit) {
        enter(visit.state());
        Visit at = visit;
        while (at != null) {
            figures.transitions++;
            final int before = states.size();
            take(at);
            final boolean isOnward = isFollowing && finding == null && states.size() > before;
            at = isOnward ? firstVisit(before) : null;
            if (at != null && at.todo().length > 1) {
                waiting.add(rest(at));
            }
        }
        return rest(visit);
    }

    private void enter(final int state) {
        ghost.open();
        for (final int way : schedule(state)) {
            ghost.apply(way);
        }
    }

    /** The numbers move by the first choice of a visit; before, if auditors have to see it, the objects of the node do. */
    private void take(final Visit at) {
        final int way = at.todo()[0];
        final boolean isPlayed = !limits.isRemembering() || player.isDue(ghost, way);
        if (isPlayed && !player.play(schedule(at.state(), way))) {
            finding = player.finding();
            return;
        }
        ghost.apply(way);
        discover(at.state(), way, independent(at.sleep(), way), isPlayed);
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

    /** A schedule has led here; {@code sleep} as it is for this way. */
    private void discover(final int parent, final int way, final int[] sleep, final boolean isPlayed) {
        ghost.fingerprint(fingerprint);
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
        if (ghost.isBeyondViews()) {
            // Not part of the scope, so that not every order of what leads there is played.
            figures.beyondViews++;
            enabled.add(NOTHING);
            end(state, false);
            return;
        }
        figures.onState(depth, fingerprint);
        final int[] choices = ghost.choices(replica -> damages(replica, state));
        enabled.add(choices);
        if (isPlayed && finding == null && !player.isWhere(ghost, choices)) {
            throw new NonDeterminismException("the same schedule of " + depth + " choices led to another state");
        }
        if (choices.length == 0) {
            figures.leaves++;
            end(state, limits.isHealing());
        }
    }

    private int[] damages(final int replica, final int state) {
        final int[] damages = player.damages(ghost, replica, schedule(state));
        finding = player.finding();
        return damages == null ? NOTHING : damages;
    }

    /**
     * Schedules end here. Playing one of them shows its auditors everything that any schedule to this state does at any end, see
     * {@link EndTable}; in a state in which nothing may happen any more faults end, and all must become well.
     */
    private void end(final int state, final boolean isHealed) {
        if (state % limits.playedOneOf() != 0) {
            figures.skipped++;
        } else if (isHealed ? !player.heal(schedule(state)) : !player.play(schedule(state))) {
            finding = player.finding();
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

    /** The ways from the first state to this one, and then these. */
    private int[] schedule(final int state, final int... last) {
        int length = depths.getInt(state);
        final int[] schedule = Arrays.copyOf(NOTHING, length + last.length);
        System.arraycopy(last, 0, schedule, length, last.length);
        for (int at = state; length > 0; at = parents.getInt(at)) {
            schedule[--length] = ways.getInt(at);
        }
        return schedule;
    }

    // Sets of choices, by number

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
