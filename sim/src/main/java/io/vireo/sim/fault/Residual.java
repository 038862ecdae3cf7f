package io.vireo.sim.fault;

/** A partial fault that stays in the core after the heal. */
public enum Residual {
    NONE,
    /** One replica of the core does not hear another one. */
    ONE_WAY_LINK,
    /** Frames above some size get lost between two replicas of the core, in one direction. */
    LARGE_FRAMES_LOST,
    /** The disks of one replica of the core are slow. */
    SLOW_DISK;

    public boolean isOfLink() {
        return this == ONE_WAY_LINK || this == LARGE_FRAMES_LOST;
    }
}
