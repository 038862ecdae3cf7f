package io.vireo.sim.mutant;

import java.util.List;

/**
 * A known bug as edits of the node's own sources.
 *
 * @param id of the bug in the catalogue.
 * @param title what the planted bug does.
 * @param equivalence why no run can tell the mutant from the product, or null if a run should.
 */
public record Mutant(String id, String title, String equivalence, List<Edit> edits) {
    /**
     * One edit.
     *
     * @param file path below the root of the repository.
     * @param anchor text that stands there exactly once.
     * @param replacement what takes its place.
     */
    public record Edit(String file, String anchor, String replacement) {}
}
