package io.vireo.node.message;

import io.vireo.journal.message.Command;

/**
 * What a connection between two replicas is for. There is one for each, so that bytes of files never stand in front of consensus in a
 * buffer, of this process or of the operating system. A HELLO names the lane, and frames of one lane on a connection of the other end it.
 */
public enum Lane {
    /** Everything but pieces of files. Of builds that know no lanes, too: their HELLO has a zero there. */
    CONSENSUS,
    /** Pieces of files, and what asks for them. */
    BULK;

    private static final Lane[] ALL = values();

    /** As a HELLO states it. */
    public int code() {
        return ordinal();
    }

    /** The lane with this code, or null if there is none. */
    public static Lane ofCode(final int code) {
        return code < 0 || code >= ALL.length ? null : ALL[code];
    }

    /** The one lane on which a frame of a replica travels; a repeated HELLO travels on both. */
    public static Lane of(final Command command) {
        return command == Command.REQUEST_CHUNK || command == Command.CHUNK ? BULK : CONSENSUS;
    }
}
