package io.vireo.node.gateway;

import io.vireo.node.client.Outcome;
import io.vireo.node.iggy.ClientRecord;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.LegacyFrame;
import io.vireo.node.iggy.PollMessages;
import io.vireo.node.iggy.PollResponse;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.RequestDecoder;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.SystemCommands;
import io.vireo.node.stream.metadata.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Serves clients of the protocol: owns their connections, what they share, and what waits to be tried again. Driven by one thread, which
 * also brings the outcomes of {@link GatewayPorts}; reads no clock but that of its ports and keeps no state that outlives it.
 */
public final class Gateway {
    private record Later(long dueNs, Runnable task) {}

    private final GatewaySettings settings;
    private final long start;
    private final RequestDecoder decoder;
    private final GroupAccess access;
    private final CommandTable commands;
    private final RequestMemory memory;
    /** By number of the client. */
    private final TreeMap<Integer, GatewayConnection> connections = new TreeMap<>(Integer::compareUnsigned);

    private List<Later> later = new ArrayList<>();
    private long nowNs;

    /**
     * @param start which life of the node this is, see {@link Connection#start}.
     * @param nowNs monotonic time, as {@link #onTick} has it.
     */
    public Gateway(final GatewaySettings settings, final long start, final GatewayPorts ports, final long nowNs) {
        this.settings = settings;
        this.start = start;
        this.nowNs = nowNs;
        memory = new RequestMemory(settings.requestBytesMax(), settings.requestTimeoutNs(), nowNs);
        decoder = new RequestDecoder(settings.messageSizeMax());
        access = new GroupAccess(this, ports.groups());
        commands = new CommandTable(this, access, ports);
    }

    /**
     * A client has connected.
     *
     * @param clientId unique among the connections of this node, shown by get_me.
     * @param address of the client, host and port.
     */
    public GatewayConnection connect(
            final int clientId,
            final ClientRecord.Transport transport,
            final String address,
            final GatewayConnection.Listener listener) {
        final GatewayConnection connection = new GatewayConnection(this, clientId, transport, address, listener);
        if (connections.putIfAbsent(clientId, connection) != null) {
            throw new IllegalArgumentException(
                    "client " + Integer.toUnsignedString(clientId) + " is connected already");
        }
        return connection;
    }

    /** Time has passed: tries again what was put off. To be called a few times per {@link GatewaySettings#retryNs}. */
    public void onTick(final long newNowNs) {
        nowNs = newNowNs;
        memory.onTick(nowNs);
        if (later.isEmpty()) {
            return;
        }
        final List<Later> due = new ArrayList<>();
        final List<Later> kept = new ArrayList<>();
        for (final Later each : later) {
            (each.dueNs - nowNs <= 0 ? due : kept).add(each);
        }
        later = kept;
        due.forEach(each -> each.task.run());
    }

    /** Nanoseconds until {@link #onTick} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    public long delayNs(final long atNs) {
        long delay = memory.delayNs(atNs);
        for (final Later each : later) {
            delay = Math.min(delay, Math.max(0, each.dueNs - atNs));
        }
        return delay;
    }

    GatewaySettings settings() {
        return settings;
    }

    RequestMemory memory() {
        return memory;
    }

    RequestDecoder decoder() {
        return decoder;
    }

    long nowNs() {
        return nowNs;
    }

    Collection<GatewayConnection> connections() {
        return connections.values();
    }

    /** How the groups of consumers know a connection of this node. */
    Connection member(final int clientId) {
        return new Connection(settings.node(), start, clientId);
    }

    /** Null if there is none. */
    GatewayConnection connection(final int clientId) {
        return connections.get(clientId);
    }

    /** Bytes to set aside for the response; lists are not counted beforehand, since only one is made at a time. */
    int responseLength(final Request request) {
        return request instanceof PollMessages
                ? (int) Math.min(PollResponse.lengthMax(settings.pollAnswerMax()), Integer.MAX_VALUE)
                : LegacyFrame.HEADER_LENGTH;
    }

    void begin(final Request request, final Exchange exchange) {
        commands.begin(request, exchange);
    }

    /** Does it a little later, or says that the outcome did not come in time. */
    void retry(final Exchange exchange, final Runnable task) {
        if (exchange.deadlineNs() - nowNs <= 0) {
            exchange.fail(IggyError.TASK_TIMEOUT);
        } else {
            later.add(new Later(nowNs + settings.retryNs(), task));
        }
    }

    void onClosed(final GatewayConnection connection) {
        connections.remove(connection.clientId());
    }

    /** Idempotent, so it is said until it is heard; if this node ends before that, its silence says it. */
    void leave(final GatewayConnection connection) {
        access.submit(
                connection.clientId(),
                new SystemCommands.LeaveAll(member(connection.clientId())),
                Actor.SYSTEM,
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) -> {
                    if (outcome != Outcome.OK) {
                        later.add(new Later(nowNs + settings.retryNs(), () -> leave(connection)));
                    }
                });
    }
}
