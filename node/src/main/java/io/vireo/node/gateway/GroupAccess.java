package io.vireo.node.gateway;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests.Callback;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.BodyReader;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.MetadataQuery;
import io.vireo.node.stream.machine.MetadataReply;
import io.vireo.node.stream.machine.TopicQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Commands and queries to the metadata group, and the way to partitions. Who may do what is decided by the state that answers, not here:
 * each question carries its user.
 */
final class GroupAccess {
    static final int METADATA_GROUP = 0;

    /** Does something in a partition that was found, and answers the callback. */
    interface Attempt {
        /** @param isConfirmed of a send, whether the next one may begin as soon as this one is submitted. */
        void run(Answers.Location where, int partition, boolean isConfirmed, Callback callback);
    }

    /** Takes what came of it. */
    interface Done {
        void onDone(Answers.Location where, int partition, DirectBuffer reply, int offset, int length);
    }

    private final Gateway gateway;
    private final GroupRequests groups;

    GroupAccess(final Gateway gateway, final GroupRequests groups) {
        this.gateway = gateway;
        this.groups = groups;
    }

    GroupRequests groups() {
        return groups;
    }

    /** @param deadlineNs see {@link GroupRequests#submit}. */
    void submit(
            final int lane,
            final MetadataCommand command,
            final Actor actor,
            final long deadlineNs,
            final Callback callback) {
        final UnsafeBuffer body = new UnsafeBuffer(command.encode(actor));
        groups.submit(
                lane,
                METADATA_GROUP,
                MetadataMachine.NAMESPACE,
                0,
                command.operation().code(),
                body,
                0,
                body.capacity(),
                deadlineNs,
                callback);
    }

    /**
     * Changes metadata in the name of the client; a refusal is the response. What the client does next meets the change, also where the replica at
     * hand has not heard of it: a name may have become another topic's.
     */
    void command(final Exchange exchange, final MetadataCommand command, final Consumer<MetadataReply> onDone) {
        submit(
                exchange.connection().clientId(),
                command,
                exchange.actor(),
                exchange.deadlineNs(),
                (outcome, status, reply, offset, length) -> {
                    exchange.connection().lookUps().clear();
                    final IggyError error = error(exchange, outcome, status);
                    if (error == null) {
                        onDone.accept(MetadataReply.read(reply, offset));
                    } else {
                        exchange.fail(error);
                    }
                });
    }

    /** Asks for something and takes a refusal, too. */
    <T> void query(
            final Exchange exchange,
            final Actor actor,
            final MetadataQuery query,
            final Consistency consistency,
            final Function<BodyReader, T> reader,
            final Consumer<T> onAnswer,
            final Consumer<IggyError> onRefused) {
        final UnsafeBuffer body = new UnsafeBuffer(query.encode(actor));
        groups.read(
                METADATA_GROUP,
                MetadataMachine.NAMESPACE,
                consistency,
                body,
                0,
                body.capacity(),
                exchange.deadlineNs(),
                (outcome, status, reply, offset, length) -> {
                    // A replica that is behind does not know a new user yet: that says nothing of the login.
                    final IggyError error = consistency == Consistency.LINEARIZABLE
                            ? error(exchange, outcome, status)
                            : Statuses.error(outcome, status);
                    if (error == null) {
                        final byte[] answer = new byte[length];
                        reply.getBytes(offset, answer);
                        onAnswer.accept(Answers.decode(answer, reader));
                    } else {
                        onRefused.accept(error);
                    }
                });
    }

    /** Asks in the name of the client; a refusal is the response. */
    <T> void query(
            final Exchange exchange,
            final MetadataQuery query,
            final Function<BodyReader, T> reader,
            final Consumer<T> onAnswer) {
        query(exchange, exchange.actor(), query, Consistency.LINEARIZABLE, reader, onAnswer, exchange::fail);
    }

    /** As {@link #query}, but what is missing is an empty response. */
    <T> void find(
            final Exchange exchange,
            final MetadataQuery query,
            final Function<BodyReader, T> reader,
            final Consumer<T> onAnswer) {
        query(exchange, exchange.actor(), query, Consistency.LINEARIZABLE, reader, onAnswer, orEmpty(exchange));
    }

    static Consumer<IggyError> orEmpty(final Exchange exchange) {
        return error -> {
            if (Statuses.isMissing(error)) {
                exchange.answerEmpty();
            } else {
                exchange.fail(error);
            }
        };
    }

    /** Collects the pages of a list that belongs to nothing, as below. */
    <T> void pages(
            final Exchange exchange,
            final Actor actor,
            final MetadataQuery query,
            final Function<Answers.Page<T>, MetadataQuery> rest,
            final Function<BodyReader, Answers.Page<T>> reader,
            final List<T> entries,
            final Consumer<List<T>> onAll) {
        pages(exchange, actor, query, rest, reader, entries, onAll, () -> {
            throw new IllegalStateException("a list of all that there is has no owner");
        });
    }

