package io.vireo.sim.library;

import io.vireo.bootstrap.replay.ReplyStatus;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a state machine answers to a request.
 *
 * @param status see {@link ReplyStatus}.
 * @param body not to be changed.
 */
public record Reply(int status, byte[] body) {
    private static final int BYTES_SHOWN = 32;

    /** With status {@link ReplyStatus#OK}. */
    public static Reply ok(final byte[] body) {
        return new Reply(ReplyStatus.OK, body);
    }

    /** Without a body. */
    public static Reply of(final int status) {
        return new Reply(status, new byte[0]);
    }

    public boolean isOk() {
        return status == ReplyStatus.OK;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Reply reply && status == reply.status && Arrays.equals(body, reply.body);
    }

    @Override
    public int hashCode() {
        return 31 * status + Arrays.hashCode(body);
    }

    /** Status, length and the first bytes in hex. */
    @Override
    public String toString() {
        return ReplyStatus.text(status) + " "
                + HexFormat.of().formatHex(body, 0, Math.min(body.length, BYTES_SHOWN))
                + (body.length > BYTES_SHOWN ? "... (" + body.length + " bytes)" : "");
    }
}
