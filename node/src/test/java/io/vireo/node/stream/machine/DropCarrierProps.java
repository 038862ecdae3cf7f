package io.vireo.node.stream.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Carriers between groups whose messages get lost, repeated and late, at replicas that lag, fail and lead at the same time. */
class DropCarrierProps {
    private static final int STEPS = 400;
    private static final int FIXED_SEEDS = 60;
    /** Rounds without faults after which all is carried. */
    private static final int ROUNDS_MAX = 200;

    @Property(tries = 250, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldDropEveryEndedLifeAndNoOther(
            @ForAll final long seed,
            @ForAll @IntRange(min = 1, max = 4) final int groupCount,
            @ForAll @IntRange(min = 1, max = 5) final int window) {
        play(seed, groupCount, window);
    }

    /** Of fixed seeds: by chance the rarest one would be missing in one build of some hundred. */
    @Example
    void shouldReachEveryEvent() {
        final Set<String> missed = new TreeSet<>(DropWorld.EVENTS);
        for (int seed = 0; seed < FIXED_SEEDS; seed++) {
            play(seed, 1 + seed % 4, 1 + seed % 5).events().forEach(missed::remove);
        }
        assertEquals(Set.of(), missed);
    }

    private static DropWorld play(final long seed, final int groupCount, final int window) {
        final DropWorld world = new DropWorld(new Random(seed), groupCount, window);
        for (int i = 0; i < STEPS; i++) {
            world.step();
        }
        int rounds = 0;
        while (!world.isQuiet()) {
            world.round();
            assertTrue(++rounds <= ROUNDS_MAX, "drops are still under way");
        }
        world.checkEnd();
        return world;
    }

    /** A group that never answers keeps its own drops waiting and no others. */
    @Example
    void shouldServeTheOthersWhenAGroupIsDown() {
        final DropWorld world = new DropWorld(new Random(1), 3, 2);
        world.isDown(1, true);
        world.fill();
        for (int i = 0; i < 50; i++) {
            world.round();
        }
        assertTrue(world.pending(1) > 2);
        assertEquals(0, world.pending(2));
        world.isDown(1, false);
        for (int i = 0; i < 50; i++) {
            world.round();
        }
        assertTrue(world.isQuiet());
        world.checkEnd();
    }
}
