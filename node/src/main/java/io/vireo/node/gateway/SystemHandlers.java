package io.vireo.node.gateway;

import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.iggy.ClientRecord;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.ServerRequest;
import io.vireo.node.iggy.StatsRecord;
import io.vireo.node.iggy.WireRecord;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.SystemQueries;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.GroupKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Commands about the server, the cluster and the connections. Whether the client may see them, the metadata says with its counts. */
final class SystemHandlers {
    private final Gateway gateway;
    private final GroupAccess access;
    private final GatewayPorts ports;

    SystemHandlers(final Gateway gateway, final GroupAccess access, final GatewayPorts ports) {
        this.gateway = gateway;
        this.access = access;
        this.ports = ports;
    }

    void addTo(final CommandTable table) {
        table.add(CommandCode.PING, Request.Bare.class, (request, exchange) -> exchange.answerEmpty());
        table.add(CommandCode.GET_STATS, Request.Bare.class, this::stats);
        table.add(CommandCode.GET_SNAPSHOT, ServerRequest.GetSnapshot.class, this::snapshot);
        table.add(CommandCode.GET_CLUSTER_METADATA, Request.Bare.class, this::cluster);
        table.add(CommandCode.GET_ME, Request.Bare.class, this::me);
        table.add(CommandCode.GET_CLIENT, ServerRequest.GetClient.class, this::client);
        table.add(CommandCode.GET_CLIENTS, Request.Bare.class, this::clients);
    }

    private void stats(final Request.Bare request, final Exchange exchange) {
        counts(
                exchange,
                counts -> ports.figures().gather(figures -> {
                    final Figures.Contents all = figures.all();
                    final StatsRecord.Contents contents = new StatsRecord.Contents(
                            all.size(),
                            counts.streams(),
                            counts.topics(),
                            counts.partitions(),
                            all.segments(),
                            all.messages(),
                            gateway.connections().size(),
                            counts.groups());
                    final StatsRecord stats = new StatsRecord(
                            ports.server().process(),
                            contents,
                            ports.server().host(),
                            List.of(),
                            ports.server().storage());
                    exchange.answer(stats::writeTo);
                }));
    }

    private void snapshot(final ServerRequest.GetSnapshot request, final Exchange exchange) {
        counts(
                exchange,
                counts -> ports.server().snapshot(request.compression(), request.types(), archive -> {
                    if (archive.isEmpty()) {
                        exchange.fail(IggyError.SNAPSHOT_FILE_COMPLETION_FAILED);
                        return;
                    }
                    final UnsafeBuffer bytes = new UnsafeBuffer(archive.get());
                    exchange.answer(out -> out.bytes(bytes, 0, bytes.capacity()));
                }));
    }

    private void cluster(final Request.Bare request, final Exchange exchange) {
        exchange.answer(ports.cluster().cluster()::writeTo);
    }

    private void me(final Request.Bare request, final Exchange exchange) {
        memberships(exchange, exchange.connection(), record -> exchange.answer(record::writeDetailsTo));
    }

    private void client(final ServerRequest.GetClient request, final Exchange exchange) {
        counts(exchange, counts -> {
            final GatewayConnection found = gateway.connection(request.clientId());
            if (found == null) {
                exchange.answerEmpty();
            } else {
                memberships(exchange, found, record -> exchange.answer(record::writeDetailsTo));
            }
        });
    }

    private void clients(final Request.Bare request, final Exchange exchange) {
        counts(exchange, counts -> records(exchange, new ArrayList<>(gateway.connections()), new ArrayList<>()));
    }

    /** One after the other: the list may be long, and is asked for by people. */
    private void records(
            final Exchange exchange, final List<GatewayConnection> open, final List<ClientRecord> records) {
        if (records.size() == open.size()) {
            exchange.answer(out -> WireRecord.writeAll(out, records));
            return;
        }
        memberships(exchange, open.get(records.size()), record -> {
            records.add(record);
            records(exchange, open, records);
        });
    }

    private void memberships(
            final Exchange exchange, final GatewayConnection connection, final Consumer<ClientRecord> onRecord) {
        final Connection member = gateway.member(connection.clientId());
        access.<GroupKey>pages(
                exchange,
                Actor.SYSTEM,
                new SystemQueries.GetMemberships(member),
                page -> new SystemQueries.GetMemberships(member, page.last()),
                in -> Answers.Page.read(in, Answers::readKey),
                new ArrayList<>(),
                keys -> {
                    final List<ClientRecord.Membership> groups = new ArrayList<>();
                    keys.forEach(
                            key -> groups.add(new ClientRecord.Membership(key.stream(), key.topic(), key.group())));
                    onRecord.accept(connection.record(groups));
                });
    }

    private void counts(final Exchange exchange, final Consumer<Answers.Counts> onCounts) {
        access.query(
                exchange,
                exchange.actor(),
                new SystemQueries.GetCounts(),
                Consistency.LINEARIZABLE,
                Answers.Counts::read,
                onCounts,
                exchange::fail);
    }
}
