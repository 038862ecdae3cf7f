package io.vireo.node.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.journal.util.Invariant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The session table of one group: who is registered, the last number applied of each, and the replies of the last {@code window} numbers.
 * Written by the apply step on the group's thread, read by {@link RequestAdmission}. It is a pure function of the applied log, slot numbers
 * aside: slots are given out in ascending order, a full table gives the slot of the evicted session to the new one, and {@link #restore}
 * gives them out anew. The index by client only finds slots; nothing is ever iterated in its order.
 *
 * <pre>
 * a slot's memory, reserved when the slot is first used: window records, the one of a number at (number mod window)
 *    0  op        u64   that applied the request
 *    8  digest    u64   of the request's body
 *   16  status    u32
 *   20  length    u32   of the reply
 *   24  reply     replySizeMax bytes, padded to a multiple of 8
 *
 * in a snapshot, little-endian and packed
 *    0  sessionsMax   u32   these three as configured: another value would evict or answer differently
 *    4  window        u32
 *    8  replySizeMax  u32
 *   12  count         u32   sessions that follow, ascending by client as an unsigned number of 128 bits
 *   16  nextSession   u64
 * each session
 *    0  client        u128
 *   16  session       u64
 *   24  registerOp    u64
 *   32  lastOp        u64   that applied to it: the order of eviction
 *   40  lastRequest   u64
 *   48  records       of the last min(window, lastRequest) numbers, ascending: op, digest, status, length and the reply's bytes
 * </pre>
 */
public final class ClientSessions implements SessionTable {
    private static final int OP_OFFSET = 0;
    private static final int DIGEST_OFFSET = 8;
    private static final int STATUS_OFFSET = 16;
    private static final int LENGTH_OFFSET = 20;
    private static final int REPLY_OFFSET = 24;
    private static final int EMPTY = -1;
    /** In a snapshot; of a session without its records. */
    private static final int SESSION_LENGTH = 48;

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

    /** Low half of the id of the client in this slot. */
    public long clientLo(final int slot) {
        return clientLo[slot];
    }

    public long clientHi(final int slot) {
        return clientHi[slot];
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

    @Override
    public void snapshot(final SnapshotOutput out) {
        out.writeInt(sessionsMax);
        out.writeInt(window);
        out.writeInt(replySizeMax);
        out.writeInt(count);
        out.writeLong(nextSession);
        IntStream.range(0, count).boxed().sorted(this::compareClients).forEach(slot -> snapshot(slot, out));
    }

    private int compareClients(final int a, final int b) {
        final int byHigh = Long.compareUnsigned(clientHi[a], clientHi[b]);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(clientLo[a], clientLo[b]);
    }

    private void snapshot(final int slot, final SnapshotOutput out) {
        out.writeLong(clientLo[slot]);
        out.writeLong(clientHi[slot]);
        out.writeLong(session[slot]);
        out.writeLong(registerOp[slot]);
        out.writeLong(lastOp[slot]);
        out.writeLong(lastRequest[slot]);
        for (long request = firstStored(lastRequest[slot]); request <= lastRequest[slot]; request++) {
            final int record = record(request);
            out.writeBytes(records[slot], record, REPLY_OFFSET + storedLength(slot, request));
        }
    }

    @Override
    public void restore(final SnapshotInput in) {
        checkSame(in, sessionsMax, "sessions_max");
        checkSame(in, window, "session_window");
        checkSame(in, replySizeMax, "the size of replies");
        count = 0;
        Arrays.fill(index, EMPTY);
        final int sessions = in.readLength(sessionsMax, SESSION_LENGTH, "the number of sessions");
        nextSession = in.readLong();
        in.check(nextSession > sessions, "every session has had a number", nextSession);
        for (int slot = 0; slot < sessions; slot++) {
            restore(slot, in);
        }
        in.checkEnd();
    }

    /** How many sessions this section of a snapshot says it has; its beginning is read, and nothing judged. */
    public static long countIn(final SnapshotInput in) {
        // sessionsMax, window, replySizeMax.
        in.readInt();
        in.readInt();
        in.readInt();
        return in.readInt() & 0xffff_ffffL;
    }

    private static void checkSame(final SnapshotInput in, final int configured, final String what) {
        final int found = in.readInt();
        in.check(found == configured, what + " is as configured: " + configured, found);
    }

    private void restore(final int slot, final SnapshotInput in) {
        clientLo[slot] = in.readLong();
        clientHi[slot] = in.readLong();
        in.check(slot == 0 || compareClients(slot - 1, slot) < 0, "clients ascend, at session", slot);
        session[slot] = in.readLong();
        in.check(
                session[slot] > 0 && session[slot] < nextSession,
                "sessions are numbered below the next",
                session[slot]);
        registerOp[slot] = in.readLong();
        in.check(registerOp[slot] > 0, "ops begin at 1", registerOp[slot]);
        lastOp[slot] = in.readLong();
        in.check(lastOp[slot] >= registerOp[slot], "a session is applied to after it is registered", lastOp[slot]);
        lastRequest[slot] = in.readLong();
        in.check(lastRequest[slot] >= 0 && lastRequest[slot] < Long.MAX_VALUE, "numbers begin at 0", lastRequest[slot]);
        if (records[slot] == null) {
            records[slot] = new UnsafeBuffer(new byte[window * stride]);
        }
        for (long request = firstStored(lastRequest[slot]); request <= lastRequest[slot]; request++) {
            final int record = record(request);
            in.readBytes(records[slot], record, LENGTH_OFFSET);
            final int length = in.readLength(replySizeMax, 1, "the length of a reply");
            records[slot].putInt(record + LENGTH_OFFSET, length, LITTLE_ENDIAN);
            in.readBytes(records[slot], record + REPLY_OFFSET, length);
        }
        index[freePlace(clientLo[slot], clientHi[slot])] = slot;
        count++;
    }

    /** Lowest number whose reply is stored, given the last one. */
    private long firstStored(final long last) {
        return Math.max(1, last - window + 1);
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
