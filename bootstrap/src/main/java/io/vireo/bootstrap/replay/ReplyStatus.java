package io.vireo.bootstrap.replay;

/** Status codes of a reply. What is below {@link #STATE_MACHINE} is the protocol's, the rest the state machine's own. */
public final class ReplyStatus {
    public static final int OK = 0;
    /** The session is not known (never opened, or evicted): not applied, and what else this session has outstanding is unknown. */
    public static final int NO_SESSION = 1;
    /** A number was left out: not applied; resend from the first number that has no answer. */
    public static final int GAP = 2;
    /** Applied so long ago that the reply is no longer stored. */
    public static final int TOO_OLD = 3;
    /** The request queue is full: not applied. */
    public static final int BUSY = 4;
    /** This replica does not lead the group: not taken. */
    public static final int NOT_PRIMARY = 5;
    /** What a read needs is damaged on this replica's disk: another replica has it. */
    public static final int DAMAGED = 6;
    /** No group owns the namespace: not applied. */
    public static final int UNKNOWN_NAMESPACE = 7;
    /** Larger than a prepare may be: not applied. */
    public static final int TOO_LARGE = 8;
    /** The request makes no sense to the protocol or the state machine: not applied. */
    public static final int MALFORMED = 9;
    /** The replica has not yet what a read needs. */
    public static final int CATCHING_UP = 10;
    /** A view change is going on: not taken. */
    public static final int RETRY = 11;
    /** First code that belongs to the state machine. */
    public static final int STATE_MACHINE = 256;

    private ReplyStatus() {}

    /** True if a {@link StateMachine} may return this status. */
    public static boolean isOfStateMachine(final int status) {
        return status == OK
                || status == DAMAGED
                || status == UNKNOWN_NAMESPACE
                || status == TOO_LARGE
                || status == MALFORMED
                || (status >= STATE_MACHINE && status <= 0xffff);
    }

    /** For logs and command lines. */
    public static String text(final int status) {
        return switch (status) {
            case OK -> "ok";
            case NO_SESSION -> "no_session";
            case GAP -> "gap";
            case TOO_OLD -> "too_old";
            case BUSY -> "busy";
            case NOT_PRIMARY -> "not_primary";
            case DAMAGED -> "damaged";
            case UNKNOWN_NAMESPACE -> "unknown_namespace";
            case TOO_LARGE -> "too_large";
            case MALFORMED -> "malformed";
            case CATCHING_UP -> "catching_up";
            case RETRY -> "retry";
            default -> "status_" + status;
        };
    }
}
