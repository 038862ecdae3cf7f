package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveredState;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.host.HostState;
import io.vireo.node.host.Readiness;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.message.Lane;
import io.vireo.node.ops.NodeStatus;
import io.vireo.node.port.ClientEdge;
import io.vireo.node.port.Clock;
import io.vireo.node.routing.ShardRouter;
import io.vireo.node.routing.Sleep;
import io.vireo.node.sync.StateSync;
import io.vireo.node.transport.CloseReason;
import io.vireo.node.transport.Connection;
import io.vireo.node.transport.TcpTransport;
import io.vireo.node.transport.TransportListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The duty cycle of one shard: inbox, hosts, flush, files, sockets, sleep. One thread calls {@link #run}; it owns selector, router, hosts and
 * everything below them. Others may call only {@link #stop} and {@link #wakeup}'s runnable.
 * It sleeps in the selector; sockets wake it by themselves, the I/O threads of the storages and the other shards do it by the {@link Sleep}.
 */
public final class ShardAgent implements TransportListener {
    private static final Logger LOG = LoggerFactory.getLogger(ShardAgent.class);
    /** Effects may cause effects; how often the hosts are polled before the sockets get their turn. */
    private static final int HOST_POLLS_MAX = 16;

    /** So many ops are looked at for a status; more than that are not damaged at a time. */
    private static final long SCANNED_OPS_MAX = 65_536;

    private static final int REFUSALS_PER_SECOND = 10;
    private static final long SECOND_NS = 1_000_000_000L;

    private final ClusterConfig cluster;
    private final int replica;
    private final int shard;
    private final Clock clock;
    private final boolean isSpinning;
    private final long clockToleranceNs;
    private final NodeTrace trace;
    private final Supplier<NodeStatus.Process> process;

    private TcpTransport transport;
    /** Null where no clients of the protocol are served. */
    private ShardGateway gateway;

    private ShardRouter router;
    /** In the order of their groups. */
    private ReplicaHost[] hosts;
    /** By group; null where it is not hosted here. */
    private ReplicaHost[] hostOfGroup;

    private HostState[] reportedStates;
    /** Of the hosts. */
    private TransferLog[] transferLogs;

    private final Sleep sleep = new Sleep(() -> transport.wakeup());
    private volatile boolean isStopping;
    /** Index of the host whose turn it is when only one of them gets one. */
    private int firstForFiles;

    private long refusalSecond;
    private int refusals;
    private long suppressed;

    ShardAgent(
            final ClusterConfig cluster,
            final int replica,
            final int shard,
            final Clock clock,
            final boolean isSpinning,
            final long clockToleranceNs,
            final NodeTrace trace,
            final Supplier<NodeStatus.Process> process) {
        this.cluster = cluster;
        this.replica = replica;
        this.shard = shard;
        this.clock = clock;
        this.isSpinning = isSpinning;
        this.clockToleranceNs = clockToleranceNs;
        this.trace = trace;
        this.process = process;
    }

    int shard() {
        return shard;
    }

    /** What is called by whoever has queued something for this shard, a storage or another shard; any thread. */
    Runnable wakeup() {
        return sleep::wake;
    }

    /** The sockets, before anything that is built over them. */
    void transport(final TcpTransport sockets) {
        transport = sockets;
    }

    /** Serves clients of the protocol on this shard; to be set before the router. */
    void gateway(final ShardGateway ofThisShard) {
        gateway = ofThisShard;
    }

    ShardGateway gateway() {
        return gateway;
    }

    /** Where this shard's clients are. */
    ClientEdge[] edges() {
        return gateway == null ? new ClientEdge[] {transport} : new ClientEdge[] {gateway.sessions(), transport};
    }

    /** The way to the groups of other shards, and the bus of the hosts. */
    void router(final ShardRouter ofThisShard) {
        router = ofThisShard;
        if (gateway != null) {
            gateway.groups(router, this::canAnswer, this::isLeadingMetadata);
        }
    }

    NodeTrace trace() {
        return trace;
    }

    void hosts(final List<ReplicaHost> hostsInOrder) {
        hosts = hostsInOrder.toArray(new ReplicaHost[0]);
        transferLogs = hostsInOrder.stream().map(TransferLog::new).toArray(TransferLog[]::new);
        reportedStates = new HostState[hosts.length];
        hostOfGroup = new ReplicaHost[cluster.groupCount()];
        for (final ReplicaHost host : hosts) {
            hostOfGroup[host.group()] = host;
        }
    }

    /** Asks the agent to end; any thread. */
    void stop() {
        isStopping = true;
        transport.wakeup();
    }

    /**
     * Runs until it is stopped or a host fails; ends the hosts and the transport.
     *
     * @return the failure of a host, or null if it was stopped.
     */
    RuntimeException run() {
        RuntimeException failure = null;
        try {
            for (final ReplicaHost host : hosts) {
                host.start(clock.monotonicNs(), clock.wallNs());
            }
            while (!isStopping && failure == null) {
                dutyCycle();
                failure = reportStates();
            }
        } catch (final RuntimeException e) {
            // A broken invariant, or a defect: nothing of this process can be trusted to go on.
            failure = e;
        }
        end(failure == null);
        return failure;
    }

    /**
     * Ends what this shard has, in an order: the clients, and with this thread's last look at its sockets all that comes in; transfers, whose receivers
     * are told to go on elsewhere; the replicas; their files; last the connections. All of it is done by this thread, without a lock: whoever
     * stops a shard only says so, and no callback finds somebody who waits for it.
     */
    private void end(final boolean isInOrder) {
        if (gateway != null) {
            gateway.close();
        }
        if (isInOrder) {
            for (final ReplicaHost host : hosts) {
                host.stopServing();
            }
            transport.flush();
        }
        for (final ReplicaHost host : hosts) {
            host.stop();
        }
        transport.close();
    }

    private void dutyCycle() {
        for (int i = 0; i < HOST_POLLS_MAX; i++) {
            if (pollQueues() == 0) {
                break;
            }
        }
        flush();
        final boolean isAny = pollFiles();
        if (isAny) {
            flush();
        }
        long timeoutNs = 0;
        if (!isSpinning && !isAny) {
            sleep.begin();
            if (pollQueues() == 0 && !isStopping) {
                timeoutNs = nextDeadlineNs() - clock.monotonicNs();
            } else {
                flush();
            }
        }
        transport.poll(timeoutNs);
        sleep.end();
    }

    /** The clients first: what they are answered can be the cause of frames to replicas. */
    private void flush() {
        if (gateway != null) {
            gateway.flush(clock.monotonicNs());
        }
        transport.flush();
    }

    /** What other threads have put there for this shard, frames and completions of the disk; and what is due for its clients. */
    private int pollQueues() {
        if (gateway == null) {
            return router.drainInbox() + pollHosts();
        }
        gateway.time(clock.monotonicNs());
        final int taken = router.drainInbox() + pollHosts();
        return taken + gateway.poll(clock.monotonicNs());
    }

    /**
     * What may wait until everything else of the turn has been said: one piece of a file that has come or is wanted, and of one group those that it has
     * for others, and its scrubber. So a turn grows neither with the groups nor with the replicas that send or want some.
     */
    private boolean pollFiles() {
        boolean isAny = transport.pollBulk();
        final long nowNs = clock.monotonicNs();
        for (int i = 0; i < hosts.length; i++) {
            final int next = (firstForFiles + i) % hosts.length;
            if (hosts[next].pollFiles(nowNs) > 0) {
                firstForFiles = next + 1;
                isAny = true;
                break;
            }
        }
        return isAny;
    }

    /** Also of a group that another shard hosts, which is not known here. */
    private boolean canAnswer(final int group) {
        return hostOfGroup[group] == null || hostOfGroup[group].state() == HostState.RUNNING;
    }

    private boolean isLeadingMetadata() {
        final ReplicaView view = hostOfGroup[0] == null ? null : hostOfGroup[0].view();
        return view != null && view.status() == Status.NORMAL && view.primary() == replica;
    }

    private int pollHosts() {
        final long nowNs = clock.monotonicNs();
        final long wallNs = clock.wallNs();
        int work = 0;
        for (final ReplicaHost host : hosts) {
            work += host.poll(nowNs, wallNs);
        }
        return work;
    }

    /**
     * When somebody has to be polled again. Groups open at different moments, and each would wake the shard by a tick of its own: so the
     * ones that are due first wait for those due within half a tick, which then tick with them, at one moment, ever after.
     */
    private long nextDeadlineNs() {
        long first = hosts[0].nextDeadlineNs();
        for (final ReplicaHost host : hosts) {
            final long deadline = host.nextDeadlineNs();
            first = deadline - first < 0 ? deadline : first;
        }
        long last = first;
        for (final ReplicaHost host : hosts) {
            final long deadline = host.nextDeadlineNs();
            if (deadline - first < cluster.tickNs() / 2 && deadline - last > 0) {
                last = deadline;
            }
        }
        final long transportDeadline = transport.nextDeadlineNs();
        final long deadline = transportDeadline - last < 0 ? transportDeadline : last;
        if (gateway == null) {
            return deadline;
        }
        final long nowNs = clock.monotonicNs();
        final long delayNs = gateway.delayNs(nowNs);
        return delayNs < deadline - nowNs ? nowNs + delayNs : deadline;
    }

    private RuntimeException reportStates() {
        final long nowNs = clock.monotonicNs();
        for (int i = 0; i < hosts.length; i++) {
            transferLogs[i].poll(nowNs);
            final HostState state = hosts[i].state();
            if (state != reportedStates[i]) {
                reportedStates[i] = state;
                if (state == HostState.FAILED) {
                    return hosts[i].failure();
                }
                if (state == HostState.RUNNING) {
                    final RuntimeException clockFailure = reportRunning(hosts[i]);
                    if (clockFailure != null) {
                        return clockFailure;
                    }
                }
            }
        }
        return null;
    }

    /** One line with what was found; and the clock must not be behind what the log has seen. */
    private RuntimeException reportRunning(final ReplicaHost host) {
        final ReplicaView view = host.view();
        final RecoveredState recovered = host.recovered();
        LOG.info(
                "event=opened group={} status={} view={} logView={} commit={} {}",
                view.group(),
                view.status(),
                view.view(),
                view.logView(),
                view.commitMin(),
                recovered.report());
        return clockProblem(recovered.lastTimestampNs(), clock.wallNs(), clockToleranceNs, view.group());
    }

    /** The log never goes back in time: a primary whose clock is far behind would give all ops the same moment for as long. */
    static OperatorException clockProblem(
            final long lastTimestampNs, final long wallNs, final long toleranceNs, final int group) {
        final long behindNs = lastTimestampNs - wallNs;
        if (behindNs <= toleranceNs) {
            return null;
        }
        return new OperatorException("the wall clock is " + behindNs / 1_000_000
                + " ms behind the newest timestamp in the log of group " + group
                + ", allowed are " + toleranceNs / 1_000_000
                + " ms; set the clock right, or if the log's is the wrong one, start with a larger "
                + Setting.CLOCK_TOLERANCE_NS.key());
    }

    // ---- from the transport, on the same thread ----

    /** Of this shard, which is all that other replicas send; or of a client that has come to another shard's door. */
    @Override
    public void onFrame(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
        if (hostOfGroup[group] != null) {
            hostOfGroup[group].onMessage(buffer, offset, length);
        } else {
            // A frame that is not taken is lost, as it might have been on the way: the client sends it again.
            router.submit(group, buffer, offset, length);
        }
    }

    /** A frame of a client that is at another shard. */
    void onHandedOver(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
        hostOfGroup[group].onMessage(buffer, offset, length);
    }

    @Override
    public void onScrubRequest(final Connection from) {
        for (final ReplicaHost host : hosts) {
            if (host.scrubber() != null) {
                // Anybody with the secret can ask as often as he likes: said once for each pass.
                if (!host.scrubber().isAsked()) {
                    LOG.info("event=scrub-asked group={}", host.group());
                }
                host.scrubber().checkNow();
            }
        }
        onStatusRequest(from);
    }

    @Override
    public void onStatusRequest(final Connection from) {
        final List<NodeStatus.GroupStatus> groups = new ArrayList<>(hosts.length);
        for (final ReplicaHost host : hosts) {
            groups.add(json -> writeGroup(json, host));
        }
        final byte[] document = NodeStatus.write(
                process.get(),
                gateway == null ? null : gateway.status(),
                groups,
                transport,
                router.counters(),
                cluster.replicaCount());
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + document.length]);
        frame.putBytes(HeaderFlyweight.HEADER_LENGTH, document);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(frame, 0);
        header.init(Command.STATUS_REPLY, cluster.clusterLo(), cluster.clusterHi(), frame.capacity(), 0, replica, 0);
        header.seal(new Checksum());
        from.send(frame, 0, frame.capacity());
    }

    private void writeGroup(final JsonGenerator json, final ReplicaHost host) throws IOException {
        final ReplicaView view = host.view();
        json.writeStringField("state", host.state().name());
        json.writeNumberField("group", host.group());
        trace.writeOpening(json, host.group(), host.openingDone(), host.openingTotal());
        final Readiness readiness = host.readiness();
        json.writeBooleanField("ready", readiness == Readiness.READY);
        json.writeStringField("readiness", readiness.name());
        final StateSync sync = host.stateSync();
        TransferStatus.write(json, sync == null ? null : sync.progress(), host.transferCounters());
        DivergenceStatus.write(
                json,
                trace.counts(host.group())[TraceEvent.STATE_DIVERGED.ordinal()],
                trace.differing(host.group()),
                view,
                view == null ? 0 : host.journal().checkpointQuorumOp());
        if (view == null) {
            json.writeStringField("status", host.state().name());
            return;
        }
        json.writeStringField(
                "status",
                view.status() == null ? host.state().name() : view.status().name());
        json.writeStringField("role", role(view));
        json.writeBooleanField("voter", view.isVoter());
        json.writeNumberField("view", view.view());
        json.writeNumberField("logView", view.logView());
        json.writeNumberField("primary", view.primary());
        json.writeNumberField("head", view.head());
        json.writeNumberField("commitMin", view.commitMin());
        json.writeNumberField("commitMax", view.commitMax());
        json.writeNumberField("ackable", view.ackableOp());
        json.writeNumberField("checkpoint", view.checkpointOp());
        writeJournal(json, host.journal(), view);
        ScrubStatus.write(json, host.scrubber(), host.scrubCounters());
        NodeStatus.writeEvents(json, trace.counts(view.group()));
    }

    /** Ops that are not durable here; all of them lie above what can be acknowledged. */
    private static void writeJournal(final JsonGenerator json, final PrepareJournal journal, final ReplicaView view)
            throws IOException {
        long faulty = 0;
        long missing = 0;
        final long last = Math.min(journal.head(), view.ackableOp() + SCANNED_OPS_MAX);
        for (long op = view.ackableOp() + 1; op <= last; op++) {
            final EntryState state = journal.state(op);
            faulty += state == EntryState.FAULTY ? 1 : 0;
            missing += state == EntryState.MISSING || state == EntryState.UNKNOWN ? 1 : 0;
        }
        json.writeNumberField("faulty", faulty);
        json.writeNumberField("missing", missing);
    }

    private String role(final ReplicaView view) {
        if (view.status() != Status.NORMAL) {
            return "-";
        }
        if (!view.isVoter()) {
            return "learner";
        }
        return view.primary() == replica ? "primary" : "backup";
    }

    @Override
    public void onPeerConnected(final int peer, final Lane lane, final String remoteAddress) {
        LOG.info("event=peer-connected peer={} lane={} address={}", peer, lane, remoteAddress);
    }

    @Override
    public void onPeerDisconnected(
            final int peer, final Lane lane, final String remoteAddress, final CloseReason reason, final String text) {
        LOG.info(
                "event=peer-disconnected peer={} lane={} address={} reason={} text=\"{}\"",
                peer,
                lane,
                remoteAddress,
                reason,
                text);
    }

    /** Anybody who can reach the port can cause these: so many a second are logged, the others only counted. */
    @Override
    public void onRefused(final String who, final String remoteAddress, final CloseReason reason, final String text) {
        final long second = clock.monotonicNs() / SECOND_NS;
        if (second != refusalSecond) {
            if (suppressed > 0) {
                LOG.warn("event=refusals-suppressed count={}", suppressed);
                suppressed = 0;
            }
            refusalSecond = second;
            refusals = 0;
        }
        if (++refusals > REFUSALS_PER_SECOND) {
            suppressed++;
        } else {
            LOG.warn("event=refused who=\"{}\" address={} reason={} text=\"{}\"", who, remoteAddress, reason, text);
        }
    }
}
