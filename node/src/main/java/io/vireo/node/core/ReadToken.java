package io.vireo.node.core;

/** Why a prepare is read back from the journal, packed into the token of the read: the purpose, and for whom. */
public final class ReadToken {
    private static final long COMMIT = 1;
    private static final long RESEND = 2;
    private static final long SERVE = 3;

    private ReadToken() {}

    /** To be applied here. */
    public static long commit() {
        return COMMIT;
    }

    /** To be sent again to the backups that have not acknowledged it. */
    public static long resend() {
        return RESEND;
    }

    /** To be sent to one replica that repairs its log. */
    public static long serve(final int replica) {
        return SERVE | (long) replica << 8;
    }

    public static boolean isCommit(final long token) {
        return (token & 0xff) == COMMIT;
    }

    public static boolean isResend(final long token) {
        return (token & 0xff) == RESEND;
    }

    public static boolean isServe(final long token) {
        return (token & 0xff) == SERVE;
    }

    public static int replica(final long token) {
        return (int) (token >>> 8);
    }
}
