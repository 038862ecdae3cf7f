package io.vireo.node.client.iggy;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.ConsumerGroupRecord;
import io.vireo.node.iggy.PartitionRecord;
import io.vireo.node.iggy.PermissionsCodec;
import io.vireo.node.iggy.Secret;
import io.vireo.node.iggy.StreamRecord;
import io.vireo.node.iggy.TopicRecord;
import io.vireo.node.iggy.UserRecord;
import io.vireo.node.iggy.WireException;
import io.vireo.node.iggy.WireReader;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Streams, topics, users and consumer groups of a cluster: what there is, and making and deleting it. One thread. */
public final class IggyAdmin {
    private static final int COMPRESSION_NONE = 1;
    private static final int STATUS_ACTIVE = 1;
    private static final int STATUS_INACTIVE = 2;

    private final IggyClient client;

    public IggyAdmin(final IggyClient client) {
        this.client = client;
    }

    /** A topic and its partitions by number. */
    public record TopicDetails(TopicRecord topic, List<PartitionRecord> partitions) {
        public TopicDetails {
            partitions = List.copyOf(partitions);
        }
    }

    private interface RecordReader<T> {
        T read(WireReader in) throws WireException;
    }

    public List<StreamRecord> streams() throws IOException, RequestRefusedException {
        return all(CommandCode.GET_STREAMS, out -> {}, StreamRecord::read);
    }

    public StreamRecord createStream(final String name) throws IOException, RequestRefusedException {
        return first(CommandCode.CREATE_STREAM, out -> out.str8(name), StreamRecord::read);
    }

    public void deleteStream(final Identifier stream) throws IOException, RequestRefusedException {
        client.request(CommandCode.DELETE_STREAM, out -> out.id(stream));
    }

    /** By number; empty also if there is no such stream. */
    public List<TopicRecord> topics(final Identifier stream) throws IOException, RequestRefusedException {
        return all(CommandCode.GET_TOPICS, out -> out.id(stream), TopicRecord::read);
    }

    /** Empty if there is no such stream or no such topic in it. */
    public Optional<TopicDetails> topic(final Identifier stream, final Identifier topic)
            throws IOException, RequestRefusedException {
        final WireReader in = client.request(CommandCode.GET_TOPIC, out -> {
            out.id(stream);
            out.id(topic);
        });
        return in.remaining() == 0 ? Optional.empty() : Optional.of(topicDetails(CommandCode.GET_TOPIC, in));
    }

    /** Whether there is such a stream. */
    public boolean hasStream(final Identifier stream) throws IOException, RequestRefusedException {
        return client.request(CommandCode.GET_STREAM, out -> out.id(stream)).remaining() > 0;
    }

    /**
     * Makes a topic.
     *
     * @param partitions 0 to 1000.
     * @param messageExpiryUs how long messages are kept; 0 as the server has it, 2^64 - 1 for ever.
     * @param maxSize in bytes; 0 as the server has it, 2^64 - 1 without limit.
     */
    public TopicDetails createTopic(
            final Identifier stream,
            final String name,
            final int partitions,
            final long messageExpiryUs,
            final long maxSize)
            throws IOException, RequestRefusedException {
        return topicDetails(CommandCode.CREATE_TOPIC, client.request(CommandCode.CREATE_TOPIC, out -> {
            out.id(stream);
            out.u32(partitions);
            out.u8(COMPRESSION_NONE);
            out.u64(messageExpiryUs);
            out.u64(maxSize);
            out.u8(0);
            out.str8(name);
        }));
    }

    public void deleteTopic(final Identifier stream, final Identifier topic)
            throws IOException, RequestRefusedException {
        client.request(CommandCode.DELETE_TOPIC, out -> {
            out.id(stream);
            out.id(topic);
        });
    }

    public List<UserRecord> users() throws IOException, RequestRefusedException {
        return all(CommandCode.GET_USERS, out -> {}, UserRecord::read);
    }

    public UserRecord createUser(
            final String name, final Secret password, final boolean isActive, final Optional<Permissions> permissions)
            throws IOException, RequestRefusedException {
        return first(
                CommandCode.CREATE_USER,
                out -> {
                    out.str8(name);
                    out.str8(password.value());
                    out.u8(isActive ? STATUS_ACTIVE : STATUS_INACTIVE);
                    out.bool(permissions.isPresent());
                    permissions.ifPresent(each -> PermissionsCodec.write(out, each));
                },
                UserRecord::read);
    }

    public void deleteUser(final Identifier user) throws IOException, RequestRefusedException {
        client.request(CommandCode.DELETE_USER, out -> out.id(user));
    }

    /** By number; empty also if there is no such topic. */
    public List<ConsumerGroupRecord.Summary> groups(final Identifier stream, final Identifier topic)
            throws IOException, RequestRefusedException {
        return all(
                CommandCode.GET_CONSUMER_GROUPS,
                out -> {
                    out.id(stream);
                    out.id(topic);
                },
                ConsumerGroupRecord.Summary::read);
    }

    public ConsumerGroupRecord.Summary createGroup(final Identifier stream, final Identifier topic, final String name)
            throws IOException, RequestRefusedException {
        return first(
                CommandCode.CREATE_CONSUMER_GROUP,
                out -> {
                    out.id(stream);
                    out.id(topic);
                    out.str8(name);
                },
                ConsumerGroupRecord.Summary::read);
    }

    public void deleteGroup(final Identifier stream, final Identifier topic, final Identifier group)
            throws IOException, RequestRefusedException {
        client.request(CommandCode.DELETE_CONSUMER_GROUP, out -> {
            out.id(stream);
            out.id(topic);
            out.id(group);
        });
    }

    private static TopicDetails topicDetails(final CommandCode command, final WireReader in) throws IOException {
        try {
            final TopicRecord topic = TopicRecord.read(in);
            final List<PartitionRecord> partitions = new ArrayList<>();
            while (in.remaining() > 0) {
                partitions.add(PartitionRecord.read(in));
            }
            return new TopicDetails(topic, partitions);
        } catch (final WireException e) {
            throw IggyClient.malformed(command, e);
        }
    }

    private <T> List<T> all(final CommandCode command, final IggyClient.Body body, final RecordReader<T> reader)
            throws IOException, RequestRefusedException {
        final WireReader in = client.request(command, body);
        final List<T> records = new ArrayList<>();
        try {
            while (in.remaining() > 0) {
                records.add(reader.read(in));
            }
        } catch (final WireException e) {
            throw IggyClient.malformed(command, e);
        }
        return records;
    }

    /** The record at the front of the answer; there may be others behind it. */
    private <T> T first(final CommandCode command, final IggyClient.Body body, final RecordReader<T> reader)
            throws IOException, RequestRefusedException {
        try {
            return reader.read(client.request(command, body));
        } catch (final WireException e) {
            throw IggyClient.malformed(command, e);
        }
    }
}
