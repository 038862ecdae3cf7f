package io.vireo.node.transport;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;

/**
 * What a valid frame may be, given who sent it: the drop rules of an open connection, apart from its handling. A PREPARE states its
 * author, which after a view change or in repair is another replica than the one that passes it on; every other frame of a replica must
 * be its own.
 */
final class FrameGuard {
    private final int replicaCount;
    private final int groupCount;
    private final long[] hostedGroups;
    private final long[] servedGroups;

    FrameGuard(final TransportContext context) {
        this.replicaCount = context.addresses.size();
        this.groupCount = context.groupCount;
        this.hostedGroups = context.hostedGroups;
        this.servedGroups = context.servedGroups;
    }

    /** Null if this peer may send this frame here, else the reason. */
    String refusal(final Connection from, final HeaderFlyweight header, final Command command) {
        final boolean isFitting = switch (command) {
            case REQUEST, READ, STATUS, SCRUB -> from.isClient();
            case HELLO,
                    PREPARE,
                    PREPARE_OK,
                    COMMIT,
                    COMMIT_OK,
                    START_VIEW_CHANGE,
                    DO_VIEW_CHANGE,
                    START_VIEW,
                    REQUEST_START_VIEW,
                    RECOVER,
                    RECOVER_OK,
                    REQUEST_HEADERS,
                    HEADERS,
                    REQUEST_PREPARE,
                    REQUEST_CHECKPOINT,
                    CHECKPOINT,
                    REQUEST_CHUNK,
                    CHUNK -> from.isReplica();
            case WELCOME, REJECT, CHALLENGE, PROOF, REPLY, READ_REPLY, CLIENT_VIEW, STATUS_REPLY -> false;
        };
        if (!isFitting) {
            return command + " from a " + (from.isReplica() ? "replica" : "client");
        }
        if (from.isReplica()) {
            final int author = header.replica();
            if (command == Command.PREPARE ? author >= replicaCount : author != from.replica) {
                return command + " of replica " + author + " from replica " + from.replica;
            }
        }
        if (command == Command.HELLO) {
            return null; // "still here" is about no group
        }
        final int group = header.group();
        if (group >= groupCount || from.isReplica() && !PeerTable.has(hostedGroups, group)) {
            return command + " for group " + group + ", which is not here";
        }
        return null;
    }

    /** True if a client that sends a fitting frame for this group has come to the wrong door. */
    boolean isElsewhere(final Connection from, final int group) {
        return from.isClient() && !PeerTable.has(servedGroups, group);
    }
}
