package io.vireo.node.core;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.util.Invariant;
import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of the newest prepares: those in flight, those that wait to be applied, and those that arrived before the op below them.
 * One slot per op modulo the number of slots; an op that is not applied yet is never displaced by a later one. Slots grow to what they
 * hold, up to the largest prepare.
 */
public final class PrepareCache {
    private static final int SLOT_START = 4096;

    private final int mask;
    private final int prepareSizeMax;
    private final UnsafeBuffer[] slots;
    private final long[] ops;
    private final long[] checksumsLo;
    private final long[] checksumsHi;
    private final int[] sizes;

    public PrepareCache(final int slots, final int prepareSizeMax) {
        final int count = BitUtil.findNextPositivePowerOfTwo(slots);
        this.mask = count - 1;
        this.prepareSizeMax = prepareSizeMax;
        this.slots = new UnsafeBuffer[count];
        this.ops = new long[count];
        this.checksumsLo = new long[count];
        this.checksumsHi = new long[count];
        this.sizes = new int[count];
        for (int i = 0; i < count; i++) {
            this.slots[i] = new UnsafeBuffer(new byte[0]);
        }
    }

    /** Ops that fit above {@code commitMin}: a slot may be taken by an op at most this far above it. */
    public int span() {
        return mask + 1;
    }

    /** True if the slot of this op holds exactly this prepare. */
    public boolean holds(final long op, final long checksumLo, final long checksumHi) {
        final int slot = slot(op);
        return ops[slot] == op && checksumsLo[slot] == checksumLo && checksumsHi[slot] == checksumHi;
    }

    /** True if the slot of this op holds a prepare of this op, whatever its checksum. */
    public boolean holdsOp(final long op) {
        return op != 0 && ops[slot(op)] == op;
    }

    /** The bytes of a held prepare, from offset 0; valid until its slot is taken again. */
    public MutableDirectBuffer prepare(final long op) {
        return slots[slot(op)];
    }

    public int size(final long op) {
        return sizes[slot(op)];
    }

    /**
     * Copies a whole prepare in, unless its slot holds an earlier op that is not applied yet.
     *
     * @return true if it is held now.
     */
    public boolean put(final PrepareFlyweight prepare, final long commitMin) {
        return put(prepare, commitMin, commitMin);
    }

    /**
     * As {@link #put(PrepareFlyweight, long)}, also of an op that is applied but not on the disk, if its slot holds none that is not applied, and no
     * earlier one that is not on the disk either.
     *
     * @param writtenOp ops up to this one are on the disk; may be above {@code commitMin}.
     */
    public boolean put(final PrepareFlyweight prepare, final long commitMin, final long writtenOp) {
        final long op = prepare.op();
        if (!hasRoomFor(op, commitMin, writtenOp)) {
            return false;
        }
        final int size = (int) prepare.size();
        claim(op, size).putBytes(0, prepare.buffer(), prepare.offset(), size);
        claimed(op, prepare.checksumLo(), prepare.checksumHi(), size);
        return true;
    }

    /** True if {@link #put(PrepareFlyweight, long, long)} would take this op. */
    public boolean hasRoomFor(final long op, final long commitMin, final long writtenOp) {
        final long held = ops[slot(op)];
        if (op > commitMin) {
            return op <= commitMin + mask + 1 && (held <= commitMin || held >= op);
        }
        return op > writtenOp && held <= commitMin && (held <= writtenOp || held >= op);
    }

    /** Empties the slot of this op and returns its buffer, to build a prepare of {@code size} bytes in place. */
    public MutableDirectBuffer claim(final long op, final int size) {
        Invariant.check(size <= prepareSizeMax, "prepare larger than prepareSizeMax");
        final int slot = slot(op);
        ops[slot] = 0;
        if (slots[slot].capacity() < size) {
            final int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(size, SLOT_START));
            slots[slot] = new UnsafeBuffer(new byte[Math.min(capacity, Math.max(prepareSizeMax, size))]);
        }
        return slots[slot];
    }

    /** The claimed slot holds a whole, sealed prepare now. */
    public void claimed(final long op, final long checksumLo, final long checksumHi, final int size) {
        final int slot = slot(op);
        ops[slot] = op;
        checksumsLo[slot] = checksumLo;
        checksumsHi[slot] = checksumHi;
        sizes[slot] = size;
    }

    /** Forgets every prepare above this op: the log they belonged to was truncated. */
    public void truncateAbove(final long op) {
        for (int i = 0; i <= mask; i++) {
            if (ops[i] > op) {
                ops[i] = 0;
            }
        }
    }

    private int slot(final long op) {
        return (int) op & mask;
    }
}
