package io.vireo.node.gateway.service;

import io.vireo.node.stream.metadata.Drop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tells which drops have been among the oldest of their group for too long, so that whoever carries them does not get there. Only the oldest
 * count, as many as are under way at a time: where a thousand wait behind each other and move up, nobody has to help.
 */
final class OverdueDrops {
    private final int window;
    private final long patienceNs;
    /** By the first life of a drop, which no other has and which stays when later ones are covered: when it was seen among the oldest. */
    private final TreeMap<Long, Long> seenAtNs = new TreeMap<>();

    private final Set<Long> seen = new TreeSet<>();

    /** @param window of the oldest drops of a group. @param patienceNs 0 if all of these are due at once. */
    OverdueDrops(final int window, final long patienceNs) {
        this.window = window;
        this.patienceNs = patienceNs;
    }

    void clear() {
        seenAtNs.clear();
        seen.clear();
    }

    /** To be called for each group that has drops. @param drops of the group, the oldest first. @return those that are due, in this order. */
    List<Drop> of(final List<Drop> drops, final long nowNs) {
        final List<Drop> due = new ArrayList<>();
        for (final Drop drop : drops.subList(0, Math.min(window, drops.size()))) {
            seen.add(drop.first());
            if (nowNs - seenAtNs.computeIfAbsent(drop.first(), absent -> nowNs) >= patienceNs) {
                due.add(drop);
            }
        }
        return due;
    }

    /** All groups have been told of: what was not among them is done. */
    void forgetOthers() {
        seenAtNs.keySet().retainAll(seen);
        seen.clear();
    }
}
