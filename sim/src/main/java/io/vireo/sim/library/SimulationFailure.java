package io.vireo.sim.library;

import java.nio.file.Path;
import java.util.List;

/** A run of a simulation has failed. The message has everything that the accessors have. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private final String signature;
    private final transient List<String> faults;
    private final transient Path picture;
    private final transient Path reproduction;

    SimulationFailure(
            final String message,
            final Throwable cause,
            final long seed,
            final String signature,
            final List<String> faults,
            final Path picture,
            final Path reproduction) {
        super(message, cause);
        this.seed = seed;
        this.signature = signature;
        this.faults = List.copyOf(faults);
        this.picture = picture;
        this.reproduction = reproduction;
    }

    /** The seed that fails. */
    public long seed() {
        return seed;
    }

    /** What is violated, and who says so: the same for all failures of one cause. */
    public String signature() {
        return signature;
    }

    /** The planned faults that are left. */
    public List<String> faults() {
        return faults;
    }

    /** The timeline, a page for a browser; null if the failure did not come again. */
    public Path picture() {
        return picture;
    }

    /** The file for {@link Simulation#replay}; null if the failure did not come again. */
    public Path reproduction() {
        return reproduction;
    }
}
