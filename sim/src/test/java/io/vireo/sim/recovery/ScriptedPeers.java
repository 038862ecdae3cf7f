package io.vireo.sim.recovery;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.message.RootPrepare;
import io.vireo.journal.wal.PrepareRing;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.CommitFlyweight;
import io.vireo.node.message.HeadersFlyweight;
import io.vireo.node.message.RequestHeadersFlyweight;
import io.vireo.node.message.RequestPrepareFlyweight;
import io.vireo.node.message.RequestStartViewFlyweight;
import io.vireo.node.message.StartViewFlyweight;
import io.vireo.sim.random.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The other two replicas of a cluster of three as a legal history sees them: a log per view, what of it is committed, and the frames they
 * would send. They are a quorum, never wait for the replica under test, and serve every op. This is the truth that recovery is judged by.
 */
final class ScriptedPeers {
    static final int REPLICA = 0;
    static final int GROUP = 0;
    static final long CLIENT = 5;

    /** A prepare of some view's log; {@code end} is the logical sector behind it. */
    record Entry(UnsafeBuffer bytes, long op, long lo, long hi, long end) {
        boolean isSame(final Entry other) {
            return lo == other.lo && hi == other.hi;
        }
    }

    /** The log of every view that has started; the last one is the present one. */
    final TreeMap<Long, List<Entry>> logs = new TreeMap<>();

    private final ClusterConfig config;
    private final Draws draws;
    private final PrepareRing ring;
    private final CheckpointPolicy policy;
    private final Checksum checksum = new Checksum();
    private final List<Long> checkpoints = new ArrayList<>(List.of(0L));
    private long commit;
    private long quorumOp;
    private long salt;

    ScriptedPeers(final ClusterConfig config, final Draws draws) {
        this.config = config;
        this.draws = draws;
        ring = new PrepareRing(config.walBytes(), config.prepareSizeMax());
        policy = new CheckpointPolicy(config.walBytes(), config.prepareSizeMax());
        logs.put(0L, new ArrayList<>());
    }

    long view() {
        return logs.lastKey();
    }

    long commit() {
        return commit;
    }

    /** Bodies and headers of what is committed, oldest first. */
    List<Entry> committed() {
        return log().subList(0, (int) commit);
    }

    List<Entry> log() {
        return logs.lastEntry().getValue();
    }

    /** True if the op is one that every replica takes a checkpoint at. */
    boolean isCheckpoint(final long op) {
        return checkpoints.contains(op);
    }

