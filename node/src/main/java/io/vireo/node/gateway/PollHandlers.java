package io.vireo.node.gateway;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.LegacyFrame;
import io.vireo.node.iggy.PollMessages;
import io.vireo.node.iggy.PollReply;
import io.vireo.node.iggy.PollResponse;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.SystemCommands;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.partition.PartitionQuery;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Reading of messages, by single consumers and by members of consumer groups. */
final class PollHandlers {
    private static final int FIRST_PARTITION = 0;
    /** The part of a request's time that must be left for storing its offset: a half of the least that a request begins with. */
    private static final int STORE_TIME_PART = 2 * Patience.LEAST_PART;

    private final Gateway gateway;
    private final GroupAccess access;
    private final PollResponse responses = new PollResponse();

    /** What of a poll is needed when the bytes of the request are gone. */
    private record Poll(Identifier stream, Identifier topic, int strategy, long value, int count, boolean isStoring) {}

    PollHandlers(final Gateway gateway, final GroupAccess access) {
        this.gateway = gateway;
        this.access = access;
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.POLL_MESSAGES, PollMessages.class, this::poll);
    }

    private void poll(final PollMessages request, final Exchange exchange) {
        final Poll poll = new Poll(
                request.scope().stream().toIdentifier(),
                request.scope().topic().toIdentifier(),
                request.kind().ordinal() + 1,
                request.value(),
                (int) request.count(),
                request.isAutoCommit());
        final int partition = request.scope().hasPartition() ? request.scope().partition() : FIRST_PARTITION;
        if (request.scope().isGroup()) {
            final boolean isOfAny = !request.scope().hasPartition();
            access.query(
                    exchange,
                    new TopicQueries.GetAssignment(
                            poll.stream,
                            poll.topic,
                            request.scope().consumer().toIdentifier(),
                            gateway.member(exchange.connection().clientId())),
                    Answers.MemberAssignment::read,
                    assignment -> pollAsMember(poll, isOfAny, partition, assignment, exchange));
        } else {
            read(poll, partition, Consumers.single(request.scope().consumerNumber()), null, exchange);
            exchange.started();
        }
    }

    private void pollAsMember(
            final Poll poll,
            final boolean isOfAny,
            final int asked,
            final Answers.MemberAssignment assignment,
            final Exchange exchange) {
        giveUp(assignment, exchange);
        if (assignment.partitions().isEmpty()
                || !isOfAny && !assignment.partitions().contains(asked)) {
            exchange.answer(out -> PollReply.begin(out, FIRST_PARTITION, 0));
            return;
        }
        final int partition =
                isOfAny ? exchange.connection().groupReads().next(assignment.group(), assignment.partitions()) : asked;
        read(
                poll,
                partition,
                Consumers.group(assignment.group().group(), assignment.createdAtMicros()),
                assignment,
                exchange);
    }

    /** Hands on the partitions that are to go to other members, as soon as the offsets of all that was polled of them are stored. */
    private void giveUp(final Answers.MemberAssignment assignment, final Exchange exchange) {
        for (final Answers.MovingPartition moving : assignment.revoked()) {
            if (exchange.connection()
                    .groupReads()
                    .isSettled(assignment.group(), assignment.createdAtMicros(), moving.partition())) {
                access.submit(
                        exchange.connection().clientId(),
                        new SystemCommands.CompleteRevocation(
                                assignment.group(), moving.partition(), moving.generation()),
                        Actor.SYSTEM,
                        exchange.deadlineNs(),
                        (outcome, status, reply, offset, length) -> {
                            // If it came to nothing the next poll says it again, and in the end time does.
                        });
            }
        }
    }

    /** @param assignment null for a single consumer. */
    private void read(
            final Poll poll,
            final int partition,
            final Consumers.Consumer consumer,
            final Answers.MemberAssignment assignment,
            final Exchange exchange) {
        access.inPartition(
                exchange,
                TopicQueries.Purpose.POLL,
                poll.stream,
                poll.topic,
                GroupAccess.always(partition),
                (where, number, isConfirmed, callback) -> {
                    final UnsafeBuffer query = new UnsafeBuffer(new byte[PartitionQuery.POLL_LENGTH]);
                    PartitionQuery.putPoll(
                            query,
                            0,
                            where.incarnation(),
                            consumer.kind(),
                            consumer.number(),
                            poll.strategy,
                            poll.value,
                            poll.count);
                    access.groups()
                            .read(
                                    where.group(),
                                    where.namespace(),
                                    Consistency.LINEARIZABLE,
                                    query,
                                    0,
                                    query.capacity(),
                                    exchange.deadlineNs(),
                                    callback);
                },
                (where, number, reply, offset, length) ->
                        onRead(poll, number, consumer, assignment, exchange, where, reply, offset, length),
                exchange::fail);
    }

    private void onRead(
            final Poll poll,
            final int partition,
            final Consumers.Consumer consumer,
            final Answers.MemberAssignment assignment,
            final Exchange exchange,
            final Answers.Location where,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        if (assignment == null && !poll.isStoring) {
            exchange.respond((into, at) -> write(partition, reply, offset, length, into, at));
            return;
        }
        final ExpandableArrayBuffer response = new ExpandableArrayBuffer();
        final int responseLength = write(partition, reply, offset, length, response, 0);
        final boolean isEmpty = responseLength == LegacyFrame.HEADER_LENGTH || responses.count() == 0;
        final long last = isEmpty ? 0 : responses.lastOffset();
        final boolean isToStore = !isEmpty && poll.isStoring;
        if (isToStore && (exchange.connection().isClosed() || !hasTimeToStore(exchange))) {
            exchange.fail(IggyError.TASK_TIMEOUT);
            return;
        }
        if (!isEmpty && assignment != null) {
            exchange.connection()
                    .groupReads()
                    .onPolled(assignment.group(), assignment.createdAtMicros(), partition, last);
        }
        if (!isToStore) {
            answer(exchange, response, responseLength);
            return;
        }
        Consumers.store(access, exchange, where, consumer, last, (outcome, status, none, at, noLength) -> {
            if (outcome != Outcome.OK) {
                exchange.fail(Statuses.error(outcome, status));
                return;
            }
            if (assignment != null) {
                exchange.connection()
                        .groupReads()
                        .onStored(assignment.group(), assignment.createdAtMicros(), partition, last);
            }
            answer(exchange, response, responseLength);
        });
    }

    /**
     * An offset that is stored when its client has been told that the poll failed, or has gone, makes it miss messages: so nothing is begun
     * late, or for nobody.
     */
    private boolean hasTimeToStore(final Exchange exchange) {
        return exchange.deadlineNs() - gateway.nowNs() >= gateway.settings().requestTimeoutNs() / STORE_TIME_PART;
    }

    private int write(
            final int partition,
            final DirectBuffer reply,
            final int offset,
            final int length,
            final MutableDirectBuffer into,
            final int at) {
        final int written = responses.write(partition, reply, offset, length, into, at);
        if (written != PollResponse.INVALID) {
            return written;
        }
        LegacyFrame.putError(into, at, IggyError.IO_ERROR);
        return LegacyFrame.HEADER_LENGTH;
    }

    private static void answer(final Exchange exchange, final DirectBuffer response, final int length) {
        exchange.respond((into, at) -> {
            into.putBytes(at, response, 0, length);
            return length;
        });
    }
}
