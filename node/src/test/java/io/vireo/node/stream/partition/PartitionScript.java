package io.vireo.node.stream.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;

/** A random log of a partition group: requests of gateways that know, or no longer know, which incarnation lives; and checkpoints. */
final class PartitionScript {
    static final int CHECKPOINT = -1;
    static final int NAMESPACES = 6;
    static final int CONSUMERS = 3;

    /** One request, or a checkpoint; messages are those of an append. */
    record Step(
            long namespace, long incarnation, long timestampNs, int operation, byte[] body, List<Message> messages) {}

    private final Random random;
    private final long[] incarnations = new long[NAMESPACES];
    private final ExpandableArrayBuffer body = new ExpandableArrayBuffer();
    private long timestampNs = 1;

    private PartitionScript(final Random random) {
        this.random = random;
        for (int i = 0; i < NAMESPACES; i++) {
            incarnations[i] = 1L + random.nextInt(3);
        }
    }

    static List<Step> steps(final Random random, final int length) {
        final PartitionScript script = new PartitionScript(random);
        final List<Step> steps = new ArrayList<>();
        while (steps.size() < length) {
            steps.add(script.step());
        }
        steps.add(new Step(0, 0, 0, CHECKPOINT, null, null));
        return steps;
    }

    private Step step() {
        timestampNs += random.nextInt(3) * 700L;
        // Two namespaces get most of the messages, so that they have many segments.
        final int namespace = random.nextInt(random.nextInt(3) == 0 ? NAMESPACES : 2);
        final long incarnation = random.nextInt(12) == 0
                ? Math.max(1, incarnations[namespace] + random.nextInt(3) - 1)
                : incarnations[namespace];
        return switch (random.nextInt(40)) {
            case 0, 1 -> new Step(0, 0, 0, CHECKPOINT, null, null);
            case 2 -> {
                incarnations[namespace]++;
                yield request(namespace, incarnation, PartitionOperation.DROP, 0);
            }
            case 3, 4 ->
                request(
                        namespace,
                        incarnation,
                        PartitionOperation.DELETE_SEGMENTS,
                        PartitionOperation.putDeleteSegments(body, 0, random.nextInt(3)));
            case 5, 6 ->
                request(
                        namespace,
                        incarnation,
                        PartitionOperation.RETAIN,
                        PartitionOperation.putRetain(
                                body,
                                0,
                                random.nextBoolean() ? -1 : random.nextInt(60),
                                random.nextBoolean() ? 0 : random.nextInt(200_000),
                                random.nextBoolean() ? Long.MAX_VALUE : timestampNs / 1000 - random.nextInt(60)));
            case 7, 8, 9 ->
                request(
                        namespace,
                        incarnation,
                        PartitionOperation.STORE_OFFSET,
                        PartitionOperation.putStoreOffset(
                                body,
                                0,
                                1 + random.nextInt(2),
                                random.nextInt(CONSUMERS),
                                random.nextInt(10) == 0 ? -1L - random.nextInt(3) : random.nextInt(300)));
            case 10 ->
                request(
                        namespace,
                        incarnation,
                        PartitionOperation.DELETE_OFFSET,
                        PartitionOperation.putDeleteOffset(body, 0, 1 + random.nextInt(2), random.nextInt(CONSUMERS)));
            default -> append(namespace, incarnation);
        };
    }

    private Step append(final long namespace, final long incarnation) {
        final List<Message> messages = new ArrayList<>();
        // Small batches, so that several lie between two rows of an index; and some that span several chunks.
        final boolean isLarge = random.nextInt(10) == 0;
        for (int left = 1 + random.nextInt(isLarge ? 12 : 4); left > 0; left--) {
            messages.add(Message.random(random, isLarge ? 2_400 : 120));
        }
        final byte[] batch = Message.batch(messages);
        return new Step(namespace, incarnation, timestampNs, PartitionOperation.APPEND, batch, messages);
    }

    private Step request(final long namespace, final long incarnation, final int operation, final int length) {
        final byte[] bytes = new byte[length];
        body.getBytes(0, bytes);
        return new Step(namespace, incarnation, timestampNs, operation, bytes, List.of());
    }
}
