package io.vireo.node.gateway;

import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.PartitionRecord;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.TopicRecord;
import io.vireo.node.iggy.TopicRequest;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.BodyReader;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.partition.PartitionOperation;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Commands about topics, their partitions and segments. */
final class TopicHandlers {
    private final Gateway gateway;
    private final GroupAccess access;
    private final Figures figures;
    private final Drops drops;

    TopicHandlers(final Gateway gateway, final GroupAccess access, final Figures figures) {
        this.gateway = gateway;
        this.access = access;
        this.figures = figures;
        this.drops = new Drops(gateway, access);
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.GET_TOPIC, Request.OnTopic.class, this::topic);
        table.add(CommandCode.GET_TOPICS, Request.OnStream.class, this::topics);
        table.add(CommandCode.CREATE_TOPIC, TopicRequest.CreateTopic.class, this::create);
        table.add(CommandCode.UPDATE_TOPIC, TopicRequest.UpdateTopic.class, this::update);
        table.add(
                CommandCode.DELETE_TOPIC,
                Request.OnTopic.class,
                (request, exchange) -> end(
                        exchange,
                        request.stream(),
                        request.topic(),
                        new StreamCommands.DeleteTopic(request.stream(), request.topic())));
        table.add(
                CommandCode.PURGE_TOPIC,
                Request.OnTopic.class,
                (request, exchange) -> end(
                        exchange,
                        request.stream(),
                        request.topic(),
                        new StreamCommands.PurgeTopic(request.stream(), request.topic())));
        table.add(CommandCode.CREATE_PARTITIONS, TopicRequest.ChangePartitions.class, this::createPartitions);
        table.add(
                CommandCode.DELETE_PARTITIONS,
                TopicRequest.ChangePartitions.class,
                (request, exchange) -> end(
                        exchange,
                        request.stream(),
                        request.topic(),
                        new StreamCommands.DeletePartitions(request.stream(), request.topic(), request.count())));
        table.add(CommandCode.DELETE_SEGMENTS, TopicRequest.DeleteSegments.class, this::deleteSegments);
    }

    private void topic(final Request.OnTopic request, final Exchange exchange) {
        access.find(
                exchange,
                new TopicQueries.GetTopic(request.stream(), request.topic(), 0),
                Answers.TopicDetails::read,
                first -> answer(request, exchange, first));
    }

    private void answer(final Request.OnTopic request, final Exchange exchange, final Answers.TopicDetails first) {
        access.rest(
                exchange,
                first.partitions(),
                from -> new TopicQueries.GetTopic(
                        Identifier.of(first.stream()),
                        Identifier.of(first.topic().number()),
                        from),
                in -> partitions(in, first),
                partitions -> answer(exchange, first, partitions),
                () -> topic(request, exchange));
    }

    /** Null if they are those of another topic. */
    private static Answers.Page<Answers.PartitionInfo> partitions(
            final BodyReader in, final Answers.TopicDetails first) {
        final Answers.TopicDetails details = Answers.TopicDetails.read(in);
        return details.topic().createdAtMicros() == first.topic().createdAtMicros() ? details.partitions() : null;
    }

    private void answer(
            final Exchange exchange, final Answers.TopicDetails details, final List<Answers.PartitionInfo> partitions) {
        final int stream = details.stream();
        final int topic = details.topic().number();
        figures.gather(round -> exchange.answer(out -> {
            record(stream, details.topic(), round).writeTo(out);
            for (final Answers.PartitionInfo each : partitions) {
                final Figures.Contents contents = round.partition(stream, topic, each.number());
                new PartitionRecord(
                                each.number(),
                                each.createdAtMicros(),
                                contents.segments(),
                                contents.currentOffset(),
                                contents.size(),
                                contents.messages())
                        .writeTo(out);
            }
        }));
    }

    private void topics(final Request.OnStream request, final Exchange exchange) {
        access.find(
                exchange,
                new TopicQueries.GetTopics(request.stream(), 0),
                Answers.StreamDetails::read,
                first -> access.rest(
                        exchange,
                        first.topics(),
                        from -> new TopicQueries.GetTopics(
                                Identifier.of(first.stream().number()), from),
                        in -> StreamHandlers.topics(in, first.stream()),
                        topics -> answerTopics(exchange, first.stream().number(), topics),
                        () -> topics(request, exchange)));
    }

    private void answerTopics(final Exchange exchange, final int stream, final List<Answers.TopicInfo> topics) {
        figures.gather(round -> exchange.answer(
                out -> topics.forEach(topic -> record(stream, topic, round).writeTo(out))));
    }

    private void create(final TopicRequest.CreateTopic request, final Exchange exchange) {
        final TopicSettings settings = resolved(request.settings());
        access.command(
                exchange,
                new StreamCommands.CreateTopic(request.stream(), request.name(), request.partitions(), settings),
                reply -> exchange.answer(out -> {
                    final long createdAt = reply.timestampMicros();
                    new TopicRecord(
                                    reply.number(),
                                    createdAt,
                                    request.partitions(),
                                    settings.messageExpiryMicros(),
                                    settings.compression(),
                                    settings.sizeMaxBytes(),
                                    settings.replicationFactor(),
                                    0,
                                    0,
                                    request.name())
                            .writeTo(out);
                    for (int partition = 0; partition < request.partitions(); partition++) {
                        new PartitionRecord(partition, createdAt, 0, 0, 0, 0).writeTo(out);
                    }
                }));
    }

    private void update(final TopicRequest.UpdateTopic request, final Exchange exchange) {
        access.command(
                exchange,
                new StreamCommands.UpdateTopic(
                        request.stream(), request.topic(), request.name(), resolved(request.settings())),
                reply -> exchange.answerEmpty());
    }

    private void createPartitions(final TopicRequest.ChangePartitions request, final Exchange exchange) {
        access.command(
                exchange,
                new StreamCommands.CreatePartitions(request.stream(), request.topic(), request.count()),
                reply -> exchange.answerEmpty());
    }

    private void end(
            final Exchange exchange, final Identifier stream, final Identifier topic, final MetadataCommand command) {
        access.locate(
                exchange,
                new TopicQueries.Locate(TopicQueries.Purpose.CHANGE, stream, topic, TopicQueries.Locate.NO_PARTITION),
                Consistency.LINEARIZABLE,
                where -> access.command(
                        exchange,
                        command,
                        reply -> drops.awaitTopic(exchange, where.stream(), where.topic(), reply.incarnation())),
                exchange::fail);
    }

    private void deleteSegments(final TopicRequest.DeleteSegments request, final Exchange exchange) {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[PartitionOperation.DELETE_SEGMENTS_LENGTH]);
        PartitionOperation.putDeleteSegments(body, 0, (int) Math.min(request.count(), Integer.MAX_VALUE));
        access.inPartition(
                exchange,
                TopicQueries.Purpose.CHANGE,
                request.stream(),
                request.topic(),
                GroupAccess.always(request.partition()),
                (where, partition, isConfirmed, callback) -> access.groups()
                        .submit(
                                exchange.connection().clientId(),
                                where.group(),
                                where.namespace(),
                                where.incarnation(),
                                PartitionOperation.DELETE_SEGMENTS,
                                body,
                                0,
                                body.capacity(),
                                exchange.deadlineNs(),
                                callback),
                (where, partition, reply, offset, length) -> exchange.answerEmpty(),
                exchange::fail);
    }

    private TopicSettings resolved(final TopicRequest.TopicSettings asked) {
        return new TopicSettings(
                        asked.compression(), asked.messageExpiryUs(), asked.maxSize(), asked.replicationFactor())
                .resolved(gateway.settings().topicDefaults());
    }

    static TopicRecord record(final int stream, final Answers.TopicInfo topic, final Figures.Round round) {
        final Figures.Contents contents = round.topic(stream, topic.number());
        final TopicSettings settings = topic.settings();
        return new TopicRecord(
                topic.number(),
                topic.createdAtMicros(),
                topic.partitions(),
                settings.messageExpiryMicros(),
                settings.compression(),
                settings.sizeMaxBytes(),
                settings.replicationFactor(),
                contents.size(),
                contents.messages(),
                topic.name());
    }
}
