package io.vireo.bootstrap.inspect;

/** What becomes of a damage when the replica starts. */
public enum Verdict {
    /** Remains of a crash in space that is free: not worse than a torn write, and gone with the next use of it. */
    HARMLESS,
    /** The replica has another copy itself and writes it over the damaged one. */
    REPAIRED_HERE,
    /** The other replicas have it, and send it when this one starts. */
    REPAIRED_BY_CLUSTER,
    /** A start does not look at it: it comes to light when somebody reads it. The others have it, but are not asked by then. */
    NOT_NOTICED,
    /** As {@link #NOT_NOTICED}, and there is no other replica. */
    LOST,
    /** The replica does not open. */
    REFUSED;

    /** False for what is no damage at all. */
    public boolean isDamage() {
        return this != HARMLESS;
    }
}
