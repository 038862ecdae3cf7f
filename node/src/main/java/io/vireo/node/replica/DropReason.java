package io.vireo.node.replica;

/** Why a well-formed frame is not for this replica now. Counted; none of them is an error. */
public enum DropReason {
    NONE,
    /** Stated by a replica that the cluster does not have, or by this one. */
    AUTHOR,
    /** A prepare, commit or StartView of somebody who is not the primary of its view. */
    NOT_OF_PRIMARY,
    /** Of an earlier view. */
    OLD_VIEW,
    /** The status does not take this command. */
    STATUS,
    /** Meant for the primary of the present view, which this replica is not. */
    NOT_PRIMARY,
    /** A StartView for another process of this replica, or none that was asked for. */
    NONCE,
    /** Said in a life that its author has forgotten. */
    FORMER_LIFE,
    /** To one that has forgotten its own promises, or wanted of it. */
    NOT_VOTER
}
