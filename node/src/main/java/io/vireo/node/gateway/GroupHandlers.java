package io.vireo.node.gateway;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.ConsumerGroupRecord;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.TopicRequest;
import io.vireo.node.iggy.WireWriter;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.GroupCommands;
import io.vireo.node.stream.machine.TopicQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Commands about consumer groups. A member is a connection, by the node that has it and its number there. */
final class GroupHandlers {
    private final Gateway gateway;
    private final GroupAccess access;

    GroupHandlers(final Gateway gateway, final GroupAccess access) {
        this.gateway = gateway;
        this.access = access;
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.GET_CONSUMER_GROUP, Request.OnGroup.class, this::group);
        table.add(CommandCode.GET_CONSUMER_GROUPS, Request.OnTopic.class, this::groups);
        table.add(CommandCode.CREATE_CONSUMER_GROUP, TopicRequest.CreateGroup.class, this::create);
        table.add(CommandCode.DELETE_CONSUMER_GROUP, Request.OnGroup.class, this::delete);
        table.add(CommandCode.JOIN_CONSUMER_GROUP, Request.OnGroup.class, this::join);
        table.add(CommandCode.LEAVE_CONSUMER_GROUP, Request.OnGroup.class, this::leave);
    }

    private void group(final Request.OnGroup request, final Exchange exchange) {
        access.find(
                exchange,
                new TopicQueries.GetGroup(request.stream(), request.topic(), request.group()),
                Answers.GroupDetails::read,
                found -> exchange.answer(details(found)));
    }

    private void groups(final Request.OnTopic request, final Exchange exchange) {
        access.list(
                exchange,
                from -> new TopicQueries.GetGroups(request.stream(), request.topic(), from),
                Answers.GroupInfo::read,
                groups -> exchange.answer(out -> {
                    for (final Answers.GroupInfo group : groups) {
                        out.u32(group.number());
                        out.u32(group.partitions());
                        out.u32(group.members());
                        out.str8(group.name());
                    }
                }));
    }

    private void create(final TopicRequest.CreateGroup request, final Exchange exchange) {
        access.command(
                exchange,
                new GroupCommands.CreateGroup(request.stream(), request.topic(), request.name()),
                reply -> access.find(
                        exchange,
                        new TopicQueries.GetGroup(request.stream(), request.topic(), Identifier.of(reply.number())),
                        Answers.GroupDetails::read,
                        found -> exchange.answer(details(found))));
    }

    private void delete(final Request.OnGroup request, final Exchange exchange) {
        access.command(
                exchange,
                new GroupCommands.DeleteGroup(request.stream(), request.topic(), request.group()),
                reply -> exchange.answerEmpty());
    }

    private void join(final Request.OnGroup request, final Exchange exchange) {
        exchange.connection().onJoin();
        access.command(
                exchange,
                new GroupCommands.JoinGroup(
                        request.stream(),
                        request.topic(),
                        request.group(),
                        gateway.member(exchange.connection().clientId())),
                reply -> exchange.answerEmpty());
    }

    private void leave(final Request.OnGroup request, final Exchange exchange) {
        access.command(
                exchange,
                new GroupCommands.LeaveGroup(
                        request.stream(),
                        request.topic(),
                        request.group(),
                        gateway.member(exchange.connection().clientId())),
                reply -> {
                    exchange.connection().groupReads().onLeft();
                    exchange.answerEmpty();
                });
    }

    private static Consumer<WireWriter> details(final Answers.GroupDetails found) {
        final List<ConsumerGroupRecord.Member> members = new ArrayList<>();
        found.members()
                .forEach(member -> members.add(new ConsumerGroupRecord.Member(member.slot(), member.partitions())));
        return new ConsumerGroupRecord(
                found.group().number(),
                found.group().partitions(),
                found.group().name(),
                members)::writeDetailsTo;
    }
}
