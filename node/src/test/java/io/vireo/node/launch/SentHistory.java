package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.stream.Identifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.apache.iggy.exception.IggyServerException;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PartitioningKind;

/**
 * What a test has sent to the topics of its stream, in order, and how each send was answered; to be compared with what a node has: all that
 * was acknowledged once and in order, nothing that was refused, and of what had no answer at most a first part, which is all of it but for
 * a send that is larger than an entry of the log; of such a one a first part may be there although it was refused. Any thread.
 */
final class SentHistory {
    /** Whoever sends to it goes by the order of the sends. */
    static final int ANY_PARTITION = -1;

    /** The server's word for a request of which it does not know. */
    private static final int TASK_TIMEOUT = 12_001;

    private static final int SHOWN_BYTES = 48;
    /** Whatever has no more bytes than this is one entry of the log, in clusters of tests as well. */
    private static final int ENTRY_BYTES_MIN = 512 * 1024;

    enum Answer {
        NONE,
        ACKNOWLEDGED,
        REFUSED
    }

    /** One send; without an answer until it has one. */
    final class Sent {
        private final StreamId stream;
        private final TopicId topic;
        private final int partition;
        private final boolean isOrdered;
        private final List<String> messages;
        private final long bytes;
        private Answer answer = Answer.NONE;

        private Sent(
                final StreamId stream,
                final TopicId topic,
                final int partition,
                final boolean isOrdered,
                final List<String> messages,
                final long bytes) {
            this.stream = stream;
            this.topic = topic;
            this.partition = partition;
            this.isOrdered = isOrdered;
            this.messages = messages;
            this.bytes = bytes;
        }

        void acknowledged() {
            answered(Answer.ACKNOWLEDGED);
        }

        private void answered(final Answer taken) {
            synchronized (SentHistory.this) {
                if (!isClosed) {
                    answer = taken;
                }
            }
        }

        /** @param problem what the client has made of it: only an answer of the server says that nothing was done. */
        void failed(final Throwable problem) {
            final Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
            if (cause instanceof IggyServerException refusal && refusal.getRawErrorCode() != TASK_TIMEOUT) {
                answered(Answer.REFUSED);
            }
        }

        /** Whether a message of it may be there. A send that is cut into several entries may be refused when some of them are. */
        private boolean isPossible() {
            return answer != Answer.REFUSED || bytes > ENTRY_BYTES_MIN;
        }
    }

    private final List<Sent> sends = new ArrayList<>();
    private boolean isClosed;

    /** @param isOrdered whether what one thread sends goes by one connection. */
    synchronized Sent sending(
            final StreamId stream,
            final TopicId topic,
            final Partitioning partitioning,
            final List<Message> messages,
            final boolean isOrdered) {
        if (isClosed) {
            throw new IllegalStateException("nothing is sent any more: what is there is being read");
        }
        final boolean isChosen = partitioning.kind() == PartitioningKind.PartitionId;
        final Sent sent = new Sent(
                stream,
                topic,
                isChosen
                        ? ByteBuffer.wrap(partitioning.value())
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt()
                        : ANY_PARTITION,
                isOrdered && isChosen,
                messages.stream().map(each -> text(each.payload())).toList(),
                messages.stream().mapToLong(each -> each.payload().length).sum());
        sends.add(sent);
        return sent;
    }

    synchronized void forget() {
        sends.clear();
    }

    /** Answers that come later count as none: whoever reads what is there may have read it before. */
    synchronized void close() {
        isClosed = true;
    }

    /** Acknowledged ones. */
    synchronized int acknowledgedCount() {
        return (int) sends.stream()
                .filter(each -> each.answer == Answer.ACKNOWLEDGED)
                .count();
    }

    /** What stands for a message: enough to tell it from any other of its test. */
    static String text(final byte[] payload) {
        return new String(payload, 0, Math.min(payload.length, SHOWN_BYTES), StandardCharsets.ISO_8859_1)
                + '/'
                + payload.length;
    }

    /** Compares all of it with what this node has. */
    synchronized void verify(final NodeReader node) throws IOException {
        final Map<String, List<Sent>> byTopic = new TreeMap<>();
        for (final Sent sent : sends) {
            byTopic.computeIfAbsent(sent.stream + " " + sent.topic, topic -> new ArrayList<>())
                    .add(sent);
        }
        for (final Map.Entry<String, List<Sent>> each : byTopic.entrySet()) {
            final Sent first = each.getValue().get(0);
            verify(
                    each.getKey(),
                    each.getValue(),
                    node.read(Identifier.of(first.stream.getName()), Identifier.of(first.topic.getName())));
        }
    }

    private static void verify(final String topic, final List<Sent> sends, final List<List<String>> partitions) {
        final List<String> all = new ArrayList<>();
        partitions.forEach(all::addAll);
        verifyCounts(topic, sends, all);
        if (sends.stream().noneMatch(each -> each.partition == ANY_PARTITION)) {
            for (int partition = 0; partition < partitions.size(); partition++) {
                final int here = partition;
                final List<Sent> ofPartition =
                        sends.stream().filter(each -> each.partition == here).toList();
                if (ofPartition.stream().allMatch(each -> each.isOrdered)) {
                    verifyOrder(topic + " " + partition, ofPartition, partitions.get(partition));
                } else {
                    verifyCounts(topic + " " + partition, ofPartition, partitions.get(partition));
                }
            }
        }
    }

    private static void verifyCounts(final String where, final List<Sent> sends, final List<String> found) {
        final Map<String, Integer> acknowledged = new HashMap<>();
        final Map<String, Integer> possible = new HashMap<>();
        for (final Sent sent : sends) {
            for (final String message : sent.messages) {
                acknowledged.merge(message, sent.answer == Answer.ACKNOWLEDGED ? 1 : 0, Integer::sum);
                possible.merge(message, sent.isPossible() ? 1 : 0, Integer::sum);
            }
        }
        final Map<String, Integer> counts = new HashMap<>();
        found.forEach(message -> counts.merge(message, 1, Integer::sum));
        counts.forEach((message, count) -> assertTrue(
                count <= possible.getOrDefault(message, 0),
                () -> where + ": \"" + message + "\" is there " + count + " times, and was sent "
                        + possible.getOrDefault(message, 0) + " times without being refused"));
        acknowledged.forEach((message, count) -> assertTrue(
                counts.getOrDefault(message, 0) >= count,
                () -> where + ": \"" + message + "\" was acknowledged " + count + " times, and is there "
                        + counts.getOrDefault(message, 0) + " times"));
    }

    private static void verifyOrder(final String where, final List<Sent> sends, final List<String> found) {
        int next = 0;
        for (final Sent sent : sends) {
            if (!sent.isPossible()) {
                continue;
            }
            for (final String message : sent.messages) {
                if (next < found.size() && found.get(next).equals(message)) {
                    next++;
                } else if (sent.answer == Answer.ACKNOWLEDGED) {
                    assertEquals(
                            message,
                            next < found.size() ? found.get(next) : "(the end)",
                            where + " at offset " + next + ", where this was acknowledged");
                } else {
                    break;
                }
            }
        }
        assertEquals(found.size(), next, where + " has more than was sent");
    }
}
