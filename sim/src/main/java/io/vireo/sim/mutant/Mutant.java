package io.vireo.sim.mutant;

import java.util.List;

/**
 * A known bug as edits of the node's own sources.
 *
 * @param id of the bug in the catalogue.
 * @param title what the planted bug does.
 * @param equivalence why no run can tell the mutant from the product, or null if a run should.
 * @param gap what the simulator lacks to find it, or null if it should be found.
 * @param machine name of what is replicated where it is hunted.
 */
public record Mutant(String id, String title, String equivalence, String gap, String machine, List<Edit> edits) {
    /** True if it is not expected to be found. */
    public boolean isSurvivor() {
        return equivalence != null || gap != null;
    }

    /**
     * One edit.
     *
     * @param file path below the root of the repository.
     * @param anchor text that stands there exactly once.
     * @param replacement what takes its place.
     */
    public record Edit(String file, String anchor, String replacement) {}
}
