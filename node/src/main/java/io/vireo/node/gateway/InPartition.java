package io.vireo.node.gateway;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.SystemCommands;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.partition.PartitionStatus;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.agrona.DirectBuffer;

/**
 * Something that is done in a partition, see {@link GroupAccess#inPartition}. If the partition was looked up in a state that is too old,
 * which its group sees by the incarnation, it is looked up again; if it is not rid of its former life yet, that is waited for. A partition
 * that has waited for its first message until its group had forgotten whether it was dropped gets a new incarnation. Of the sends of one
 * connection {@link SendOrder} says which may go when.
 */
record InPartition(
        Gateway gateway,
        GroupAccess access,
        Exchange exchange,
        TopicQueries.Purpose purpose,
        Identifier stream,
        Identifier topic,
        IntUnaryOperator choice,
        GroupAccess.Attempt attempt,
        GroupAccess.Done done,
        Consumer<IggyError> onRefused) {
    void lookUp(final Consistency consistency) {
        if (!isChosen()) {
            lookUp(((GroupAccess.Fixed) choice).partition(), consistency);
            return;
        }
        access.locate(
                exchange,
                new TopicQueries.Locate(purpose, stream, topic, TopicQueries.Locate.NO_PARTITION),
                consistency,
                where -> {
                    if (where.partitions() > 0) {
                        lookUp(choice.applyAsInt(where.partitions()), consistency);
                    } else if (consistency == Consistency.COMMITTED) {
                        lookUp(Consistency.LINEARIZABLE);
                    } else {
                        onRefused.accept(IggyError.TOPIC_ID_NOT_FOUND);
                    }
                },
                onRefused);
    }

    private boolean isChosen() {
        return !(choice instanceof GroupAccess.Fixed);
    }

    private void lookUp(final int partition, final Consistency consistency) {
        if (partition == TopicQueries.Locate.NO_PARTITION) {
            // As a number it is that of no partition, as a question it would be one for the topic.
            onRefused.accept(IggyError.PARTITION_NOT_FOUND);
            return;
        }
        access.locate(
                exchange,
                new TopicQueries.Locate(purpose, stream, topic, partition),
                consistency,
                where -> onFound(where, partition, consistency),
                error -> {
                    if (isChosen() && error == IggyError.PARTITION_NOT_FOUND) {
                        // It was there when it was chosen: partitions were deleted since.
                        lookUpLater();
                    } else {
                        onRefused.accept(error);
                    }
                });
    }

    private void onFound(final Answers.Location where, final int partition, final Consistency consistency) {
        if (consistency == Consistency.COMMITTED
                && !exchange.connection().lookUps().isMeant(purpose, stream, topic, where)) {
            lookUp(Consistency.LINEARIZABLE);
            return;
        }
        if (isChosen() && choice.applyAsInt(where.partitions()) != partition) {
            // The number of partitions has changed since it was chosen.
            lookUpLater();
            return;
        }
        exchange.connection()
                .sends()
                .submit(
                        exchange,
                        SendOrder.Target.of(where, isChosen()),
                        consistency == Consistency.LINEARIZABLE,
                        new SendOrder.Attempt() {
                            @Override
                            public void submit(final boolean isConfirmed) {
                                attempt.run(
                                        where,
                                        partition,
                                        isConfirmed,
                                        (outcome, status, reply, offset, length) -> onOutcome(
                                                where, partition, consistency, outcome, status, reply, offset, length));
                            }

                            @Override
                            public void lookUpAgain() {
                                lookUp(Consistency.LINEARIZABLE);
                            }

                            @Override
                            public void refuse() {
                                onRefused.accept(IggyError.SHARD_COMMUNICATION_ERROR);
                            }
                        });
    }

    private void onOutcome(
            final Answers.Location where,
            final int partition,
            final Consistency consistency,
            final Outcome outcome,
            final int status,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        final boolean isForgotten = outcome == Outcome.NOT_APPLIED && status == PartitionStatus.INCARNATION_FORGOTTEN;
        // Either way all that comes there later meets the same.
        final boolean isEnded =
                isForgotten || outcome == Outcome.NOT_APPLIED && status == PartitionStatus.INCARNATION_ENDED;
        if (outcome == Outcome.OK) {
            done.onDone(where, partition, reply, offset, length);
        } else if (isEnded && consistency == Consistency.COMMITTED) {
            retry(true, () -> lookUp(Consistency.LINEARIZABLE));
        } else if (isForgotten) {
            retry(true, () -> renew(where));
        } else if (isEnded || Statuses.isTransient(outcome, status)) {
            retry(isEnded, this::lookUpLater);
        } else {
            onRefused.accept(GroupAccess.error(exchange, outcome, status));
        }
    }

    /** The primary said that this life goes on: without effect if another one has begun since. */
    private void renew(final Answers.Location where) {
        access.submit(
                exchange.connection().clientId(),
                new SystemCommands.RenewPartition(where.namespace(), where.incarnation()),
                Actor.SYSTEM,
                exchange.deadlineNs(),
                (outcome, status, reply, offset, length) -> lookUpLater());
    }

    /** Of the sends of a connection the oldest first. */
    private void retry(final boolean isEnded, final Runnable task) {
        exchange.connection().sends().retry(exchange, isEnded, task);
    }

    private void lookUpLater() {
        gateway.retry(exchange, () -> lookUp(Consistency.LINEARIZABLE));
    }
}
