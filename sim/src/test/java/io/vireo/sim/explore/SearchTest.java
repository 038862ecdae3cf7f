package io.vireo.sim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.collections.IntArrayList;
import org.junit.jupiter.api.Test;

/** A search sees every state of its scope, each once, whatever it leaves out on the way; scopes that take seconds. */
class SearchTest {
    /** One append and one moment of impatience: a heartbeat, a suspicion or a repetition meets every moment of a commit. */
    private static final Scope SMALL = new Scope(3, 1, 2, 1, 0, 0, 0, false, false);

    /** One append, and a machine that fails at any moment. */
    private static final Scope CRASH = new Scope(2, 1, 1, 0, 1, 0, 0, false, false);

    /** One append to three replicas, nothing else. */
    private static final Scope CALM = new Scope(3, 1, 1, 0, 0, 0, 0, true, false);

    private static final Scope ALL = new Scope(3, 2, 2, 2, 1, 1, 1, true, true);

    private static SearchResult search(final Scope scope, final SearchLimits limits) {
        return new Search(scope, limits).run(figures -> true);
    }

    private static SearchLimits limits(final boolean isReduced) {
        return new SearchLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, isReduced, false, true, 1);
    }

    @Test
    void shouldSeeExactlyTheseStatesWhenTheScopeIsSmall() {
        final SearchResult first = search(SMALL, SearchLimits.NONE);
        final SearchResult second = search(SMALL, limits(true));
        assertNull(first.finding(), () -> first.finding().message());
        assertEquals(SearchResult.End.COMPLETE, first.end());
        assertEquals(708, first.figures().states());
        assertEquals(56, first.figures().leaves());
        assertEquals(first.figures().digest(), second.figures().digest());
        assertEquals(first.figures().transitions(), second.figures().transitions());
    }

    @Test
    void shouldSeeTheSameStatesWhenBothOrdersOfIndependentEventsArePlayed() {
        for (final Scope scope : List.of(CALM, CRASH)) {
            final SearchResult reduced = search(scope, limits(true));
            final SearchResult full = search(scope, limits(false));
            assertEquals(SearchResult.End.COMPLETE, reduced.end());
            assertEquals(SearchResult.End.COMPLETE, full.end());
            assertEquals(full.figures().states(), reduced.figures().states());
            assertEquals(full.figures().digest(), reduced.figures().digest());
            assertTrue(reduced.figures().transitions() < full.figures().transitions(), "nothing was left out");
        }
    }

    /** Each scope has something of its own: delays, damages of machines that are down, disks by steps, losses, links out of order. */
    @Test
    void shouldSeeTheSameStatesWhenEveryTransitionIsPlayedByTheNode() {
        for (final Scope scope : List.of(
                SMALL,
                CRASH,
                new Scope(3, 0, 1, 0, 1, 1, 0, false, false),
                new Scope(2, 1, 1, 0, 1, 0, 0, false, true),
                new Scope(3, 1, 2, 1, 0, 0, 1, true, false))) {
            // Where a scope would take too long, its first states, by depth.
            final int depth = scope.equals(SMALL) || scope.equals(CRASH) ? Integer.MAX_VALUE : 5;
            final SearchResult remembering =
                    search(scope, new SearchLimits(depth, Integer.MAX_VALUE, true, false, true, 1));
            final SearchResult playing =
                    search(scope, new SearchLimits(depth, Integer.MAX_VALUE, true, false, false, 1));
            assertNull(remembering.finding(), () -> remembering.finding().message());
            assertEquals(playing.end(), remembering.end());
            assertEquals(playing.figures().states(), remembering.figures().states());
            assertEquals(playing.figures().digest(), remembering.figures().digest());
            assertEquals(playing.figures().transitions(), remembering.figures().transitions());
            assertTrue(remembering.figures().plays() < playing.figures().plays(), "every transition was played");
        }
    }

    @Test
    void shouldCallItASampleWhenNotEveryEndIsPlayed() {
        final SearchResult all = search(SMALL, SearchLimits.NONE);
        final SearchResult sample =
                search(SMALL, new SearchLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, true, true, true, 10));
        assertEquals(SearchResult.End.SAMPLED, sample.end());
        assertEquals(all.figures().digest(), sample.figures().digest());
        assertEquals(0, all.figures().skipped());
        assertTrue(
                sample.figures().skipped() > 40,
                () -> "skipped " + sample.figures().skipped());
        assertTrue(sample.figures().plays() < all.figures().plays());
    }

    @Test
    void shouldRefuseToGoOnWhenAnEndDoesAnotherThingAfterTheSamePast() {
        final EndTable table = new EndTable(2);
        table.learn(1, 0, 3, new EndTable.Step(1, new int[] {7, 8}));
        table.learn(1, 0, 3, new EndTable.Step(1, new int[] {7, 8}));
        assertThrows(NonDeterminismException.class, () -> table.learn(1, 0, 3, new EndTable.Step(1, new int[] {7})));
        assertThrows(NonDeterminismException.class, () -> table.learn(1, 0, 3, new EndTable.Step(2, new int[] {7, 8})));
        assertNull(table.step(0, 0, 3));
        assertNull(table.step(1, 1, 3));
        assertEquals(1, table.steps());
    }

    @Test
    void shouldSeeTheSameStatesWhenTheyAreTakenByDepth() {
        final SearchResult byDepth = search(CRASH, new SearchLimits(1_000, Integer.MAX_VALUE, true, false, true, 1));
        final SearchResult following = search(CRASH, limits(true));
        assertEquals(SearchResult.End.COMPLETE, byDepth.end());
        assertEquals(following.figures().digest(), byDepth.figures().digest());
    }

    /** What is equal by its fingerprint is equal to whoever looks at it: replicas, clocks' effects, disks and frames. */
    @Test
    void shouldLookTheSameWhenTwoSchedulesHaveOneFingerprint() {
        int met = 0;
        for (final Scope scope : List.of(SMALL, CRASH, ALL)) {
            final Map<String, String> looks = new HashMap<>();
            final Random random = new Random(1);
            for (int run = 0; run < 60; run++) {
                final SmallCluster cluster = new SmallCluster(scope, scope.cluster());
                cluster.open();
                List<Choice> choices = cluster.choices();
                for (int depth = 0; depth < 8 && !choices.isEmpty(); depth++) {
                    cluster.apply(choices.get(random.nextInt(choices.size())));
                    final Fingerprint fingerprint = new Fingerprint();
                    cluster.fingerprint(fingerprint);
                    choices = cluster.choices();
                    final String before =
                            looks.put(fingerprint.lo() + " " + fingerprint.hi(), look(cluster, scope, choices));
                    if (before != null) {
                        met++;
                        assertEquals(before, look(cluster, scope, choices));
                    }
                }
            }
            assertTrue(looks.size() > 20, "hardly any states");
        }
        assertTrue(met > 100, "hardly any state was met twice: " + met);
    }

    private static String look(final SmallCluster cluster, final Scope scope, final List<Choice> choices) {
        final StringBuilder look = new StringBuilder().append(choices);
        for (int r = 0; r < scope.replicas(); r++) {
            look.append('\n').append(cluster.stateText(r));
            look.append(" pending=").append(cluster.replica(r).disk(0).pendingWrites());
            final IntArrayList sectors = new IntArrayList();
            cluster.replica(r).disk(0).writtenSectors(sectors);
            for (int i = 0; i < sectors.size(); i++) {
                look.append(' ')
                        .append(sectors.getInt(i))
                        .append(':')
                        .append(java.util.Arrays.hashCode(
                                cluster.replica(r).disk(0).durableSector(sectors.getInt(i))));
            }
        }
        for (int end = 0; end <= scope.replicas(); end++) {
            for (final Frame frame : cluster.links().next(end)) {
                look.append('\n').append(frame.from).append(' ').append(frame.lo);
            }
        }
        return look.toString();
    }

    @Test
    void shouldSayThatItIsNotCompleteWhenALimitEndsIt() {
        final SearchResult byDepth = search(SMALL, new SearchLimits(3, Integer.MAX_VALUE, true, true, true, 1));
        assertEquals(SearchResult.End.DEPTH, byDepth.end());
        assertEquals(3, byDepth.figures().depth());
        assertEquals(
                SearchResult.End.STATES,
                search(SMALL, new SearchLimits(Integer.MAX_VALUE, 20, true, true, true, 1))
                        .end());
        final List<Long> asked = new ArrayList<>();
        final SearchResult stopped = new Search(SMALL, SearchLimits.NONE).run(figures -> {
            asked.add(figures.transitions());
            return asked.size() < 5;
        });
        assertEquals(SearchResult.End.PATIENCE, stopped.end());
        assertTrue(stopped.figures().states() > 1);
    }

    @Test
    void shouldSeeOtherStatesWhenTheScopeIsAnotherOne() {
        final SearchResult narrow = search(new Scope(3, 1, 1, 0, 0, 0, 0, false, false), limits(true));
        final SearchResult wide = search(CALM, limits(true));
        assertEquals(18, narrow.figures().states());
        assertNotEquals(narrow.figures().digest(), wide.figures().digest());
    }

    @Test
    void shouldNameTheNumberWhenAScopeIsNone() {
        final IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new Scope(3, 5, 2, 2, 0, 0, 0, false, false));
        assertEquals("ops is 5, must be from 0 to 4", refusal.getMessage());
    }
}
