package io.vireo.node.core;

import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a replica wants done: frames to send, superblocks to write and snapshots to take, in the order in which it decided. (Prepares go
 * to the journal, which stages them until its host flushes it.) Filled during one input, emptied by the host before the next, so that an effect may point at bytes that live only that long. Frames that the
 * replica authors are encoded in the queue's own arena. Bounded: an input that wants more than {@link #EFFECTS_MAX} effects or
 * {@link #ARENA_MAX} bytes is a broken invariant.
 */
public final class EffectQueue {
    public static final int EFFECTS_MAX = 32 * 1024;
    public static final int ARENA_MAX = 64 * 1024 * 1024;
    private static final int ARENA_START = 64 * 1024;
    private static final int SLOTS_START = 256;

    /** Carries the effects out. */
    public interface Executor {
        void send(int replica, DirectBuffer buffer, int offset, int length);

        void sendToClient(long clientLo, long clientHi, DirectBuffer buffer, int offset, int length);

        void sendToClients(DirectBuffer buffer, int offset, int length);

        void writeSuperblock(VsrState state);

        /** Takes a snapshot of what is applied: as of this op, before any later one is applied. */
        void saveSnapshot(SnapshotAnchor anchor);

        /** Ends this replica and begins to fetch a checkpoint above this op from others; the last effect there is. */
        void synchronizeState(long aboveOp);
    }

    private enum Kind {
        SEND,
        SEND_TO_CLIENT,
        SEND_TO_CLIENTS,
        WRITE_SUPERBLOCK,
        SAVE_SNAPSHOT,
        SYNCHRONIZE_STATE
    }

    private static final class Effect {
        private Kind kind;
        private long a;
        private long b;
        /** Null: in the arena, which may have moved since. */
        private DirectBuffer buffer;

        private int offset;
        private int length;
        private VsrState superblock;
        private SnapshotAnchor anchor;
    }

    private Effect[] effects = new Effect[SLOTS_START];
    private int size;
    private MutableDirectBuffer arena = new UnsafeBuffer(new byte[ARENA_START]);
    private int arenaUsed;
    private boolean draining;

    public EffectQueue() {
        for (int i = 0; i < effects.length; i++) {
            effects[i] = new Effect();
        }
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Buffer of the frames claimed so far; to be asked again after every {@link #claim}. */
    public MutableDirectBuffer arena() {
        return arena;
    }

    /** Reserves {@code length} bytes of the arena for one frame; returns their offset. */
    public int claim(final int length) {
        Invariant.check(!draining, "no effects while effects are executed");
        final int start = arenaUsed + 7 & ~7;
        final int end = start + length;
        Invariant.check(end <= ARENA_MAX, "effect arena exhausted");
        if (end > arena.capacity()) {
            int capacity = arena.capacity();
            while (capacity < end) {
                capacity = Math.min(ARENA_MAX, capacity * 2);
            }
            final MutableDirectBuffer larger = new UnsafeBuffer(new byte[capacity]);
            larger.putBytes(0, arena, 0, arenaUsed);
            arena = larger;
        }
        arenaUsed = end;
        return start;
    }

    /** Gives back the end of the last claim, when a frame turned out shorter. */
    public void trim(final int end) {
        Invariant.check(end <= arenaUsed, "only the last claim can be trimmed");
        arenaUsed = end;
    }

    /** Sends a frame of the arena to another replica. */
    public void send(final int replica, final int offset, final int length) {
        final Effect effect = next(Kind.SEND);
        effect.a = replica;
        effect.buffer = null;
        effect.offset = offset;
        effect.length = length;
    }

    /** Sends bytes that live elsewhere until the host has drained this queue. */
    public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        final Effect effect = next(Kind.SEND);
        effect.a = replica;
        effect.buffer = buffer;
        effect.offset = offset;
        effect.length = length;
    }

    public void sendToClient(final long clientLo, final long clientHi, final int offset, final int length) {
        final Effect effect = next(Kind.SEND_TO_CLIENT);
        effect.a = clientLo;
        effect.b = clientHi;
        effect.buffer = null;
        effect.offset = offset;
        effect.length = length;
    }

    public void sendToClients(final int offset, final int length) {
        final Effect effect = next(Kind.SEND_TO_CLIENTS);
        effect.buffer = null;
        effect.offset = offset;
        effect.length = length;
    }

    public void writeSuperblock(final VsrState state) {
        next(Kind.WRITE_SUPERBLOCK).superblock = state;
    }

    public void saveSnapshot(final SnapshotAnchor anchor) {
        next(Kind.SAVE_SNAPSHOT).anchor = anchor;
    }

    public void synchronizeState(final long aboveOp) {
        next(Kind.SYNCHRONIZE_STATE).a = aboveOp;
    }

    /** Executes and forgets all effects, in order. The executor must not call back into the replica. */
    public void drain(final Executor executor) {
        draining = true;
        for (int i = 0; i < size; i++) {
            final Effect e = effects[i];
            final DirectBuffer bytes = e.buffer == null ? arena : e.buffer;
            switch (e.kind) {
                case SEND -> executor.send((int) e.a, bytes, e.offset, e.length);
                case SEND_TO_CLIENT -> executor.sendToClient(e.a, e.b, bytes, e.offset, e.length);
                case SEND_TO_CLIENTS -> executor.sendToClients(bytes, e.offset, e.length);
                case WRITE_SUPERBLOCK -> executor.writeSuperblock(e.superblock);
                case SAVE_SNAPSHOT -> executor.saveSnapshot(e.anchor);
                case SYNCHRONIZE_STATE -> executor.synchronizeState(e.a);
            }
            forget(e);
        }
        size = 0;
        arenaUsed = 0;
        draining = false;
    }

    /** Forgets all effects: what was decided is not done. */
    public void discard() {
        Invariant.check(!draining, "effects are not forgotten while they are executed");
        for (int i = 0; i < size; i++) {
            forget(effects[i]);
        }
        size = 0;
        arenaUsed = 0;
    }

    private static void forget(final Effect effect) {
        effect.buffer = null;
        effect.superblock = null;
        effect.anchor = null;
    }

    private Effect next(final Kind kind) {
        Invariant.check(!draining, "no effects while effects are executed");
        if (size == effects.length) {
            Invariant.check(size < EFFECTS_MAX, "effect queue exhausted");
            final Effect[] larger = new Effect[size * 2];
            System.arraycopy(effects, 0, larger, 0, size);
            for (int i = size; i < larger.length; i++) {
                larger[i] = new Effect();
            }
            effects = larger;
        }
        final Effect effect = effects[size++];
        effect.kind = kind;
        return effect;
    }
}
