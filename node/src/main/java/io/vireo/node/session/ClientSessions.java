package io.vireo.node.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.journal.util.Invariant;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The session table of one group: who is registered, the last number applied of each, and the replies of the last {@code window} numbers.
 * Written by the apply step on the group's thread, read by {@link RequestAdmission}. It is a pure function of the applied log, slot numbers
 * included: slots are given out in ascending order, and a full table gives the slot of the evicted session to the new one. The index by
 * client only finds slots; nothing is ever iterated in its order.
 *
 * <pre>
 * a slot's memory, reserved when the slot is first used: window records, the one of a number at (number mod window)
 *    0  op        u64   that applied the request
 *    8  digest    u64   of the request's body
 *   16  status    u32
 *   20  length    u32   of the reply
 *   24  reply     replySizeMax bytes, padded to a multiple of 8
 * </pre>
 */
public final class ClientSessions implements SessionTable {
    private static final int OP_OFFSET = 0;
    private static final int DIGEST_OFFSET = 8;
    private static final int STATUS_OFFSET = 16;
    private static final int LENGTH_OFFSET = 20;
    private static final int REPLY_OFFSET = 24;
    private static final int EMPTY = -1;

    private final int sessionsMax;
    private final int window;
    /** For a window that is a power of two, which spares the divisions; else -1. */
    private final int windowMask;

    private final int replySizeMax;
    private final int stride;

    private final long[] clientLo;
    private final long[] clientHi;
    private final long[] session;
    private final long[] registerOp;
    private final long[] lastOp;
    private final long[] lastRequest;
    private final UnsafeBuffer[] records;
    /** Open addressing with linear probing over slots; twice as large as the table at least. */
    private final int[] index;

    private int count;
    private long nextSession = 1;

    /** @param replySizeMax largest reply of the state machine. */
    public ClientSessions(final int sessionsMax, final int window, final int replySizeMax) {
        this.sessionsMax = sessionsMax;
        this.window = window;
        windowMask = Integer.bitCount(window) == 1 ? window - 1 : -1;
        this.replySizeMax = replySizeMax;
        this.stride = (REPLY_OFFSET + replySizeMax + 7) & ~7;
        clientLo = new long[sessionsMax];
        clientHi = new long[sessionsMax];
        session = new long[sessionsMax];
        registerOp = new long[sessionsMax];
        lastOp = new long[sessionsMax];
        lastRequest = new long[sessionsMax];
        records = new UnsafeBuffer[sessionsMax];
        index = new int[Integer.highestOneBit(Math.max(2, sessionsMax * 2 - 1)) << 1];
        Arrays.fill(index, EMPTY);
    }

    /** Bytes this table holds when every slot is in use. */
    public static long bytesMax(final int sessionsMax, final int window, final int replySizeMax) {
        return (long) sessionsMax * window * ((REPLY_OFFSET + replySizeMax + 7) & ~7);
    }

    /** Sessions open now; their slots are 0 to count - 1. */
    public int count() {
        return count;
    }

    /** Number the next new session gets. */
    public long nextSession() {
        return nextSession;
    }

    @Override
    public int register(final long lo, final long hi, final long op) {
        final int known = slotOf(lo, hi);
        if (known != NO_SLOT) {
            return known;
        }
        final int slot = count < sessionsMax ? count++ : evict();
        clientLo[slot] = lo;
        clientHi[slot] = hi;
        session[slot] = nextSession++;
        registerOp[slot] = op;
        lastOp[slot] = op;
        lastRequest[slot] = 0;
        if (records[slot] == null) {
            records[slot] = new UnsafeBuffer(new byte[window * stride]);
        }
        index[freePlace(lo, hi)] = slot;
        return slot;
    }

    /** Forgets the session that was applied to longest ago; sessions are numbered in order, so that a tie has one answer. */
    private int evict() {
        int victim = 0;
        for (int slot = 1; slot < count; slot++) {
            if (lastOp[slot] < lastOp[victim] || (lastOp[slot] == lastOp[victim] && session[slot] < session[victim])) {
                victim = slot;
            }
        }
        removeFromIndex(victim);
        return victim;
    }

    @Override
    public int find(final long lo, final long hi, final long number) {
        final int slot = slotOf(lo, hi);
        return slot != NO_SLOT && session[slot] == number ? slot : NO_SLOT;
    }

