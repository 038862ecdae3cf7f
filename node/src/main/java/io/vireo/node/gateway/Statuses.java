package io.vireo.node.gateway;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.Outcome;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.machine.MachineStatus;
import io.vireo.node.stream.partition.PartitionStatus;

/** What the protocol of the clients calls the outcomes of requests to groups. */
final class Statuses {
    private Statuses() {}

    /** Null if it took effect. */
    static IggyError error(final Outcome outcome, final int status) {
        if (outcome == Outcome.OK) {
            return null;
        }
        if (outcome == Outcome.UNKNOWN) {
            return IggyError.TASK_TIMEOUT;
        }
        return switch (status) {
            case ReplyStatus.MALFORMED -> IggyError.INVALID_COMMAND;
            case ReplyStatus.TOO_LARGE -> IggyError.TOO_BIG_MESSAGE_PAYLOAD;
            case ReplyStatus.DAMAGED -> IggyError.IO_ERROR;
            case ReplyStatus.UNKNOWN_NAMESPACE -> IggyError.SHARD_NOT_FOUND;
            case PartitionStatus.INCARNATION_ENDED, PartitionStatus.INCARNATION_FORGOTTEN ->
                IggyError.PARTITION_NOT_FOUND;
            case PartitionStatus.TOO_MANY_PARTITIONS -> IggyError.CANNOT_CREATE_PARTITION;
            case PartitionStatus.TOO_MANY_CONSUMERS -> IggyError.ERROR;
            default -> ofStream(MachineStatus.toStream(status));
        };
    }

    /** Numbers that came after the clients that are served here stand for their next of kin. */
    private static IggyError ofStream(final int status) {
        return switch (status) {
            case StreamStatus.TOO_MANY_STREAMS -> IggyError.CANNOT_CREATE_STREAM;
            case StreamStatus.TOO_MANY_TOPICS -> IggyError.CANNOT_CREATE_TOPIC;
            case StreamStatus.PARTITION_SPACE_EXHAUSTED -> IggyError.CANNOT_CREATE_PARTITION;
            default -> {
                // What is left was not accepted by the replication: nobody leads, or all are busy.
                final IggyError error = IggyError.ofCode(status);
                yield error == null ? IggyError.SHARD_COMMUNICATION_ERROR : error;
            }
        };
    }

    /** Whether nothing was done that may succeed a little later. */
    static boolean isTransient(final Outcome outcome, final int status) {
        return outcome == Outcome.NOT_APPLIED && status == PartitionStatus.INCARNATION_NOT_YET;
    }

    /** Whether it says that there is no such thing, which an answer to a question says by being empty. */
    static boolean isMissing(final IggyError error) {
        return switch (error) {
            case RESOURCE_NOT_FOUND,
                    STREAM_ID_NOT_FOUND,
                    TOPIC_ID_NOT_FOUND,
                    PARTITION_NOT_FOUND,
                    CONSUMER_OFFSET_NOT_FOUND,
                    CONSUMER_GROUP_ID_NOT_FOUND -> true;
            default -> false;
        };
    }
}
