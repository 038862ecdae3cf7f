package io.vireo.node.gateway;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.Partitioning;
import io.vireo.node.iggy.SendBatches;
import io.vireo.node.iggy.SendMessages;
import io.vireo.node.iggy.TopicRequest;
import io.vireo.node.port.RandomSource;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.partition.BatchFlyweight;
import io.vireo.node.stream.partition.PartitionOperation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writing of messages. What is longer than a request to a partition may be is cut between messages into several, one after the other, so
 * that what stands after a failure is the beginning; it is answered when the last has committed, and has its time anew with each that has: a
 * slow disk makes it slow, and does not make it fail each time after a part. Not atomic.
 */
final class SendHandlers {
    /** Topics of which it is remembered whose turn it is; beyond that turns begin anew, which costs no message. */
    private static final int TURNS_MAX = 4096;

    private final Gateway gateway;
    private final GroupAccess access;
    private final SendBatches batches;
    private final Map<Turn, Integer> turns = new LinkedHashMap<>();

    private record Turn(Identifier stream, Identifier topic) {}

    SendHandlers(final Gateway gateway, final GroupAccess access, final RandomSource random) {
        this.gateway = gateway;
        this.access = access;
        this.batches = new SendBatches(random);
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.SEND_MESSAGES, SendMessages.class, this::send);
        table.add(CommandCode.FLUSH_UNSAVED_BUFFER, TopicRequest.FlushUnsavedBuffer.class, this::flush);
    }

    private void send(final SendMessages request, final Exchange exchange) {
        final Identifier stream = request.stream().toIdentifier();
        final Identifier topic = request.topic().toIdentifier();
        final IntUnaryOperator choice = switch (request.partitioning().kind()) {
            case PARTITION_ID -> GroupAccess.always(request.partitioning().partition());
            case MESSAGES_KEY -> ofKey(request.partitioning().keyHash());
            case BALANCED -> new Balanced(stream, topic);
        };
        exchange.connection().sends().enter(exchange);
        append(request, 0, stream, topic, choice, exchange);
    }

    private static IntUnaryOperator ofKey(final int hash) {
        return count -> Partitioning.partitionOfHash(hash, count);
    }

    /** Takes one turn, and another if there are more or fewer partitions: what is tried again goes where it went. */
    private final class Balanced implements IntUnaryOperator {
        private final Identifier stream;
        private final Identifier topic;
        private int partitions;
        private int chosen;

        Balanced(final Identifier stream, final Identifier topic) {
            this.stream = stream;
            this.topic = topic;
        }

        @Override
        public int applyAsInt(final int count) {
            if (count != partitions) {
                partitions = count;
                chosen = turn(stream, topic, count);
            }
            return chosen;
        }
    }

    private int turn(final Identifier stream, final Identifier topic, final int count) {
        if (turns.size() >= TURNS_MAX) {
            turns.clear();
        }
        // Negative only after 2^31 sends, and then a turn as any other.
        return Math.floorMod(turns.merge(new Turn(stream, topic), 0, (last, none) -> last + 1), count);
    }

    private void append(
            final SendMessages request,
            final int first,
            final Identifier stream,
            final Identifier topic,
            final IntUnaryOperator choice,
            final Exchange exchange) {
        final int lengthMax = (int) Math.min(
                gateway.settings().batchLengthMax(), (long) BatchFlyweight.HEADER_LENGTH + request.messagesLength());
        final UnsafeBuffer body = new UnsafeBuffer(new byte[lengthMax]);
        final int length = batches.write(request, first, body, 0, lengthMax);
        if (length == 0) {
            exchange.fail(IggyError.TOO_BIG_MESSAGE_PAYLOAD);
            return;
        }
        final int next = first + batches.count();
        final boolean isLast = next == request.count();
        access.inPartition(
                exchange,
                TopicQueries.Purpose.SEND,
                stream,
                topic,
                choice,
                (where, partition, isConfirmed, callback) -> {
                    access.groups()
                            .submit(
                                    exchange.connection().clientId(),
                                    where.group(),
                                    where.namespace(),
                                    where.incarnation(),
                                    PartitionOperation.APPEND,
                                    body,
                                    0,
                                    length,
                                    exchange.deadlineNs(),
                                    callback);
                    if (isLast && isConfirmed) {
                        exchange.started();
                    }
                },
                (where, partition, reply, offset, replyLength) -> {
                    exchange.connection().sends().onApplied(where.namespace(), where.incarnation());
                    if (isLast) {
                        exchange.answerEmpty();
                    } else {
                        exchange.onPartDone(gateway.nowNs() + gateway.settings().requestTimeoutNs());
                        append(
                                (SendMessages) exchange.connection().decodeStarting(),
                                next,
                                stream,
                                topic,
                                GroupAccess.always(partition),
                                exchange);
                    }
                },
                exchange::fail);
    }

    /** What is acknowledged is on disk: there is nothing to do but to say whether the client may, and whether there is such a partition. */
    private void flush(final TopicRequest.FlushUnsavedBuffer request, final Exchange exchange) {
        if (request.partition() == TopicQueries.Locate.NO_PARTITION) {
            exchange.fail(IggyError.PARTITION_NOT_FOUND);
            return;
        }
        access.locate(
                exchange,
                new TopicQueries.Locate(
                        TopicQueries.Purpose.SEND, request.stream(), request.topic(), request.partition()),
                GroupRequests.Consistency.LINEARIZABLE,
                where -> exchange.answerEmpty(),
                exchange::fail);
    }
}
