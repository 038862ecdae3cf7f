package io.vireo.bootstrap.replay;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import org.agrona.MutableDirectBuffer;

/**
 * The sessions of a group and the replies stored for them: replicated state, a pure function of the applied log. Written by
 * {@link ApplyStep} only. A slot number is valid until the next {@link #register} or {@link #restore}.
 */
public interface SessionTable {
    /** Answer of {@link #find} if there is no such session. */
    int NO_SLOT = -1;

    /** What the apply step does with a request of a known session. */
    enum Verdict {
        /** The next number: apply. */
        APPLY,
        /** Applied before: the stored reply is the answer. */
        REPEAT,
        /** Applied before the stored replies begin. */
        TOO_OLD,
        /** A number above the next one. */
        GAP
    }

    /**
     * Opens the session of a client, or finds the one it has. A full table evicts the session that was applied to longest ago (of equal ones
     * the lowest number).
     *
     * @param op that carries the register.
     * @return its slot.
     */
    int register(long clientLo, long clientHi, long op);

    /** The slot of this session of this client, or {@link #NO_SLOT}. */
    int find(long clientLo, long clientHi, long session);

    /** Number of the session in this slot, from 1. */
    long session(int slot);

    /** Op that opened the session in this slot. */
    long registerOp(int slot);

    /** Highest number applied; 0 if none was. */
    long lastRequest(int slot);

    /** Decides by the numbers alone; {@code request} is at least 1. */
    Verdict decide(int slot, long request);

    /** Where the reply of {@code request} is stored; to be written before {@link #applied}. */
    MutableDirectBuffer replyBuffer(int slot);

    /** Offset of that reply in {@link #replyBuffer}. */
    int replyOffset(int slot, long request);

    /** The request was applied and its reply is in place: its number becomes the last one. */
    void applied(int slot, long request, long op, int status, long requestDigest, int replyLength);

    /** Status stored for a number that {@link #decide} calls a repeat; the same holds for the three below. */
    int storedStatus(int slot, long request);

    long storedOp(int slot, long request);

    long storedDigest(int slot, long request);

    int storedLength(int slot, long request);

    /**
     * Writes everything a later answer depends on, and nothing else: two tables that answer alike for ever write the same bytes, whatever
     * their slots are.
     */
    void snapshot(SnapshotOutput out);

    /**
     * Becomes the table that was written, whatever it was before.
     *
     * @throws io.vireo.bootstrap.checkpoint.SnapshotException if it cannot be a table of this configuration; this one is then of no use.
     */
    void restore(SnapshotInput in);
}