    /**
     * Collects the pages of a list.
     *
     * @param query the question for the first of them.
     * @param rest the question for what is behind a page.
     * @param reader of a page; null of one whose list is of something else by now.
     * @param entries takes those of all pages.
     * @param onElse called once instead of {@code onAll} where there is such a page.
     */
    private <T> void pages(
            final Exchange exchange,
            final Actor actor,
            final MetadataQuery query,
            final Function<Answers.Page<T>, MetadataQuery> rest,
            final Function<BodyReader, Answers.Page<T>> reader,
            final List<T> entries,
            final Consumer<List<T>> onAll,
            final Runnable onElse) {
        query(
                exchange,
                actor,
                query,
                Consistency.LINEARIZABLE,
                reader,
                page -> {
                    if (page == null) {
                        onElse.run();
                        return;
                    }
                    entries.addAll(page.entries());
                    if (page.hasMore()) {
                        pages(exchange, actor, rest.apply(page), rest, reader, entries, onAll, onElse);
                    } else {
                        onAll.accept(entries);
                    }
                },
                orEmpty(exchange));
    }

    /**
     * Collects what is left of a list of what has numbers and belongs to something. Names and numbers are used again: between two pages another
     * owner may have come by those of the one that was asked for, and a list that begins with one must not end with the other.
     *
     * @param query the question for what is from a number on.
     * @param reader of a page; null of one that has another owner than the first.
     * @param onElse begins anew, or the owner is gone.
     */
    <T> void rest(
            final Exchange exchange,
            final Answers.Page<T> first,
            final IntFunction<MetadataQuery> query,
            final Function<BodyReader, Answers.Page<T>> reader,
            final Consumer<List<T>> onAll,
            final Runnable onElse) {
        final List<T> entries = new ArrayList<>(first.entries());
        if (first.hasMore()) {
            pages(
                    exchange,
                    exchange.actor(),
                    query.apply(first.next()),
                    page -> query.apply(page.next()),
                    reader,
                    entries,
                    onAll,
                    onElse);
        } else {
            onAll.accept(entries);
        }
    }

    /** Collects a list of what has numbers. @param query the question for what is from a number on. */
    <T> void list(
            final Exchange exchange,
            final IntFunction<MetadataQuery> query,
            final Function<BodyReader, T> entry,
            final Consumer<List<T>> onAll) {
        list(exchange, query.apply(0), page -> query.apply(page.next()), entry, onAll);
    }

    /** Collects a list, as {@link #pages} does. */
    <T> void list(
            final Exchange exchange,
            final MetadataQuery query,
            final Function<Answers.Page<T>, MetadataQuery> rest,
            final Function<BodyReader, T> entry,
            final Consumer<List<T>> onAll) {
        pages(exchange, exchange.actor(), query, rest, in -> Answers.Page.read(in, entry), new ArrayList<>(), onAll);
    }

    /**
     * Where a topic is, or one of its partitions, and whether the client may. What is asked here and refused is asked of the primary: a
     * replica that is behind may not know yet what was allowed.
     */
    void locate(
            final Exchange exchange,
            final TopicQueries.Locate query,
            final Consistency consistency,
            final Consumer<Answers.Location> onFound,
            final Consumer<IggyError> onRefused) {
        final long askedNs = gateway.nowNs();
        query(
                exchange,
                exchange.actor(),
                query,
                consistency,
                Answers.Location::read,
                where -> {
                    if (consistency == Consistency.LINEARIZABLE) {
                        exchange.connection()
                                .lookUps()
                                .onAllowed(query.purpose(), query.stream(), query.topic(), where, askedNs);
                    }
                    onFound.accept(where);
                },
                error -> {
                    if (consistency == Consistency.COMMITTED) {
                        locate(exchange, query, Consistency.LINEARIZABLE, onFound, onRefused);
                    } else {
                        onRefused.accept(error);
                    }
                });
    }

    /**
     * Does something in a partition. The replica at hand says where it is, if the primary has lately allowed it.
     *
     * @param choice the partition, of how many there are; asked again with every attempt, to be answered alike for as many.
     */
    void inPartition(
            final Exchange exchange,
            final TopicQueries.Purpose purpose,
            final Identifier stream,
            final Identifier topic,
            final IntUnaryOperator choice,
            final Attempt attempt,
            final Done done,
            final Consumer<IggyError> onRefused) {
        final boolean isRecent = exchange.connection().lookUps().isRecent(purpose, stream, topic, gateway.nowNs());
        new InPartition(gateway, this, exchange, purpose, stream, topic, choice, attempt, done, onRefused)
                .lookUp(isRecent ? Consistency.COMMITTED : Consistency.LINEARIZABLE);
    }

    /** A choice that needs no topic. */
    static IntUnaryOperator always(final int partition) {
        return new Fixed(partition);
    }

    record Fixed(int partition) implements IntUnaryOperator {
        @Override
        public int applyAsInt(final int partitions) {
            return partition;
        }
    }

    /** Null if it took effect. Whoever is not known to the cluster any more is not logged in here either. */
    static IggyError error(final Exchange exchange, final Outcome outcome, final int status) {
        final IggyError error = Statuses.error(outcome, status);
        if (error == IggyError.UNAUTHENTICATED) {
            exchange.connection().actor(null);
        }
        return error;
    }
}
