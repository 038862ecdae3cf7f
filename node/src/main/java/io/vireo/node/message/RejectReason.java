package io.vireo.node.message;

/** Why the answer to a HELLO is a REJECT. Codes are part of the format: never reused or renumbered. */
public enum RejectReason {
    WRONG_CLUSTER(1),
    /** The replica that was reached is not the one the caller meant, or the caller cannot be the replica it says it is. */
    WRONG_REPLICA(2),
    WRONG_RELEASE(3),
    /** Another number of groups, or none in common behind this address. */
    WRONG_GROUP(4),
    TOO_MANY_CONNECTIONS(5),
    /** The first frame was no valid HELLO. */
    MALFORMED(6),
    /** The caller did not prove that it knows the secret of the cluster. */
    AUTHENTICATION(7);

    private final int code;

    RejectReason(final int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The reason with this code, or null where this release knows none. */
    public static RejectReason ofCode(final int code) {
        for (final RejectReason reason : values()) {
            if (reason.code == code) {
                return reason;
            }
        }
        return null;
    }
}