    /** The next op of the present view as a PREPARE frame; null if pipeline or ring have no room. */
    UnsafeBuffer prepare() {
        if (view() == 0 || log().size() - commit >= config.pipelineMax()) {
            return null;
        }
        final long op = log().size() + 1L;
        final int room = config.prepareSizeMax() - HeaderFlyweight.HEADER_LENGTH - RequestBatch.length(1, 0);
        final int length = op == 1 ? 0 : draws.chance(1, 3) ? 8 + draws.nextInt(room - 8) : 8 + draws.nextInt(200);
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, length);
        final int sectors = PrepareRing.entrySectors(size);
        final long end = ring.positionAfter(end(op - 1), sectors) + sectors;
        if (end > end(quorumOp) + ring.sectors()) {
            return null;
        }
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[size]);
        final PrepareFlyweight header = new PrepareFlyweight().wrap(bytes, 0);
        header.init(Command.PREPARE, config.clusterLo(), config.clusterHi(), size, view(), primary(), GROUP);
        if (op == 1) {
            RootPrepare.checksum(checksum, config.clusterLo(), config.clusterHi(), GROUP);
            header.parent(checksum.lo(), checksum.hi());
        } else {
            final Entry parent = log().get((int) op - 2);
            header.parent(parent.lo, parent.hi);
        }
        header.op(op)
                .commit(commit)
                .timestamp(op * 1_000)
                .checkpointQuorum(quorumOp)
                .requestCount(1);
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        RequestBatch.count(bytes, batch, 1);
        final int operation = op == 1 ? RequestBatch.OPERATION_REGISTER : LogStateMachine.OPERATION_APPEND;
        RequestBatch.putRow(
                bytes, RequestBatch.row(batch, 0), CLIENT, 0, op == 1 ? 0 : 1, op - 1, operation, 0, 0, length);
        if (length > 0) {
            bytes.setMemory(size - length, length, (byte) op);
            bytes.putLong(size - length, salt++);
        }
        header.seal(checksum);
        log().add(new Entry(bytes, op, header.checksumLo(), header.checksumHi(), end));
        return bytes;
    }

    private long end(final long op) {
        return op == 0 ? 0 : log().get((int) op - 1).end;
    }

    /** Some more of the log is committed, and some more checkpoints are durable on both peers. */
    void commitMore() {
        final long last = commit + draws.nextInt((int) (log().size() - commit) + 1);
        while (commit < last) {
            commit++;
            if (policy.isTrigger(end(checkpoints.get(checkpoints.size() - 1)), end(commit))) {
                checkpoints.add(commit);
            }
        }
        if (draws.chance(1, 2)) {
            quorumOp = Math.max(quorumOp, checkpoints.get(checkpoints.size() - 1));
        }
    }

    UnsafeBuffer commitFrame() {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final CommitFlyweight frame = new CommitFlyweight().wrap(bytes, 0);
        init(frame, Command.COMMIT, bytes.capacity(), primary());
        if (commit > 0) {
            frame.commitChecksum(log().get((int) commit - 1).lo, log().get((int) commit - 1).hi);
        }
        frame.commitMax(commit).checkpointQuorum(quorumOp).seal(checksum);
        return bytes;
    }

    /** A vote of one of the peers to leave this view. */
    UnsafeBuffer vote(final long view, final int peer) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final HeaderFlyweight frame = new HeaderFlyweight().wrap(bytes, 0);
        frame.init(
                Command.START_VIEW_CHANGE, config.clusterLo(), config.clusterHi(), bytes.capacity(), view, peer, GROUP);
        frame.seal(checksum);
        return bytes;
    }

    /** The peers start a view above {@code above} without the replica: what is committed stays, of the rest what they happen to have. */
    void startView(final long above) {
        long next = Math.max(view(), above) + 1;
        if (config.primaryOf(GROUP, next) == REPLICA) {
            next++;
        }
        final List<Entry> former = log();
        final int kept = (int) commit + draws.nextInt((int) (former.size() - commit) + 1);
        logs.put(next, new ArrayList<>(former.subList(0, kept)));
    }

    UnsafeBuffer startViewFrame(final long nonce) {
        final long head = log().size();
        final long bottom = Math.max(1, commit);
        final int count = (int) Math.max(0, head - bottom + 1);
        final UnsafeBuffer bytes = headers(head, count);
        final StartViewFlyweight frame = new StartViewFlyweight().wrap(bytes, 0);
        init(frame, Command.START_VIEW, bytes.capacity(), primary());
        frame.headerCount(count)
                .headOp(head)
                .commitMax(commit)
                .checkpointQuorum(quorumOp)
                .nonce(nonce)
                .seal(checksum);
        return bytes;
    }

    /** The answer of a peer to a frame of the replica; null if it has none. */
    UnsafeBuffer answer(final int peer, final UnsafeBuffer bytes) {
        final HeaderFlyweight header = new HeaderFlyweight().wrap(bytes, 0);
        return switch (header.command()) {
            case REQUEST_START_VIEW ->
                peer == primary() && header.view() <= view()
                        ? startViewFrame(
                                new RequestStartViewFlyweight().wrap(bytes, 0).nonce())
                        : null;
            case REQUEST_HEADERS -> headersFrame(peer, new RequestHeadersFlyweight().wrap(bytes, 0));
            case REQUEST_PREPARE -> prepareFrame(new RequestPrepareFlyweight().wrap(bytes, 0));
            default -> null;
        };
    }

    private UnsafeBuffer headersFrame(final int peer, final RequestHeadersFlyweight request) {
        final long top = Math.min(request.opMax(), log().size());
        final int count = (int) Math.min(4, top - Math.max(1, request.opMin()) + 1);
        if (count <= 0) {
            return null;
        }
        final UnsafeBuffer bytes = headers(top, count);
        final HeadersFlyweight frame = new HeadersFlyweight().wrap(bytes, 0);
        init(frame, Command.HEADERS, bytes.capacity(), peer);
        frame.headerCount(count).logView(view()).isNormal(true).seal(checksum);
        return bytes;
    }

    private UnsafeBuffer prepareFrame(final RequestPrepareFlyweight request) {
        if (request.op() > log().size()) {
            return null;
        }
        final Entry entry = log().get((int) request.op() - 1);
        return entry.lo == request.prepareChecksumLo() && entry.hi == request.prepareChecksumHi() ? entry.bytes : null;
    }

    private UnsafeBuffer headers(final long top, final int count) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH * (1 + count)]);
        for (int i = 0; i < count; i++) {
            bytes.putBytes(
                    HeaderFlyweight.HEADER_LENGTH * (1 + i),
                    log().get((int) top - i - 1).bytes,
                    0,
                    HeaderFlyweight.HEADER_LENGTH);
        }
        return bytes;
    }

    private void init(final HeaderFlyweight frame, final Command command, final int size, final int peer) {
        frame.init(command, config.clusterLo(), config.clusterHi(), size, view(), peer, GROUP);
    }

    private int primary() {
        return config.primaryOf(GROUP, view());
    }
}
