package io.vireo.bootstrap.transfer;

/**
 * What a peer says to a request for bytes of a file, and what the one who asked does then: the one table of it. Codes are part of the wire
 * format and never reused; one that is not here is no valid frame. Source: bootstrap and transfer, section 5.
 */
public enum TransferCode {
    /** The bytes follow. */
    OK(0, Reaction.TAKE),
    /** It has no such file, or not so much of it. */
    NOT_FOUND(1, Reaction.NEXT_PEER),
    /** It serves another checkpoint. */
    NOT_IN_MANIFEST(2, Reaction.NEXT_PEER),
    /** It does not believe who asks. */
    AUTH(3, Reaction.BLOCK_PEER),
    /** It cannot read that part of its file now. */
    IO(4, Reaction.NEXT_PEER_FOR_CHUNK),
    /** That part of its file is damaged. */
    CORRUPT(5, Reaction.NEXT_PEER_FOR_CHUNK),
    /** It has no files to serve yet. */
    NOT_READY(6, Reaction.NOT_YET),
    /** It has as much to do as it takes on. */
    BUSY(7, Reaction.LATER),
    SHUTTING_DOWN(8, Reaction.NOT_YET),
    /** The request is for bytes that no file can have. */
    BAD_RANGE(9, Reaction.LEAVE_PEER),
    VERSION(10, Reaction.LEAVE_PEER),
    /** The request is for more than an answer holds. */
    TOO_LARGE(11, Reaction.LEAVE_PEER);

    /** What the one who asked does. */
    public enum Reaction {
        TAKE,
        /** Asks another peer; this one lacks the file for a while, which is no fault of it. */
        NEXT_PEER,
        /** Asks another peer for the chunk; this one may have the others. */
        NEXT_PEER_FOR_CHUNK,
        /** Asks this one fewer at a time while it owes more, else nothing for a moment. */
        LATER,
        /**
         * Leaves this one alone for a moment; a request that was answered so counts as one that was not. Story: two replicas fetch a checkpoint
         * of which the others have a file no more, and each tells the other that it has none yet; who waits for that does not hear of a newer one.
         */
        NOT_YET,
        /** Asks this one nothing for {@link PeerScores#BLOCKED_NS}, and counts an alarm. */
        BLOCK_PEER,
        /** The two do not understand each other: asks it no more for the file, and counts an alarm. */
        LEAVE_PEER
    }

    private static final TransferCode[] BY_CODE = values();

    private final int code;
    private final Reaction reaction;

    TransferCode(final int code, final Reaction reaction) {
        this.code = code;
        this.reaction = reaction;
    }

    /** As in a frame; 0 to 11. */
    public int code() {
        return code;
    }

    public Reaction reaction() {
        return reaction;
    }

    /** The code of a frame, or null if there is none with this number. */
    public static TransferCode ofCode(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
