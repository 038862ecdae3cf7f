package io.vireo.sim.stream;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.stream.partition.ConsumerKind;
import io.vireo.sim.audit.ConsumerGroupAuditor.Member;
import io.vireo.sim.audit.StreamHistory;
import io.vireo.sim.audit.StreamHistory.Message;
import io.vireo.sim.audit.StreamOrderAuditor.Poll;
import io.vireo.sim.audit.StreamOrderAuditor.Shown;
import io.vireo.sim.random.Draws;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** What one client asks of streams, and what it makes of the answers: it tells the auditors all that it is told. */
final class StreamWorkload {
    static final int FROM_OFFSET = 1;
    static final int FROM_TIMESTAMP = 2;
    static final int FROM_LAST = 4;
    static final int FROM_NEXT = 5;

    /** A send of at most so many bytes is one op, which is stored or not as a whole. */
    private static final int ONE_OP_MAX = 8 << 10;

    /** Of so many frames one is no request, where there are any. */
    private static final int STRANGE_PART = 16;

    private static final int MESSAGES_MAX = 16;
    private static final int POLLED_MAX = 64;
    private static final int CONSUMERS = 3;
    private static final int POLL_PREFIX_LENGTH = 16;
    private static final int MESSAGE_HEADER_LENGTH = 64;
    private static final int MESSAGE_OFFSET = 24;
    private static final int MESSAGE_TIMESTAMP = 32;
    private static final int USER_HEADERS_LENGTH = 48;
    private static final int PAYLOAD_LENGTH = 52;
    private static final long NEVER = -1L;
    private static final long SECOND_MICROS = 1_000_000L;

    private final int client;
    private final StreamAudits audits;
    private final StreamOptions options;
    private final int payloadMax;
    private final long segmentBytes;
    private final Draws work;
    private final StrangeFrames strange;
    private int connection;
    private long sequence;
    /** What is there before anything else is asked: the streams, then their topics. */
    private int prelude;

    StreamWorkload(
            final int client,
            final StreamAudits audits,
            final StreamOptions options,
            final int payloadMax,
            final long segmentBytes,
            final Draws work) {
        this.client = client;
        this.audits = audits;
        this.options = options;
        this.payloadMax = payloadMax;
        this.segmentBytes = segmentBytes;
        this.work = work;
        this.strange = new StrangeFrames(audits, options, work);
    }

    /** What is sent from now on goes by another connection. */
    void onConnected() {
        connection++;
    }

    /** The next request. */
    IggyCall next() {
        if (prelude < options.streams() * (1 + options.topics())) {
            final int at = prelude++;
            return at < options.streams()
                    ? createStream(at)
                    : createTopic(
                            (at - options.streams()) / options.topics(),
                            (at - options.streams()) % options.topics(),
                            options.partitionsMax());
        }
        if (options.isStrange() && work.chance(1, STRANGE_PART)) {
            return strange.next();
        }
        final int stream = work.nextInt(options.streams());
        final int topic = work.nextInt(options.topics());
        return switch (options.next(work)) {
            case SEND -> send(stream, topic, work.chance(1, 4) ? -1 : work.nextInt(options.partitionsMax()));
            case POLL -> poll(stream, topic);
            case OFFSET -> offset(stream, topic);
            case CREATE -> create(stream, topic);
            case REMOVE -> remove(stream, topic);
            case GROUP -> group(stream, topic);
            case SEGMENTS -> segments(stream, topic);
            case LOOK -> look(stream, topic);
        };
    }

    IggyCall createStream(final int stream) {
        return ignored(CommandCode.CREATE_STREAM, IggyFrames.name(StreamNames.stream(stream)));
    }

    IggyCall createTopic(final int stream, final int topic, final int partitions) {
        return ignored(
                CommandCode.CREATE_TOPIC,
                IggyFrames.createTopic(StreamNames.stream(stream), StreamNames.topic(topic), partitions, NEVER, NEVER));
    }

