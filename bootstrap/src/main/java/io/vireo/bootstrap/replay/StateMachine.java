package io.vireo.bootstrap.replay;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a group replicates. Driven by one thread; must be a pure function of the applied requests: no clock, randomness, I/O, threads or
 * iteration in hash order, because every replica has to reach the same bytes.
 */
public interface StateMachine {
    /** Result of {@link #read}: the bytes are being fetched from disk; ask again when the host says that something has come. */
    long PENDING = -1;

    /** Largest reply of {@link #apply} in bytes; the session table reserves it for every stored reply. */
    int replySizeMax();

    /**
     * Applies one request.
     *
     * @param op of the prepare that carries the request.
     * @param timestampNs of that prepare; the only clock there is.
     * @param reply to write the reply into, {@link #replySizeMax} bytes from {@code replyOffset}.
     * @return length of the reply in the low 32 bits, status in the high 32; see {@link ReplyStatus#isOfStateMachine}.
     */
    long apply(
            long op,
            long timestampNs,
            long namespace,
            long incarnation,
            int operation,
            DirectBuffer body,
            int offset,
            int length,
            MutableDirectBuffer reply,
            int replyOffset);

    /**
     * Answers a query from the applied state without changing it.
     *
     * @param limit bytes the answer may take.
     * @return length in the low 32 bits, status in the high 32; or {@link #PENDING}.
     */
    long read(
            long namespace,
            DirectBuffer query,
            int offset,
            int length,
            MutableDirectBuffer answer,
            int answerOffset,
            int limit);

    /**
     * Writes all state but what is in segments: as of the last op applied, in bytes that are the same on every replica.
     */
    void snapshot(SnapshotOutput out);

    /**
     * Takes over the state that {@link #snapshot} has written, once, before anything is applied.
     *
     * @throws io.vireo.bootstrap.checkpoint.SnapshotException if it is no such state.
     */
    void restore(SnapshotInput in);

    /** Packs length and status as {@link #apply} and {@link #read} return them. */
    static long result(final int status, final int length) {
        return (long) status << 32 | length;
    }
}
