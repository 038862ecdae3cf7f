package io.vireo.sim.network;

import io.vireo.journal.message.Command;
import java.util.Arrays;

/** Which commands get lost on which links between replicas, all of them, for a while; filters may overlap. */
final class LinkFilters {
    private final int replicas;
    /** By link and command: filters that are on. */
    private final int[] filters;

    private boolean isAny;

    LinkFilters(final int replicas) {
        this.replicas = replicas;
        filters = new int[replicas * replicas * Command.values().length];
    }

    void change(final int from, final int to, final Command command, final boolean isOn) {
        filters[at(from, to, command)] += isOn ? 1 : -1;
        isAny = true;
    }

    void clear() {
        Arrays.fill(filters, 0);
        isAny = false;
    }

    /** False while there has been no filter since the last {@link #clear}, so that nobody need look at the frame. */
    boolean isAny(final int from, final int to) {
        return isAny && from < replicas && to < replicas;
    }

    boolean isLost(final int from, final int to, final Command command) {
        return filters[at(from, to, command)] > 0;
    }

    private int at(final int from, final int to, final Command command) {
        return (from * replicas + to) * Command.values().length + command.ordinal();
    }
}
