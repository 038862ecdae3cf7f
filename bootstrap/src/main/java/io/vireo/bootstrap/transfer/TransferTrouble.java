package io.vireo.bootstrap.transfer;

/** What keeps a file from being here, and whose doing it is: what this machine does wrong never strikes a peer, and what a peer does never condemns a file of this machine. */
public enum TransferTrouble {
    /** There is no space for the file; it is tried again. */
    NO_SPACE(Origin.LOCAL),
    /** What was written is read back as something else. */
    READ_BACK(Origin.LOCAL),
    /** A completion of the storage that nobody awaits. */
    STALE_COMPLETION(Origin.LOCAL),
    /** A peer gives no bytes, and says why. */
    REFUSED(Origin.PEER),
    /** The bytes of a peer are not the chunk. */
    WRONG_CHUNK(Origin.PEER),
    /** An answer with other bytes than were asked for. */
    WRONG_RANGE(Origin.PEER),
    /** A peer that does not believe this replica, or does not understand it. */
    ALARM(Origin.PEER),
    /** All peers have sent other bytes than the checkpoint lists. */
    SUSPECT(Origin.PEER),
    /** A peer does not answer. */
    SILENCE(Origin.NET),
    /** An answer to no request that is under way: late, or a repetition. */
    STALE_ANSWER(Origin.NET),
    /** Nobody who could be asked has given a chunk. */
    NO_PEER(Origin.NET);

    /** Whose doing it is. */
    public enum Origin {
        LOCAL,
        PEER,
        NET
    }

    private final Origin origin;

    TransferTrouble(final Origin origin) {
        this.origin = origin;
    }

    public Origin origin() {
        return origin;
    }
}
