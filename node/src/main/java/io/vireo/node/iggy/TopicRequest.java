package io.vireo.node.iggy;

import io.vireo.node.stream.Identifier;

/** Requests that create and change streams, topics, partitions and consumer groups. */
public sealed interface TopicRequest extends Request {
    record CreateStream(String name) implements TopicRequest {
        @Override
        public CommandCode command() {
            return CommandCode.CREATE_STREAM;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkName(name, IggyError.INVALID_STREAM_NAME);
        }
    }

    record UpdateStream(Identifier stream, String name) implements TopicRequest {
        @Override
        public CommandCode command() {
            return CommandCode.UPDATE_STREAM;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkName(name, IggyError.INVALID_STREAM_NAME);
        }
    }

    /**
     * What a client sets of a topic.
     *
     * @param compression 1 none, 2 gzip.
     * @param messageExpiryUs how long messages are kept, in microseconds; 0 as the server has it, 2^64 - 1 for ever.
     * @param maxSize in bytes; 0 as the server has it, 2^64 - 1 without limit.
     * @param replicationFactor 0 stands for 1.
     */
    record TopicSettings(int compression, long messageExpiryUs, long maxSize, int replicationFactor) {
        private static final int COMPRESSION_NONE = 1;
        private static final int COMPRESSION_GZIP = 2;

        void validate() throws WireException {
            if (compression != COMPRESSION_NONE && compression != COMPRESSION_GZIP) {
                throw WireReader.invalid("compression " + compression);
            }
        }
    }

    /** @param partitions 0 to {@link WireLimits#PARTITIONS_MAX}. */
    record CreateTopic(Identifier stream, int partitions, TopicSettings settings, String name) implements TopicRequest {
        @Override
        public CommandCode command() {
            return CommandCode.CREATE_TOPIC;
        }

        @Override
        public void validate() throws WireException {
            settings.validate();
            WireLimits.checkName(name, IggyError.INVALID_TOPIC_NAME);
            checkPartitions(partitions, 0);
        }
    }

    record UpdateTopic(Identifier stream, Identifier topic, TopicSettings settings, String name)
            implements TopicRequest {
        @Override
        public CommandCode command() {
            return CommandCode.UPDATE_TOPIC;
        }

        @Override
        public void validate() throws WireException {
            settings.validate();
            WireLimits.checkName(name, IggyError.INVALID_TOPIC_NAME);
        }
    }

    /**
     * create_partitions and delete_partitions.
     *
     * @param count 1 to {@link WireLimits#PARTITIONS_MAX}.
     */
    record ChangePartitions(CommandCode command, Identifier stream, Identifier topic, int count)
            implements TopicRequest {
        @Override
        public void validate() throws WireException {
            checkPartitions(count, 1);
        }
    }

    /** @param count of segments, the oldest first; at least 1. */
    record DeleteSegments(Identifier stream, Identifier topic, int partition, long count) implements TopicRequest {
        @Override
        public CommandCode command() {
            return CommandCode.DELETE_SEGMENTS;
        }

        @Override
        public void validate() throws WireException {
            if (count == 0) {
                throw new WireException(IggyError.INVALID_SEGMENTS_COUNT, "no segments to delete");
            }
        }
    }

    record FlushUnsavedBuffer(Identifier stream, Identifier topic, int partition, boolean isSynced)
            implements TopicRequest {
        @Override
        public CommandCode command() {
            return CommandCode.FLUSH_UNSAVED_BUFFER;
        }
    }

    record CreateGroup(Identifier stream, Identifier topic, String name) implements TopicRequest {
        @Override
        public CommandCode command() {
            return CommandCode.CREATE_CONSUMER_GROUP;
        }

        @Override
        public void validate() throws WireException {
            WireLimits.checkName(name, IggyError.INVALID_CONSUMER_GROUP_NAME);
        }
    }

    private static void checkPartitions(final int count, final int min) throws WireException {
        if (Integer.compareUnsigned(count, min) < 0 || Integer.compareUnsigned(count, WireLimits.PARTITIONS_MAX) > 0) {
            throw new WireException(
                    IggyError.TOO_MANY_PARTITIONS,
                    Integer.toUnsignedString(count) + " partitions, allowed are " + min + " to "
                            + WireLimits.PARTITIONS_MAX);
        }
    }
}
