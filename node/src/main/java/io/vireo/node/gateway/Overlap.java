package io.vireo.node.gateway;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.PollMessages;
import io.vireo.node.iggy.Request;

/**
 * Which requests of one connection may be under way together. A client that pipelines expects each to see what those before it did; sends
 * keep their order because their ops do, and polls that store nothing do not see each other at all.
 */
enum Overlap {
    ALONE,
    SENDS,
    POLLS;

    static Overlap of(final Request request) {
        if (request.command() == CommandCode.SEND_MESSAGES) {
            return SENDS;
        }
        // The partitions of a group's member are taken in turn, and a poll that stores its offset changes what the next
        // one finds.
        return request instanceof PollMessages poll
                        && !poll.isAutoCommit()
                        && !poll.scope().isGroup()
                ? POLLS
                : ALONE;
    }

    /** Whether a command may be beside what is under way; known before its bytes are looked at. */
    static boolean isPossible(final CommandCode command, final Overlap present) {
        return switch (present) {
            case ALONE -> false;
            case SENDS -> command == CommandCode.SEND_MESSAGES;
            case POLLS -> command == CommandCode.POLL_MESSAGES;
        };
    }

    boolean isWith(final Overlap other) {
        return this != ALONE && this == other;
    }
}
