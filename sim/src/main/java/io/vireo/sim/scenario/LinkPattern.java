package io.vireo.sim.scenario;

import io.vireo.journal.message.Command;
import java.util.Map;

/**
 * Chooses frames under way.
 *
 * @param from number of the sending end, or {@link #ANY}; the same for {@code to}.
 * @param command or null for any.
 * @param fields that a frame must have with these values.
 */
record LinkPattern(int from, int to, Command command, Map<String, String> fields) {
    static final int ANY = -1;

    boolean isOfLink(final int sender, final int receiver) {
        return (from == ANY || from == sender) && (to == ANY || to == receiver);
    }

    boolean matches(final Letter letter) {
        return isOfLink(letter.from(), letter.to())
                && (command == null || command == letter.command())
                && letter.fields().entrySet().containsAll(fields.entrySet());
    }
}
