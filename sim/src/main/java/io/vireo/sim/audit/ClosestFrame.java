package io.vireo.sim.audit;

import io.vireo.journal.message.Command;

/**
 * A frame that concerns what a violation is about.
 *
 * @param to a replica, or below 0 for clients.
 * @param op 0 where the command has none.
 * @param event at which it was sent.
 */
public record ClosestFrame(Command command, int from, int to, long view, long op, long event) {
    @Override
    public String toString() {
        return command + " r" + from + "->r" + to + " view=" + view + " op=" + op + " event=" + event;
    }
}
