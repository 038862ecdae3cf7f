package io.vireo.sim.explore;

import io.vireo.sim.storage.DamageKind;

/**
 * One thing that may happen next. Equal choices in two states are the same event.
 *
 * @param end at which it happens: replicas first, then the client.
 * @param from sender of a frame, -1 where there is none.
 * @param lo of a frame, the low half of its checksum; of damage, the sector.
 * @param hi of a frame, the high half of its checksum; of damage, the ordinal of its kind.
 */
public record Choice(Kind kind, int end, int from, long lo, long hi) {
    public enum Kind {
        /** A frame under way arrives. */
        DELIVER,
        /** The client asks for the next append. */
        REQUEST,
        /** What the disk has been asked for takes place: writes, and syncs of what was written. */
        DISK,
        /** Time passes at one end until it does something on its own. */
        TIMEOUT,
        /** The machine fails, and what no sync covers is lost. */
        CRASH,
        /** The machine fails, and what no sync covers is durable. */
        CRASH_KEPT,
        RESTART,
        /** The machine comes up, and a durable sector is not what it was. */
        RESTART_DAMAGED,
        /** A frame under way is lost. */
        DROP
    }

    static Choice at(final Kind kind, final int end) {
        return new Choice(kind, end, -1, 0, 0);
    }

    /**
     * True if both orders of the two lead to the same state, and no auditor can tell them apart in one order only. What happens at a replica
     * reads and changes that replica alone and adds frames behind those under way, so events at two replicas commute. Exceptions: those
     * that share a budget; crashes and restarts, which decide what becomes of frames of others; and the client, because auditors compare
     * what it hears with what all replicas have done so far.
     */
    boolean isIndependentOf(final Choice other, final int replicas) {
        return end != other.end
                && !isBound(replicas)
                && !other.isBound(replicas)
                && !(kind == other.kind && (kind == Kind.TIMEOUT || kind == Kind.DROP));
    }

    /** True if auditors compare it with what all replicas have done so far, so that its place among their events counts. */
    boolean isBound(final int replicas) {
        return end >= replicas
                || kind == Kind.CRASH
                || kind == Kind.CRASH_KEPT
                || kind == Kind.RESTART
                || kind == Kind.RESTART_DAMAGED;
    }

    /** What it does to a replica that has a sector damaged when it comes up. */
    DamageKind damage() {
        return DamageKind.values()[(int) hi];
    }
}
