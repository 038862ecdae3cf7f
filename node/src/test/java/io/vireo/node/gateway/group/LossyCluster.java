package io.vireo.node.gateway.group;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.client.ClientContext;
import io.vireo.node.log.Logs;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.session.ClientSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One group of three replicas for the sessions of a gateway: the real apply step and session table behind a network that may lose, repeat,
 * delay and reorder frames both ways. All replicas are one state, which the primary of the view applies to at once; the replica at hand is
 * reached by a call and answers within it.
 */
final class LossyCluster implements Ways {
    static final int REPLICAS = 3;
    static final int HOME = 1;
    static final int WINDOW = 4;
    static final long MS = 1_000_000L;
    static final int FRAME_MAX = 16 << 10;

    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(REPLICAS)
            .groupCount(1)
            .prepareSizeMax(FRAME_MAX)
            .walBytes(1 << 20)
            .sessionsMax(4)
            .sessionWindow(WINDOW)
            .conclude();
    static final ClientContext CONTEXT = ClientContext.of(CONFIG);

    private record InFlight(long atNs, int replica, boolean isAnswer, byte[] bytes) {}

    final SeededRandom random;
    final List<String> sent = new ArrayList<>();
    /** By first byte of what was applied: the clients whose sessions had it. */
    final TreeMap<Integer, TreeSet<Long>> clientsOf = new TreeMap<>();
    /** Bodies in the order in which they were applied. */
    final List<byte[]> applied = new ArrayList<>();

    final boolean[] isDamaged = new boolean[REPLICAS];
    final boolean[] isConnected = {true, true, true};
    final boolean[] isFull = new boolean[REPLICAS];
    /** Of the answers to reads, by replica. */
    final long[] commitMin = new long[REPLICAS];

    private final ApplyStep applyStep;
    private final MessageCheck check = new MessageCheck(1, 2, FRAME_MAX);
    private final Checksum checksum = new Checksum();
    private final List<InFlight> network = new ArrayList<>();
    final GroupSessions sessions;
    /** One in so many frames is lost; 0 for none. */
    int lossPerMille;

    int repeatPerMille;
    long delayMaxNs;
    boolean isOut;
    long view;
    long nowNs = MS;

    LossyCluster(final long seed, final int sessionsPerGroup, final int sessionsMax, final long timeoutNs) {
        this(seed, sessionsPerGroup, sessionsMax, timeoutNs, Logs.open(CONFIG, 0));
    }

    LossyCluster(
            final long seed,
            final int sessionsPerGroup,
            final int sessionsMax,
            final long timeoutNs,
            final StateMachine stateMachine) {
        random = new SeededRandom(seed);
        applyStep =
                new ApplyStep(stateMachine, new ClientSessions(sessionsMax, WINDOW, stateMachine.replySizeMax()), 0);
        final SeededRandom ids = new SeededRandom(seed + 1);
        sessions = new GroupSessions(
                new SessionsContext(
                        CONTEXT, HOME, sessionsPerGroup, 1_000, 1 << 20, timeoutNs, random, ids::nextLong, this),
                nowNs);
    }

    int primary() {
        return (int) (view % REPLICAS);
    }

    /** Lets time pass, with everything that happens in it. */
    void run(final long ns) {
        final long endNs = nowNs + ns;
        while (nowNs < endNs) {
            sessions.poll(nowNs);
            deliver();
            nowNs += Math.min(MS, endNs - nowNs);
        }
        sessions.poll(nowNs);
        deliver();
    }

    boolean isQuiet() {
        return network.isEmpty();
    }

    @Override
    public boolean isFull(final int replica, final int group) {
        return isConnected[replica] && isFull[replica];
    }

    @Override
    public boolean send(
            final int replica, final int group, final DirectBuffer frame, final int offset, final int length) {
        if (!isConnected[replica] || isFull[replica]) {
            return false;
        }
        final byte[] bytes = new byte[length];
        frame.getBytes(offset, bytes);
        if (check.invalidReason(new UnsafeBuffer(bytes), 0, length) != null) {
            throw new AssertionError(check.invalidReason(new UnsafeBuffer(bytes), 0, length));
        }
        sent.add(new HeaderFlyweight().wrap(new UnsafeBuffer(bytes), 0).command() + " to " + replica);
        if (replica == HOME && !isOut) {
            arrive(replica, bytes);
        } else {
            carry(replica, false, bytes);
        }
        return true;
    }

