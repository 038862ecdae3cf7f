package io.vireo.journal.superblock;

/** Whether a replica counts in its group: one that has lost its disk must learn again what it may have promised before it does. */
public enum Standing {
    /** Votes, acknowledges, leads. */
    VOTER,
    /** Its disk is empty in the place of one that was lost; it asks the others to void whatever it has said before. */
    ASKING,
    /** They have; it learns the log of a view that began after that, and counts when it has all of it. */
    LEARNING,
    /** Of two replicas: it has all of it, in the view of its log, and counts when the other one has recorded that it is not alone any more. */
    COMPLETE;

    /** Number in a superblock. */
    int code() {
        return ordinal();
    }

    /** The standing with this number, or null where there is none. */
    static Standing ofCode(final int code) {
        return code >= 0 && code < values().length ? values()[code] : null;
    }
}