    /** The slot of the one session this client has, or {@link #NO_SLOT}. */
    public int slotOf(final long lo, final long hi) {
        final int mask = index.length - 1;
        for (int place = hash(lo, hi) & mask; index[place] != EMPTY; place = (place + 1) & mask) {
            final int slot = index[place];
            if (clientLo[slot] == lo && clientHi[slot] == hi) {
                return slot;
            }
        }
        return NO_SLOT;
    }

    @Override
    public long session(final int slot) {
        return session[slot];
    }

    @Override
    public long registerOp(final int slot) {
        return registerOp[slot];
    }

    @Override
    public long lastRequest(final int slot) {
        return lastRequest[slot];
    }

    @Override
    public Verdict decide(final int slot, final long request) {
        final long last = lastRequest[slot];
        if (request == last + 1) {
            return Verdict.APPLY;
        }
        if (request > last) {
            return Verdict.GAP;
        }
        return last - request < window ? Verdict.REPEAT : Verdict.TOO_OLD;
    }

    @Override
    public MutableDirectBuffer replyBuffer(final int slot) {
        return records[slot];
    }

    @Override
    public int replyOffset(final int slot, final long request) {
        return record(request) + REPLY_OFFSET;
    }

    @Override
    public void applied(
            final int slot,
            final long request,
            final long op,
            final int status,
            final long requestDigest,
            final int replyLength) {
        Invariant.check(
                request == lastRequest[slot] + 1,
                "requests of a session are applied in order (number, last)",
                request,
                lastRequest[slot]);
        Invariant.check(
                replyLength <= replySizeMax, "a stored reply fits its place (length, max)", replyLength, replySizeMax);
        final MutableDirectBuffer buffer = records[slot];
        final int record = record(request);
        buffer.putLong(record + OP_OFFSET, op, LITTLE_ENDIAN);
        buffer.putLong(record + DIGEST_OFFSET, requestDigest, LITTLE_ENDIAN);
        buffer.putInt(record + STATUS_OFFSET, status, LITTLE_ENDIAN);
        buffer.putInt(record + LENGTH_OFFSET, replyLength, LITTLE_ENDIAN);
        lastRequest[slot] = request;
        lastOp[slot] = op;
    }

    @Override
    public int storedStatus(final int slot, final long request) {
        return stored(slot, request).getInt(record(request) + STATUS_OFFSET, LITTLE_ENDIAN);
    }

    @Override
    public long storedOp(final int slot, final long request) {
        return stored(slot, request).getLong(record(request) + OP_OFFSET, LITTLE_ENDIAN);
    }

    @Override
    public long storedDigest(final int slot, final long request) {
        return stored(slot, request).getLong(record(request) + DIGEST_OFFSET, LITTLE_ENDIAN);
    }

    @Override
    public int storedLength(final int slot, final long request) {
        return stored(slot, request).getInt(record(request) + LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    private DirectBuffer stored(final int slot, final long request) {
        Invariant.check(
                decide(slot, request) == Verdict.REPEAT,
                "only a stored reply is read (number, last)",
                request,
                lastRequest[slot]);
        return records[slot];
    }

    private int record(final long request) {
        return (windowMask >= 0 ? (int) request & windowMask : (int) (request % window)) * stride;
    }

    private int freePlace(final long lo, final long hi) {
        final int mask = index.length - 1;
        int place = hash(lo, hi) & mask;
        while (index[place] != EMPTY) {
            place = (place + 1) & mask;
        }
        return place;
    }

    /** Removes by moving back what a search would no longer reach over the hole; no tombstones, so searches stay short for ever. */
    private void removeFromIndex(final int slot) {
        final int mask = index.length - 1;
        int hole = hash(clientLo[slot], clientHi[slot]) & mask;
        while (index[hole] != slot) {
            hole = (hole + 1) & mask;
        }
        int place = hole;
        while (true) {
            place = (place + 1) & mask;
            if (index[place] == EMPTY) {
                break;
            }
            final int home = hash(clientLo[index[place]], clientHi[index[place]]) & mask;
            if (((place - home) & mask) >= ((place - hole) & mask)) {
                index[hole] = index[place];
                hole = place;
            }
        }
        index[hole] = EMPTY;
    }

    /** Client ids come from outside: mixed well, and with both halves, before the low bits are used. */
    private static int hash(final long lo, final long hi) {
        long mixed = (lo ^ Long.rotateLeft(hi, 32)) * 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ (mixed >>> 32) ^ hi) * 0xd6e8_feb8_6659_fd93L;
        return (int) (mixed ^ (mixed >>> 32));
    }
}