    private void carry(final int replica, final boolean isAnswer, final byte[] bytes) {
        do {
            if (!isOut && random.nextInt(1000) >= lossPerMille) {
                final long delay = delayMaxNs == 0 ? 0 : random.nextLong() >>> 1;
                network.add(new InFlight(nowNs + (delayMaxNs == 0 ? 0 : delay % delayMaxNs), replica, isAnswer, bytes));
            }
        } while (random.nextInt(1000) < repeatPerMille);
    }

    private void deliver() {
        for (int i = 0; i < network.size(); i++) {
            final InFlight frame = network.get(i);
            if (frame.atNs <= nowNs) {
                network.remove(i);
                i = -1;
                if (frame.isAnswer) {
                    sessions.onFrame(new UnsafeBuffer(frame.bytes.clone()), 0, nowNs);
                } else {
                    arrive(frame.replica, frame.bytes.clone());
                }
            }
        }
    }

    private void arrive(final int replica, final byte[] bytes) {
        final UnsafeBuffer frame = new UnsafeBuffer(bytes);
        final byte[] answer = new HeaderFlyweight().wrap(frame, 0).command() == Command.READ
                ? read(replica, frame)
                : request(replica, frame);
        if (replica == HOME) {
            // Within the call, and as a shard's own groups do it.
            final UnsafeBuffer own = new UnsafeBuffer(answer);
            sessions.sendToClient(0, 0, own, 0, own.capacity());
        } else {
            carry(replica, true, answer);
        }
    }

    private byte[] read(final int replica, final UnsafeBuffer frame) {
        final ReadFlyweight read = new ReadFlyweight().wrap(frame, 0);
        final boolean isRefused = read.consistency() == ReadFlyweight.LINEARIZABLE && replica != primary();
        final int status =
                isRefused ? ReplyStatus.NOT_PRIMARY : isDamaged[replica] ? ReplyStatus.DAMAGED : ReplyStatus.OK;
        final int bodyLength = status == ReplyStatus.OK ? 1 : 0;
        final UnsafeBuffer out = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + bodyLength]);
        if (bodyLength > 0) {
            out.putByte(HeaderFlyweight.HEADER_LENGTH, (byte) replica);
        }
        final ReadReplyFlyweight reply = new ReadReplyFlyweight().wrap(out, 0);
        reply.init(Command.READ_REPLY, 1, 2, out.capacity(), view, replica, 0);
        reply.client(read.clientLo(), read.clientHi());
        reply.readNumber(read.readNumber());
        reply.status(status);
        reply.commitMin(commitMin[replica]);
        reply.seal(checksum);
        return out.byteArray();
    }

    private byte[] request(final int replica, final UnsafeBuffer frame) {
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        final int rows = RequestBatch.count(frame, batch);
        final UnsafeBuffer out = new UnsafeBuffer(new byte[8192]);
        final ReplyFlyweight reply = new ReplyFlyweight().wrap(out, 0);
        final int[] at = {0, reply.row(rows)};
        final long lo = RequestBatch.clientLo(frame, RequestBatch.row(batch, 0));
        final long hi = RequestBatch.clientHi(frame, RequestBatch.row(batch, 0));
        if (replica != primary()) {
            for (int i = 0; i < rows; i++) {
                final int row = RequestBatch.row(batch, i);
                ReplyFlyweight.putRow(
                        out,
                        reply.row(i),
                        RequestBatch.request(frame, row),
                        ReplyStatus.NOT_PRIMARY,
                        RequestBatch.session(frame, row),
                        0,
                        0,
                        0);
            }
        } else {
            final long thisOp = applyStep.appliedOp() + 1;
            new PrepareFlyweight().wrap(frame, 0).op(thisOp).timestamp(nowNs);
            final int[] body = {RequestBatch.bodies(frame, batch)};
            applyStep.apply(frame, 0, (l, h, session, request, status, op, digest, answer, offset, length) -> {
                final int row = RequestBatch.row(batch, at[0]);
                final int bodyLength = RequestBatch.length(frame, row);
                if (op == thisOp && request != 0) {
                    final byte[] copy = new byte[bodyLength];
                    frame.getBytes(body[0], copy);
                    applied.add(copy);
                    clientsOf
                            .computeIfAbsent((int) copy[0], none -> new TreeSet<>())
                            .add(l);
                }
                body[0] += bodyLength;
                ReplyFlyweight.putRow(out, reply.row(at[0]++), request, status, session, op, digest, length);
                out.putBytes(at[1], answer, offset, length);
                at[1] += length;
            });
        }
        reply.init(Command.REPLY, 1, 2, at[1], view, replica, 0);
        reply.client(lo, hi).rowCount(rows);
        reply.seal(checksum);
        final byte[] bytes = new byte[at[1]];
        out.getBytes(0, bytes);
        return bytes;
    }
}