    /** @param partition below 0 for one that the gateway chooses. */
    IggyCall send(final int stream, final int topic, final int partition) {
        final int count = (int) work.logUniform(1, MESSAGES_MAX);
        final List<Message> messages = new ArrayList<>(count);
        final List<byte[]> payloads = new ArrayList<>(count);
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            final Message message = new Message(client, connection, ++sequence);
            final int length =
                    (int) work.logUniform(SentMessage.LENGTH_MIN, Math.max(SentMessage.LENGTH_MIN, payloadMax));
            messages.add(message);
            payloads.add(SentMessage.payload(message, stream, topic, length));
            bytes += MESSAGE_HEADER_LENGTH + length;
        }
        final boolean isOneOp = bytes <= ONE_OP_MAX;
        return new IggyCall(
                CommandCode.SEND_MESSAGES,
                IggyFrames.send(StreamNames.stream(stream), StreamNames.topic(topic), partition, payloads),
                (sent, status, payload, length) -> {
                    if (status == 0) {
                        audits.order.onAcknowledged(StreamNames.stream(stream), StreamNames.topic(topic), messages);
                        audits.onAcknowledged(messages.get(messages.size() - 1));
                    } else if (status != IggyError.TASK_TIMEOUT.code() && isOneOp) {
                        audits.refusals.onRefused(status, messages);
                    }
                });
    }

    IggyCall poll(
            final int stream,
            final int topic,
            final int partition,
            final int consumer,
            final int strategy,
            final long value,
            final int count,
            final boolean isAutoCommit) {
        return new IggyCall(
                CommandCode.POLL_MESSAGES,
                IggyFrames.poll(
                        consumer,
                        StreamNames.stream(stream),
                        StreamNames.topic(topic),
                        partition,
                        strategy,
                        value,
                        count,
                        isAutoCommit),
                (sent, status, payload, length) -> {
                    if (status != 0) {
                        return;
                    }
                    final Poll poll = polled(sent, stream, topic, true, strategy, value, count, payload, length);
                    audits.order.onPoll(poll);
                    if (isAutoCommit && !poll.shown().isEmpty()) {
                        audits.offsets.onAcknowledged(
                                sent,
                                poll.stream(),
                                poll.topic(),
                                partition,
                                ConsumerKind.CONSUMER,
                                consumer,
                                poll.shown().get(poll.shown().size() - 1).offset());
                    }
                });
    }

    private IggyCall poll(final int stream, final int topic) {
        final int strategy = work.between(FROM_OFFSET, FROM_NEXT);
        final long value = strategy == FROM_OFFSET
                ? work.logUniform(1, 256) - 1
                : strategy == FROM_TIMESTAMP ? work.nextInt(2) * (Long.MAX_VALUE / 2) : 0;
        return poll(
                stream,
                topic,
                work.nextInt(options.partitionsMax()),
                work.nextInt(CONSUMERS),
                strategy,
                value,
                (int) work.logUniform(1, POLLED_MAX),
                work.chance(1, 4));
    }

    private IggyCall offset(final int stream, final int topic) {
        final int partition = work.nextInt(options.partitionsMax());
        final int consumer = work.nextInt(CONSUMERS);
        final String ofStream = StreamNames.stream(stream);
        final String ofTopic = StreamNames.topic(topic);
        final byte[] asked = IggyFrames.offset(consumer, ofStream, ofTopic, partition);
        return switch (work.nextInt(4)) {
            case 0 ->
                new IggyCall(CommandCode.DELETE_CONSUMER_OFFSET, asked, (sent, status, payload, length) -> {
                    if (status == 0) {
                        audits.offsets.onAcknowledged(
                                sent,
                                ofStream,
                                ofTopic,
                                partition,
                                ConsumerKind.CONSUMER,
                                consumer,
                                StreamHistory.NONE);
                    }
                });
            case 1 -> {
                final long offset = work.logUniform(1, 256) - 1;
                yield new IggyCall(
                        CommandCode.STORE_CONSUMER_OFFSET,
                        IggyFrames.storeOffset(consumer, ofStream, ofTopic, partition, offset),
                        (sent, status, payload, length) -> {
                            if (status == 0) {
                                audits.offsets.onAcknowledged(
                                        sent, ofStream, ofTopic, partition, ConsumerKind.CONSUMER, consumer, offset);
                            }
                        });
            }
            default ->
                new IggyCall(CommandCode.GET_CONSUMER_OFFSET, asked, (sent, status, payload, length) -> {
                    if (status == 0) {
                        // partition u32, current offset u64, stored offset u64; nothing if none is stored
                        audits.offsets.onAnswer(
                                sent,
                                ofStream,
                                ofTopic,
                                partition,
                                ConsumerKind.CONSUMER,
                                consumer,
                                length == 0 ? StreamHistory.NONE : payload.getLong(12, LITTLE_ENDIAN));
                    }
                });
        };
    }

    private IggyCall create(final int stream, final int topic) {
        if (work.chance(1, 4)) {
            return createStream(stream);
        }
        if (work.chance(1, 8)) {
            return ignored(
                    CommandCode.CREATE_PARTITIONS,
                    IggyFrames.partitions(StreamNames.stream(stream), StreamNames.topic(topic), 1));
        }
        final long expiry = options.isExpiring() && work.chance(1, 2) ? work.between(1, 8) * SECOND_MICROS : NEVER;
        final long size = options.isExpiring() && work.chance(1, 2) ? work.between(1, 3) * segmentBytes : NEVER;
        return ignored(
                CommandCode.CREATE_TOPIC,
                IggyFrames.createTopic(
                        StreamNames.stream(stream),
                        StreamNames.topic(topic),
                        work.chance(1, 2) ? options.partitionsMax() : work.between(1, options.partitionsMax()),
                        expiry,
                        size));
    }

    private IggyCall remove(final int stream, final int topic) {
        final String ofStream = StreamNames.stream(stream);
        final String ofTopic = StreamNames.topic(topic);
        return switch (work.nextInt(8)) {
            case 0 -> end(CommandCode.DELETE_STREAM, ofStream, null);
            case 1 -> end(CommandCode.PURGE_STREAM, ofStream, null);
            case 2 -> ignored(CommandCode.DELETE_PARTITIONS, IggyFrames.partitions(ofStream, ofTopic, 1));
            case 3, 4 -> end(CommandCode.PURGE_TOPIC, ofStream, ofTopic);
            default -> end(CommandCode.DELETE_TOPIC, ofStream, ofTopic);
        };
    }

    IggyCall end(final CommandCode code, final String stream, final String topic) {
        return new IggyCall(
                code,
                topic == null ? IggyFrames.ids(stream) : IggyFrames.ids(stream, topic),
                (sent, status, payload, length) -> {
                    if (status == 0) {
                        audits.order.onEnded(stream, topic, sent);
                    }
                });
    }

    private IggyCall group(final int stream, final int topic) {
        final String ofStream = StreamNames.stream(stream);
        final String ofTopic = StreamNames.topic(topic);
        final String group = StreamNames.group(work.nextInt(options.groups()));
        return switch (work.nextInt(16)) {
            case 0, 1 -> ignored(CommandCode.CREATE_CONSUMER_GROUP, IggyFrames.createGroup(ofStream, ofTopic, group));
            case 2 -> ignored(CommandCode.DELETE_CONSUMER_GROUP, IggyFrames.ids(ofStream, ofTopic, group));
            case 3, 4, 5 -> ignored(CommandCode.JOIN_CONSUMER_GROUP, IggyFrames.ids(ofStream, ofTopic, group));
            case 6 -> ignored(CommandCode.LEAVE_CONSUMER_GROUP, IggyFrames.ids(ofStream, ofTopic, group));
            case 7, 8 ->
                new IggyCall(
                        CommandCode.GET_CONSUMER_GROUP,
                        IggyFrames.ids(ofStream, ofTopic, group),
                        (sent, status, payload, length) -> onGroup(status, payload, length));
            default -> {
                final int count = (int) work.logUniform(1, POLLED_MAX);
                yield new IggyCall(
                        CommandCode.POLL_MESSAGES,
                        IggyFrames.pollOfGroup(group, ofStream, ofTopic, FROM_NEXT, count, work.chance(3, 4)),
                        (sent, status, payload, length) -> {
                            if (status == 0) {
                                audits.order.onPoll(
                                        polled(sent, stream, topic, false, FROM_NEXT, 0, count, payload, length));
                            }
                        });
            }
        };
    }

    /** id u32, partitions u32, members u32, name str8, members: slot u32, count u32, partitions u32 each. */
    private void onGroup(final int status, final UnsafeBuffer payload, final int length) {
        if (status != 0 || length == 0) {
            return;
        }
        final int partitions = payload.getInt(4, LITTLE_ENDIAN);
        final int count = payload.getInt(8, LITTLE_ENDIAN);
        int at = 12 + 1 + (payload.getByte(12) & 0xff);
        final List<Member> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            final List<Integer> owned = new ArrayList<>();
            final int slot = payload.getInt(at, LITTLE_ENDIAN);
            final int parts = payload.getInt(at + 4, LITTLE_ENDIAN);
            at += 8;
            for (int part = 0; part < parts; part++) {
                owned.add(payload.getInt(at, LITTLE_ENDIAN));
                at += 4;
            }
            members.add(new Member(slot, 0, owned, null));
        }
        audits.groups.onGroup(-1, 0, null, partitions, members);
    }

    private IggyCall segments(final int stream, final int topic) {
        return ignored(
                CommandCode.DELETE_SEGMENTS,
                IggyFrames.deleteSegments(
                        StreamNames.stream(stream),
                        StreamNames.topic(topic),
                        work.nextInt(options.partitionsMax()),
                        work.between(1, 2)));
    }

    private IggyCall look(final int stream, final int topic) {
        final String ofStream = StreamNames.stream(stream);
        final String ofTopic = StreamNames.topic(topic);
        return switch (work.nextInt(9)) {
            case 0 -> ignored(CommandCode.GET_STREAMS, IggyFrames.nothing());
            case 1 -> ignored(CommandCode.GET_STREAM, IggyFrames.ids(ofStream));
            case 2 -> ignored(CommandCode.GET_TOPICS, IggyFrames.ids(ofStream));
            case 3 -> ignored(CommandCode.GET_TOPIC, IggyFrames.ids(ofStream, ofTopic));
            case 4 -> ignored(CommandCode.GET_STATS, IggyFrames.nothing());
            case 5 -> ignored(CommandCode.GET_ME, IggyFrames.nothing());
            case 6 -> ignored(CommandCode.GET_CLIENTS, IggyFrames.nothing());
            case 7 -> ignored(CommandCode.GET_CLUSTER_METADATA, IggyFrames.nothing());
            default -> ignored(CommandCode.PING, IggyFrames.nothing());
        };
    }

    private static IggyCall ignored(final CommandCode code, final byte[] payload) {
        return new IggyCall(code, payload, (sent, status, answer, length) -> {});
    }

    /** partition u32, current offset u64, count u32, messages. */
    private Poll polled(
            final long sent,
            final int stream,
            final int topic,
            final boolean isOfNamed,
            final int strategy,
            final long value,
            final long count,
            final UnsafeBuffer payload,
            final int length) {
        final List<Shown> shown = new ArrayList<>();
        int at = POLL_PREFIX_LENGTH;
        while (at < length) {
            final int bytes = payload.getInt(at + PAYLOAD_LENGTH, LITTLE_ENDIAN);
            final int body = at + MESSAGE_HEADER_LENGTH;
            final boolean isIntact = SentMessage.isIntact(payload, body, bytes)
                    && SentMessage.stream(payload, body) == stream
                    && SentMessage.topic(payload, body) == topic;
            shown.add(new Shown(
                    payload.getLong(at + MESSAGE_OFFSET, LITTLE_ENDIAN),
                    payload.getLong(at + MESSAGE_TIMESTAMP, LITTLE_ENDIAN),
                    bytes < SentMessage.LENGTH_MIN ? new Message(-1, 0, 0) : SentMessage.message(payload, body),
                    isIntact));
            at = body + bytes + payload.getInt(at + USER_HEADERS_LENGTH, LITTLE_ENDIAN);
        }
        return new Poll(
                sent,
                StreamNames.stream(stream),
                StreamNames.topic(topic),
                payload.getInt(0, LITTLE_ENDIAN),
                isOfNamed,
                strategy,
                value,
                count,
                payload.getLong(4, LITTLE_ENDIAN),
                shown);
    }
}
