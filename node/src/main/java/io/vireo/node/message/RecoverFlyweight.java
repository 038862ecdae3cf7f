package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * RECOVER, replica on an empty disk in the place of one that was lost, to all others (VSR Revisited 4.3, for a replica whose disk is gone):
 * void what I said in earlier lives, and tell me how far you are; later: bring me into a view above the highest that was told.
 *
 * <pre>
 *  128  nonce      u64  of the sender's process, never 0
 *  136  life       u64  of the sender, above 0
 *  144  floorView  u64  the highest view of those who have recorded this life; while that is asked for, {@link #NO_FLOOR}
 *  152  isComplete u8   1 if everything is here, durably, and this one of two asks the other one to count with it from now on, in the header's view
 * </pre>
 */
public final class RecoverFlyweight extends HeaderFlyweight {
    /** Too few have recorded this life yet. */
    public static final long NO_FLOOR = 0xffff_ffff_ffff_ffffL;

    private static final int NONCE = 128;
    private static final int LIFE = 136;
    private static final int FLOOR_VIEW = 144;
    private static final int IS_COMPLETE = 152;
    public static final int RESERVED_OFFSET = 153;

    @Override
    public RecoverFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long nonce() {
        return u64(NONCE);
    }

    public RecoverFlyweight nonce(final long value) {
        u64(NONCE, value);
        return this;
    }

    public long life() {
        return u64(LIFE);
    }

    public RecoverFlyweight life(final long value) {
        u64(LIFE, value);
        return this;
    }

    /** True if enough others have recorded this life: what is wanted now is a view. */
    public boolean hasFloor() {
        return floorView() != NO_FLOOR;
    }

    public long floorView() {
        return u64(FLOOR_VIEW);
    }

    public RecoverFlyweight floorView(final long value) {
        u64(FLOOR_VIEW, value);
        return this;
    }

    public boolean isComplete() {
        return buffer.getByte(offset + IS_COMPLETE) == 1;
    }

    public RecoverFlyweight isComplete(final boolean value) {
        buffer.putByte(offset + IS_COMPLETE, (byte) (value ? 1 : 0));
        return this;
    }

    /** True if the flag is one, and the frame has what belongs to it. */
    boolean isFlagValid() {
        final int value = buffer.getByte(offset + IS_COMPLETE);
        return value == 0 || value == 1 && hasFloor();
    }
}
