package io.vireo.node.iggy;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A valid request of a client.
 *
 * @param request what it is to be read as, in the form of {@link #describe}.
 */
record RequestSample(CommandCode command, byte[] payload, Object request) {
    static final int MESSAGE_SIZE_MAX = 1024 * 1024;

    private static final String[] LETTERS = {"a", "b", "-", "9", "ü", "€", "\uD83D\uDE00"};

    static RequestSample of(final CommandCode command, final Random random) {
        return new Draw(command, random).sample();
    }

    /** A record as it is; a flyweight as the list of all it says. */
    static Object describe(final Request request) {
        if (request instanceof PollMessages poll) {
            return List.of(
                    describe(poll.scope()), poll.kind().ordinal() + 1, poll.value(), poll.count(), poll.isAutoCommit());
        }
        if (request instanceof ConsumerOffsetRequest offset) {
            return List.of(offset.command(), describe(offset.scope()), offset.offset());
        }
        return request instanceof SendMessages send ? describe(send) : request;
    }

    private static List<Object> describe(final ConsumerScope scope) {
        return scopeOf(
                scope.isGroup(),
                scope.consumer().toIdentifier(),
                scope.stream().toIdentifier(),
                scope.topic().toIdentifier(),
                scope.hasPartition(),
                scope.hasPartition() ? scope.partition() : 0);
    }

    private static List<Object> scopeOf(
            final boolean isGroup,
            final Identifier consumer,
            final Identifier stream,
            final Identifier topic,
            final boolean hasPartition,
            final int partition) {
        return List.of(isGroup, consumer, stream, topic, hasPartition, partition);
    }

    private static List<Object> describe(final SendMessages send) {
        final List<Object> described = new ArrayList<>();
        described.add(send.stream().toIdentifier());
        described.add(send.topic().toIdentifier());
        described.add(send.partitioning().kind().ordinal() + 1);
        described.add(
                switch (send.partitioning().kind()) {
                    case BALANCED -> 0;
                    case PARTITION_ID -> send.partitioning().partition();
                    case MESSAGES_KEY -> send.partitioning().partitionOfKey(1000);
                });
        final MessageFlyweight message = new MessageFlyweight();
        for (int i = 0; i < send.count(); i++) {
            send.message(i, message);
            final byte[] payload = new byte[(int) message.payloadLength()];
            send.buffer().getBytes(message.payloadOffset(), payload);
            final byte[] headers = new byte[(int) message.userHeadersLength()];
            send.buffer().getBytes(message.userHeadersOffset(), headers);
            described.add(List.of(
                    message.idLo(),
                    message.idHi(),
                    message.offset(),
                    message.originTimestamp(),
                    hex(payload),
                    hex(headers)));
        }
        return described;
    }

    static String hex(final byte[] bytes) {
        final StringBuilder text = new StringBuilder();
        for (final byte each : bytes) {
            text.append(String.format("%02x", each));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return command + " " + hex(payload);
    }

    /** Draws fields, writes each as a client does and keeps it for what is expected. */
    private static final class Draw {
        private final ClientBytes out = new ClientBytes();
        private final CommandCode command;
        private final Random random;

        Draw(final CommandCode command, final Random random) {
            this.command = command;
            this.random = random;
        }

        RequestSample sample() {
            final Object request = draw();
            return new RequestSample(command, out.bytes(), request);
        }

        private Object draw() {
            return switch (command) {
                case PING,
                        GET_STATS,
                        GET_CLUSTER_METADATA,
                        GET_ME,
                        GET_CLIENTS,
                        GET_USERS,
                        LOGOUT_USER,
                        GET_TOKENS,
                        GET_STREAMS -> new Request.Bare(command);
                case GET_SNAPSHOT -> snapshot();
                case GET_CLIENT -> new ServerRequest.GetClient(u32());
                case GET_USER, DELETE_USER -> new Request.OnUser(command, id());
                case CREATE_USER -> new UserRequest.CreateUser(str8(3, 50), secret(3, 100), status(), permissions());
                case UPDATE_USER -> {
                    final Identifier user = id();
                    final Optional<String> name = flag() ? Optional.of(str8(3, 50)) : Optional.empty();
                    yield new UserRequest.UpdateUser(user, name, flag() ? Optional.of(status()) : Optional.empty());
                }
                case UPDATE_PERMISSIONS -> new UserRequest.UpdatePermissions(id(), permissions());
                case CHANGE_PASSWORD -> new UserRequest.ChangePassword(id(), secret(3, 100), secret(3, 100));
                case LOGIN_USER -> new UserRequest.LoginUser(str8(3, 50), secret(3, 100), str32(), str32());
                case CREATE_TOKEN -> new UserRequest.CreateToken(str8(3, 30), u64());
                case DELETE_TOKEN -> new UserRequest.DeleteToken(str8(3, 30));
                case LOGIN_WITH_TOKEN -> new UserRequest.LoginWithToken(secret(1, 255));
                case POLL_MESSAGES -> List.of(scope(), strategyKind(), u64(), u32() & 0xffff_ffffL, flag());
                case SEND_MESSAGES -> send();
                case FLUSH_UNSAVED_BUFFER -> new TopicRequest.FlushUnsavedBuffer(id(), id(), u32(), flag());
                case GET_CONSUMER_OFFSET, DELETE_CONSUMER_OFFSET -> List.of(command, scope(), 0L);
                case STORE_CONSUMER_OFFSET -> List.of(command, scope(), u64());
                case GET_STREAM, DELETE_STREAM, PURGE_STREAM, GET_TOPICS -> new Request.OnStream(command, id());
                case CREATE_STREAM -> new TopicRequest.CreateStream(str8(1, 255));
                case UPDATE_STREAM -> new TopicRequest.UpdateStream(id(), str8(1, 255));
                case GET_TOPIC, DELETE_TOPIC, PURGE_TOPIC, GET_CONSUMER_GROUPS ->
                    new Request.OnTopic(command, id(), id());
                case CREATE_TOPIC -> new TopicRequest.CreateTopic(id(), count(0, 1000), settings(), str8(1, 255));
                case UPDATE_TOPIC -> new TopicRequest.UpdateTopic(id(), id(), settings(), str8(1, 255));
                case CREATE_PARTITIONS, DELETE_PARTITIONS ->
                    new TopicRequest.ChangePartitions(command, id(), id(), count(1, 1000));
                case DELETE_SEGMENTS -> new TopicRequest.DeleteSegments(id(), id(), u32(), count(1, Integer.MAX_VALUE));
                case CREATE_CONSUMER_GROUP -> new TopicRequest.CreateGroup(id(), id(), str8(1, 255));
                case GET_CONSUMER_GROUP, DELETE_CONSUMER_GROUP, JOIN_CONSUMER_GROUP, LEAVE_CONSUMER_GROUP ->
                    new Request.OnGroup(command, id(), id(), id());
            };
        }

        private ServerRequest snapshot() {
            final int compression = 1 + random.nextInt(6);
            final List<Integer> types = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                types.add(random.nextBoolean() ? 100 : 1 + random.nextInt(6));
            }
            out.u8(compression).u8(types.size());
            types.forEach(out::u8);
            return new ServerRequest.GetSnapshot(compression, types);
        }

        private List<Object> scope() {
            final boolean isGroup = random.nextBoolean();
            out.u8(isGroup ? 2 : 1);
            final Identifier consumer = id();
            final Identifier stream = id();
            final Identifier topic = id();
            final boolean hasPartition = flag();
            final int partition = u32();
            return scopeOf(isGroup, consumer, stream, topic, hasPartition, hasPartition ? partition : 0);
        }

        private int strategyKind() {
            return byteOf(1 + random.nextInt(5));
        }

        private List<Object> send() {
            final List<Object> expected = new ArrayList<>();
            final Identifier stream = anyId();
            final Identifier topic = anyId();
            final ClientBytes metadata = new ClientBytes().id(stream).id(topic);
            expected.add(stream);
            expected.add(topic);
            switch (random.nextInt(3)) {
                case 0 -> {
                    metadata.u8(1).u8(0);
                    expected.addAll(List.of(1, 0));
                }
                case 1 -> {
                    final int partition = random.nextInt();
                    metadata.u8(2).u8(4).u32(partition);
                    expected.addAll(List.of(2, partition));
                }
                default -> {
                    // Of this key the XXH32 is known: 0x32d153ff.
                    metadata.u8(3).str8("abc");
                    expected.addAll(List.of(3, (int) (0x32d153ffL % 1000)));
                }
            }
            final SendBatch batch = new SendBatch();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                final byte[] payload = new byte[random.nextInt(40)];
                final byte[] headers = new byte[random.nextInt(3) * 5];
                random.nextBytes(payload);
                random.nextBytes(headers);
                final long idLo = random.nextLong();
                final long idHi = random.nextLong();
                final long origin = random.nextLong();
                batch.message(idLo, idHi, 0, origin, payload, headers);
                expected.add(List.of(idLo, idHi, 0L, origin, hex(payload), hex(headers)));
            }
            out.raw(batch.payload(metadata.bytes()));
            return expected;
        }

        private TopicRequest.TopicSettings settings() {
            return new TopicRequest.TopicSettings(
                    byteOf(1 + random.nextInt(2)), u64(), u64(), byteOf(random.nextInt(256)));
        }

        private Optional<Permissions> permissions() {
            final Optional<Permissions> permissions =
                    random.nextInt(4) == 0 ? Optional.empty() : Optional.of(anyPermissions(random));
            out.optionalPermissions(permissions);
            return permissions;
        }

        private boolean status() {
            final boolean isActive = random.nextBoolean();
            out.u8(isActive ? 1 : 2);
            return isActive;
        }

        private boolean flag() {
            final boolean value = random.nextBoolean();
            out.u8(value ? 1 : 0);
            return value;
        }

        private int byteOf(final int value) {
            out.u8(value);
            return value;
        }

        private int count(final int min, final int max) {
            final int value = min + random.nextInt(max - min + 1);
            out.u32(value);
            return value;
        }

        private int u32() {
            final int value = random.nextInt(3) == 0 ? 0 : random.nextInt();
            out.u32(value);
            return value;
        }

        private long u64() {
            final long value = random.nextInt(3) == 0 ? -1 : random.nextLong();
            out.u64(value);
            return value;
        }

        private Identifier id() {
            final Identifier id = anyId();
            out.id(id);
            return id;
        }

        private Identifier anyId() {
            return random.nextBoolean()
                    ? Identifier.of(random.nextBoolean() ? 0 : random.nextInt())
                    : Identifier.of(text(1, 255));
        }

        private Secret secret(final int min, final int max) {
            return new Secret(str8(min, max));
        }

        private String str8(final int min, final int max) {
            final String text = text(min, max);
            out.str8(text);
            return text;
        }

        private String str32() {
            final String text = text(0, 300);
            out.str32(text);
            return text;
        }

        /** Of that many bytes; often the least or the most. */
        private String text(final int min, final int max) {
            final int bytes = switch (random.nextInt(4)) {
                case 0 -> min;
                case 1 -> max;
                default -> min + random.nextInt(Math.min(20, max - min + 1));
            };
            final StringBuilder text = new StringBuilder();
            int left = bytes;
            while (left > 0) {
                final int letter = random.nextInt(LETTERS.length);
                final int length = Math.max(1, letter - 2);
                if (length <= left) {
                    text.append(LETTERS[letter]);
                    left -= length;
                }
            }
            return text.toString();
        }
    }

    static Permissions anyPermissions(final Random random) {
        final SortedMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            final SortedMap<Integer, Integer> topics = new TreeMap<>();
            for (int k = random.nextInt(3); k > 0; k--) {
                topics.put(random.nextInt(5), random.nextInt(16) << 6);
            }
            streams.put(random.nextInt(), new Permissions.OfStream(random.nextInt(64) << 4, topics));
        }
        return new Permissions(random.nextInt(1024), streams);
    }
}
