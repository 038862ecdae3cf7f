package io.vireo.node.transport;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.Lane;

/**
 * What a valid frame may be, given who sent it: the drop rules of an open connection, apart from its handling. A PREPARE states its
 * author, which after a view change or in repair is another replica than the one that passes it on; every other frame of a replica must
 * be its own, and each travels on the connection for its kind.
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
        if (command == Command.HELLO) {
            // "Still here" is about no group and on every lane.
            return header.replica() == from.replica ? null : ofAnother(command, header.replica(), from);
        }
        if (from.isReplica()) {
            if (Lane.of(command) != from.lane) {
                return command + " on a connection for " + from.lane;
            }
            final int author = header.replica();
            if (command == Command.PREPARE ? author >= replicaCount : author != from.replica) {
                return ofAnother(command, author, from);
            }
        }
        final int group = header.group();
        if (group >= groupCount || from.isReplica() && !PeerTable.has(hostedGroups, group)) {
            return command + " for group " + group + ", which is not here";
        }
        return null;
    }

    private static String ofAnother(final Command command, final int author, final Connection from) {
        return command + " of replica " + author + " from replica " + from.replica;
    }

    /** True if a client that sends a fitting frame for this group has come to the wrong door. */
    boolean isElsewhere(final Connection from, final int group) {
        return from.isClient() && !PeerTable.has(servedGroups, group);
    }
}
