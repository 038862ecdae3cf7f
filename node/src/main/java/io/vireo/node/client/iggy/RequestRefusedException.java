package io.vireo.node.client.iggy;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import java.util.Locale;

/** A request that was answered with a status other than 0: it was not done, unless {@link #isOutcomeUnknown} or a long send {@link #isTransient}. */
public final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RequestRefusedException(final CommandCode command, final int status) {
        super(command.name().toLowerCase(Locale.ROOT) + " was refused: " + text(status));
        this.status = status;
    }

    /** The number on the wire, never 0. */
    public int status() {
        return status;
    }

    /** Null where the number is none that is known here. */
    public IggyError error() {
        return IggyError.ofCode(status);
    }

    /** Whether it may still be done: nobody answered the node in time. */
    public boolean isOutcomeUnknown() {
        return error() == IggyError.TASK_TIMEOUT;
    }

    /**
     * Whether the same may be taken a moment later: nobody leads just now, or all are busy. Of a long send, which the node cuts, a part may
     * have been done.
     */
    public boolean isTransient() {
        return error() == IggyError.SHARD_COMMUNICATION_ERROR;
    }

    private static String text(final int status) {
        final IggyError error = IggyError.ofCode(status);
        return error == null
                ? "status " + status
                : error.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (" + status + ")";
    }
}
