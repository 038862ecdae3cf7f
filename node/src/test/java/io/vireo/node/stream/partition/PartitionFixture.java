package io.vireo.node.stream.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A partition group on a real disk, and the requests of a gateway to one of its partitions. */
class PartitionFixture {
    static final long NAMESPACE = 3;
    static final int LIMIT = 60_000;

    private final Random random = new Random(1);
    final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();

    @TempDir
    Path directory;

    PartitionHost host;

    @BeforeEach
    void open() throws IOException {
        host = new PartitionHost(directory);
    }

    @AfterEach
    void close() {
        host.close();
    }

    byte[] batch(final int count) {
        return Message.batch(
                Stream.generate(() -> Message.random(random, 50)).limit(count).toList());
    }

    byte[] ofPayload(final int length) {
        return Message.batch(List.of(new Message(0, 0, 1, 2, 3, Message.list(new byte[length]), List.of())));
    }

    PartitionHost.Outcome append(final long timestampNs, final int count) {
        return host.apply(timestampNs, NAMESPACE, 1, PartitionOperation.APPEND, batch(count));
    }

    PartitionHost.Outcome append(final long namespace, final long incarnation, final byte[] batch) {
        return host.apply(1_000, namespace, incarnation, PartitionOperation.APPEND, batch);
    }

    PartitionHost.Outcome drop(final long incarnation) {
        return host.apply(1, NAMESPACE, incarnation, PartitionOperation.DROP, new byte[0]);
    }

    PartitionHost.Outcome store(final long namespace, final long incarnation, final long offset) {
        final int length = PartitionOperation.putStoreOffset(scratch, 0, ConsumerKind.CONSUMER, 1, offset);
        return host.apply(1, namespace, incarnation, PartitionOperation.STORE_OFFSET, bytes(length));
    }

    PartitionHost.Outcome storeOf(final int kind, final long consumer) {
        final int length = PartitionOperation.putStoreOffset(scratch, 0, kind, consumer, 0);
        return host.apply(1, NAMESPACE, 1, PartitionOperation.STORE_OFFSET, bytes(length));
    }

    PartitionHost.Outcome offset(final long incarnation) {
        final int length = PartitionQuery.putOffset(scratch, 0, incarnation, ConsumerKind.CONSUMER, 1);
        return host.read(NAMESPACE, bytes(length), PartitionQuery.OFFSET_ANSWER_LENGTH);
    }

    /** All messages, in as many polls as it takes: one ends where the next batch must be fetched from disk. */
    List<Message> all(final long incarnation) {
        final List<Message> all = new ArrayList<>();
        List<Message> some;
        do {
            final long from = all.isEmpty() ? 0 : all.get(all.size() - 1).offset() + 1;
            some = PartitionHost.messages(host.read(NAMESPACE, poll(incarnation, 1, from, 1_000), LIMIT));
            all.addAll(some);
        } while (!some.isEmpty());
        return all;
    }

    byte[] poll(final long incarnation, final int strategy, final long value, final int count) {
        return bytes(PartitionQuery.putPoll(scratch, 0, incarnation, ConsumerKind.CONSUMER, 1, strategy, value, count));
    }

    byte[] bytes(final int length) {
        final byte[] bytes = new byte[length];
        scratch.getBytes(0, bytes);
        return bytes;
    }
}
