package io.vireo.node.gateway;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests.Callback;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.ConsumerOffsetRecord;
import io.vireo.node.iggy.ConsumerOffsetRequest;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.partition.PartitionOperation;
import io.vireo.node.stream.partition.PartitionQuery;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Offsets of consumers and consumer groups: get, store, delete. */
final class OffsetHandlers {
    private final Gateway gateway;
    private final GroupAccess access;

    /** What of a request is needed when its bytes are gone. @param partition 0 if none was named. */
    private record Scope(
            CommandCode command,
            Identifier stream,
            Identifier topic,
            boolean hasPartition,
            int partition,
            long offset) {}

    /** Whose offset in which partition. @param group null for a single consumer. */
    private record Target(Consumers.Consumer consumer, int partition, GroupKey group, long createdAtMicros) {}

    OffsetHandlers(final Gateway gateway, final GroupAccess access) {
        this.gateway = gateway;
        this.access = access;
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.GET_CONSUMER_OFFSET, ConsumerOffsetRequest.class, this::begin);
        table.add(CommandCode.STORE_CONSUMER_OFFSET, ConsumerOffsetRequest.class, this::begin);
        table.add(CommandCode.DELETE_CONSUMER_OFFSET, ConsumerOffsetRequest.class, this::begin);
    }

    private void begin(final ConsumerOffsetRequest request, final Exchange exchange) {
        final Scope scope = new Scope(
                request.command(),
                request.scope().stream().toIdentifier(),
                request.scope().topic().toIdentifier(),
                request.scope().hasPartition(),
                request.scope().hasPartition() ? request.scope().partition() : 0,
                request.offset());
        if (!request.scope().isGroup()) {
            final Consumers.Consumer consumer = Consumers.single(request.scope().consumerNumber());
            perform(scope, new Target(consumer, scope.partition, null, 0), exchange);
            return;
        }
        final Identifier group = request.scope().consumer().toIdentifier();
        // First whether the client may; the group is then looked up by the gateway itself, because who may poll need
        // not be one who may list groups.
        access.locate(
                exchange,
                new TopicQueries.Locate(
                        TopicQueries.Purpose.POLL, scope.stream, scope.topic, TopicQueries.Locate.NO_PARTITION),
                Consistency.LINEARIZABLE,
                where -> {
                    if (scope.hasPartition) {
                        ofGroup(scope, where, group, scope.partition, exchange);
                    } else {
                        ofMember(scope, where, group, exchange);
                    }
                },
                refusal(scope, exchange));
    }

    /** The partition that the member was last given to read. */
    private void ofMember(
            final Scope scope, final Answers.Location where, final Identifier group, final Exchange exchange) {
        access.query(
                exchange,
                exchange.actor(),
                new TopicQueries.GetAssignment(
                        scope.stream,
                        scope.topic,
                        group,
                        gateway.member(exchange.connection().clientId())),
                Consistency.LINEARIZABLE,
                Answers.MemberAssignment::read,
                assignment -> {
                    if (assignment.partitions().isEmpty()) {
                        unresolved(scope, where, group, exchange);
                    } else {
                        final int partition =
                                exchange.connection().groupReads().present(assignment.group(), assignment.partitions());
                        ofGroup(scope, where, group, partition, exchange);
                    }
                },
                error -> {
                    if (error == IggyError.CONSUMER_GROUP_MEMBER_NOT_FOUND) {
                        unresolved(scope, where, group, exchange);
                    } else {
                        refusal(scope, exchange).accept(error);
                    }
                });
    }

    /** Who only looks need be no member; who writes must have a partition to write to. */
    private void unresolved(
            final Scope scope, final Answers.Location where, final Identifier group, final Exchange exchange) {
        if (scope.command == CommandCode.GET_CONSUMER_OFFSET) {
            ofGroup(scope, where, group, 0, exchange);
        } else {
            exchange.fail(IggyError.NOT_RESOLVED_CONSUMER);
        }
    }

    private void ofGroup(
            final Scope scope,
            final Answers.Location where,
            final Identifier group,
            final int partition,
            final Exchange exchange) {
        access.query(
                exchange,
                Actor.SYSTEM,
                new TopicQueries.GetGroup(scope.stream, scope.topic, group),
                Consistency.LINEARIZABLE,
                Answers.GroupDetails::read,
                found -> {
                    final int number = found.group().number();
                    final long created = found.group().createdAtMicros();
                    final GroupKey key = new GroupKey(where.stream(), where.topic(), number);
                    perform(scope, new Target(Consumers.group(number, created), partition, key, created), exchange);
                },
                refusal(scope, exchange));
    }

    private void perform(final Scope scope, final Target target, final Exchange exchange) {
        access.inPartition(
                exchange,
                TopicQueries.Purpose.POLL,
                scope.stream,
                scope.topic,
                GroupAccess.always(target.partition),
                (where, partition, isConfirmed, callback) -> attempt(scope, target, exchange, where, callback),
                (where, partition, reply, offset, length) -> {
                    if (scope.command != CommandCode.GET_CONSUMER_OFFSET) {
                        exchange.answerEmpty();
                        return;
                    }
                    final ConsumerOffsetRecord record = new ConsumerOffsetRecord(
                            partition,
                            reply.getLong(offset, ByteOrder.LITTLE_ENDIAN),
                            reply.getLong(offset + PartitionQuery.OFFSET_STORED_OFFSET, ByteOrder.LITTLE_ENDIAN));
                    exchange.answer(record::writeTo);
                },
                refusal(scope, exchange));
    }

    private void attempt(
            final Scope scope,
            final Target target,
            final Exchange exchange,
            final Answers.Location where,
            final Callback callback) {
        final Consumers.Consumer consumer = target.consumer;
        switch (scope.command) {
            case STORE_CONSUMER_OFFSET ->
                Consumers.store(
                        access, exchange, where, consumer, scope.offset, (outcome, status, reply, at, length) -> {
                            if (outcome == Outcome.OK && target.group != null) {
                                exchange.connection()
                                        .groupReads()
                                        .onStored(target.group, target.createdAtMicros, target.partition, scope.offset);
                            }
                            callback.onOutcome(outcome, status, reply, at, length);
                        });
            case DELETE_CONSUMER_OFFSET -> {
                final UnsafeBuffer body = new UnsafeBuffer(new byte[PartitionOperation.DELETE_OFFSET_LENGTH]);
                PartitionOperation.putDeleteOffset(body, 0, consumer.kind(), consumer.number());
                access.groups()
                        .submit(
                                exchange.connection().clientId(),
                                where.group(),
                                where.namespace(),
                                where.incarnation(),
                                PartitionOperation.DELETE_OFFSET,
                                body,
                                0,
                                body.capacity(),
                                exchange.deadlineNs(),
                                callback);
            }
            default -> {
                final UnsafeBuffer query = new UnsafeBuffer(new byte[PartitionQuery.OFFSET_LENGTH]);
                PartitionQuery.putOffset(query, 0, where.incarnation(), consumer.kind(), consumer.number());
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
            }
        }
    }

    private static Consumer<IggyError> refusal(final Scope scope, final Exchange exchange) {
        return scope.command == CommandCode.GET_CONSUMER_OFFSET ? GroupAccess.orEmpty(exchange) : exchange::fail;
    }
}
