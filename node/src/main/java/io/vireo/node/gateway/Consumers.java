package io.vireo.node.gateway;

import io.vireo.node.gateway.GroupRequests.Callback;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.partition.ConsumerKind;
import io.vireo.node.stream.partition.PartitionOperation;
import org.agrona.concurrent.UnsafeBuffer;

/** Under which number a partition keeps the offset of whom. */
final class Consumers {
    /** Whose offset it is. @param number of one life of a group, or of a consumer. */
    record Consumer(int kind, long number) {}

    private Consumers() {}

    /** @param number unsigned. */
    static Consumer single(final int number) {
        return new Consumer(ConsumerKind.CONSUMER, Integer.toUnsignedLong(number));
    }

    static Consumer group(final int number, final long createdAtMicros) {
        return new Consumer(ConsumerKind.GROUP, ConsumerKind.ofGroup(number, createdAtMicros));
    }

    static void store(
            final GroupAccess access,
            final Exchange exchange,
            final Answers.Location where,
            final Consumer consumer,
            final long offset,
            final Callback callback) {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[PartitionOperation.STORE_OFFSET_LENGTH]);
        PartitionOperation.putStoreOffset(body, 0, consumer.kind, consumer.number, offset);
        access.groups()
                .submit(
                        exchange.connection().clientId(),
                        where.group(),
                        where.namespace(),
                        where.incarnation(),
                        PartitionOperation.STORE_OFFSET,
                        body,
                        0,
                        body.capacity(),
                        exchange.deadlineNs(),
                        callback);
    }
}
