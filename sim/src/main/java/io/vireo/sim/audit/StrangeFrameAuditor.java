package io.vireo.sim.audit;

/**
 * A25: what a client sends that is no request is refused, with one answer and in its turn, and harms nothing behind it on its connection. An
 * answer more or less would show here, because answers are told apart by their order alone: a refusal would be answered as the request next to it.
 */
public final class StrangeFrameAuditor extends Auditor {
    /** Of a code that is none, or a length that cannot be. */
    public static final int INVALID_COMMAND = 3;

    private long refused;

    public StrangeFrameAuditor(final AuditLog log) {
        super("A25", log);
    }

    /** Frames that were no requests, and refused. */
    public long refused() {
        return refused;
    }

    /**
     * A client has the answer to a frame that is no request.
     *
     * @param isRead whether its header was that of a request: then any error may be the answer.
     * @param status of the answer, 0 for success.
     */
    public void onAnswer(final String frame, final boolean isRead, final int status) {
        refused++;
        if (status == 0 || !isRead && status != INVALID_COMMAND) {
            fail("what is no request is refused, and in its turn", -1, 0, 0, frame + " was answered with " + status);
        }
    }

    /** A client has an answer, and has asked for nothing. */
    public void onSurplus(final int client, final int status) {
        fail("nobody is answered who has not asked", -1, 0, 0, "client " + client + " was answered with " + status);
    }
}
