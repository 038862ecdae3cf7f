package io.vireo.node.gateway;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.StreamRecord;
import io.vireo.node.iggy.TopicRequest;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.BodyReader;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.machine.TopicQueries;
import java.util.List;
import java.util.function.IntConsumer;

/** Commands about streams. */
final class StreamHandlers {
    private final GroupAccess access;
    private final Figures figures;
    private final Drops drops;

    StreamHandlers(final Gateway gateway, final GroupAccess access, final Figures figures) {
        this.access = access;
        this.figures = figures;
        this.drops = new Drops(gateway, access);
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.GET_STREAM, Request.OnStream.class, this::stream);
        table.add(CommandCode.GET_STREAMS, Request.Bare.class, this::streams);
        table.add(CommandCode.CREATE_STREAM, TopicRequest.CreateStream.class, this::create);
        table.add(CommandCode.UPDATE_STREAM, TopicRequest.UpdateStream.class, this::update);
        table.add(
                CommandCode.DELETE_STREAM,
                Request.OnStream.class,
                (request, exchange) ->
                        end(exchange, request.stream(), new StreamCommands.DeleteStream(request.stream())));
        table.add(
                CommandCode.PURGE_STREAM,
                Request.OnStream.class,
                (request, exchange) ->
                        end(exchange, request.stream(), new StreamCommands.PurgeStream(request.stream())));
    }

    private void stream(final Request.OnStream request, final Exchange exchange) {
        access.find(
                exchange,
                new TopicQueries.GetStream(request.stream(), 0),
                Answers.StreamDetails::read,
                first -> access.rest(
                        exchange,
                        first.topics(),
                        from -> new TopicQueries.GetStream(
                                Identifier.of(first.stream().number()), from),
                        in -> topics(in, first.stream()),
                        topics -> answer(exchange, first.stream(), topics),
                        () -> stream(request, exchange)));
    }

    /** Null if they are those of another stream. */
    static Answers.Page<Answers.TopicInfo> topics(final BodyReader in, final Answers.StreamInfo of) {
        final Answers.StreamDetails details = Answers.StreamDetails.read(in);
        return details.stream().number() == of.number() && details.stream().createdAtMicros() == of.createdAtMicros()
                ? details.topics()
                : null;
    }

    private void answer(
            final Exchange exchange, final Answers.StreamInfo stream, final List<Answers.TopicInfo> topics) {
        figures.gather(round -> exchange.answer(out -> {
            record(stream, round).writeTo(out);
            topics.forEach(
                    topic -> TopicHandlers.record(stream.number(), topic, round).writeTo(out));
        }));
    }

    private void streams(final Request.Bare request, final Exchange exchange) {
        access.list(
                exchange,
                TopicQueries.GetStreams::new,
                Answers.StreamInfo::read,
                streams -> figures.gather(round -> exchange.answer(
                        out -> streams.forEach(stream -> record(stream, round).writeTo(out)))));
    }

    private void create(final TopicRequest.CreateStream request, final Exchange exchange) {
        access.command(
                exchange,
                new StreamCommands.CreateStream(request.name()),
                reply -> exchange.answer(
                        new StreamRecord(reply.number(), reply.timestampMicros(), 0, 0, 0, request.name())::writeTo));
    }

    private void update(final TopicRequest.UpdateStream request, final Exchange exchange) {
        access.command(
                exchange,
                new StreamCommands.UpdateStream(request.stream(), request.name()),
                reply -> exchange.answerEmpty());
    }

    private void end(final Exchange exchange, final Identifier stream, final MetadataCommand command) {
        number(
                exchange,
                stream,
                number -> access.command(
                        exchange, command, reply -> drops.awaitStream(exchange, number, reply.incarnation())));
    }

    /** The number that the stream has before the command; the command itself says what the client has said. */
    private void number(final Exchange exchange, final Identifier stream, final IntConsumer onNumber) {
        if (stream.isNumeric()) {
            onNumber.accept(stream.number());
        } else {
            access.query(
                    exchange,
                    new TopicQueries.GetStream(stream, Integer.MAX_VALUE),
                    Answers.StreamDetails::read,
                    found -> onNumber.accept(found.stream().number()));
        }
    }

    private static StreamRecord record(final Answers.StreamInfo stream, final Figures.Round round) {
        final Figures.Contents contents = round.stream(stream.number());
        return new StreamRecord(
                stream.number(),
                stream.createdAtMicros(),
                stream.topics(),
                contents.size(),
                contents.messages(),
                stream.name());
    }
}
