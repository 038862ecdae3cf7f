package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.transfer.RateLimit;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.port.MessageBus;
import java.util.ArrayDeque;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Serves the files of a running replica to others that synchronize their state: its durable snapshot, and any bytes of its segments, whose
 * prefixes never change. Files are named by numbers, so that nothing a peer says opens a file that is not listed. Some requests wait for
 * the disk; who asks for more is told that the server is busy. Bytes leave only after the chunk was checked, so that replicas which are damaged
 * in different places heal each other. Driven by the group's thread.
 */
public final class SyncServer {
    /** Top 8 bits of the storage tokens of state synchronization, served and asked for. */
    public static final int TOKEN_OWNER = 6;

    /** Of one receiver that asks for as much as it may, and a little. */
    private static final int WAITING_MAX = 48;

    private static final int AHEAD_MAX = 512 << 10;

    /** A request for bytes of a segment, as a copy of its header, and when its receiver is told that they do not come. */
    private record Waiting(ChunkFlyweight wanted, long untilNs) {}

    private static final int NO_FILE = -1;
    private static final long TOKEN_OPEN = (long) TOKEN_OWNER << 56 | 1;
    private static final long TOKEN_READ = (long) TOKEN_OWNER << 56 | 2;

    private final ClusterConfig config;
    private final int group;
    private final int replica;
    private final Storage storage;
    private final MessageBus bus;
    private final SegmentStore segments;
    private final Checksum checksum = new Checksum();
    private final ChunkFlyweight answer = new ChunkFlyweight();
    private final CheckpointFlyweight checkpoint = new CheckpointFlyweight();
    private final UnsafeBuffer frame;
    private final MutableDirectBuffer sectors;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private final RateLimit rate;
    /** Half of what receivers wait for an answer. */
    private final long waitMaxNs;

    private long nowNs;
    private boolean isStopped;

    /** The snapshot whose file is open, or is being opened. */
    private SnapshotId snapshot;

    private int file = NO_FILE;
    /** The request that the snapshot is read for; null while the file is idle. */
    private ChunkFlyweight reading;

    /** @param bytesPerSecond most that is sent of files; requests beyond that wait. */
    public SyncServer(
            final ClusterConfig config,
            final int group,
            final int replica,
            final Storage storage,
            final MessageBus bus,
            final SegmentStore segments,
            final long bytesPerSecond,
            final long monotonicNs) {
        rate = new RateLimit(bytesPerSecond, monotonicNs);
        nowNs = monotonicNs;
        waitMaxNs = 2 * config.heartbeatNs();
        this.config = config;
        this.group = group;
        this.replica = replica;
        this.storage = storage;
        this.bus = bus;
        this.segments = segments;
        frame = new UnsafeBuffer(new byte[config.prepareSizeMax()]);
        sectors = storage.allocate(pieceLength(config));
    }

    /**
     * Bytes that may wait for the connection for bulk of a receiver when another piece of a file is sent: enough that the connection is never idle, and
     * no more memory than these and one piece; at most those of one frame.
     */
    public static int aheadMax(final ClusterConfig config) {
        return Math.min(AHEAD_MAX, config.prepareSizeMax());
    }

    /** Bytes of a file that travel in one frame: whole sectors. */
    static int pieceLength(final ClusterConfig config) {
        return (config.prepareSizeMax() - HeaderFlyweight.HEADER_LENGTH) / Storage.SECTOR * Storage.SECTOR;
    }

    /**
     * Somebody looks for a checkpoint: says which one is durable here, if that is high enough.
     *
     * @param isAgreed true if a quorum is known to have the same.
     */
    public void onRequestCheckpoint(
            final CheckpointFlyweight wanted, final CheckpointState durable, final boolean isAgreed) {
        if (durable.op() == 0 || durable.op() < wanted.op()) {
            return;
        }
        checkpoint.wrap(frame, 0);
        checkpoint.init(
                Command.CHECKPOINT,
                config.clusterLo(),
                config.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                replica,
                group);
        checkpoint
                .op(durable.op())
                .snapshotId(durable.snapshotIdLo(), durable.snapshotIdHi())
                .isAgreed(isAgreed)
                .seal(checksum);
        bus.send(wanted.replica(), frame, 0, HeaderFlyweight.HEADER_LENGTH);
    }

    /** Somebody wants bytes of a file of a checkpoint. */
    public void onRequestChunk(final ChunkFlyweight wanted, final CheckpointState durable) {
        if (wanted.kind() == ChunkFlyweight.ACCUSED) {
            segments.accuse(key(wanted), wanted.position());
        } else if (isStopped) {
            refuse(wanted, TransferCode.SHUTTING_DOWN);
        } else if (wanted.kind() == ChunkFlyweight.SEGMENT) {
            if (isBusy()) {
                refuse(wanted, TransferCode.BUSY);
            } else if (!serveSegment(wanted)) {
                waiting.add(new Waiting(copy(wanted), nowNs + waitMaxNs));
            }
        } else if (wanted.op() != durable.op()
                || wanted.snapshotIdLo() != durable.snapshotIdLo()
                || wanted.snapshotIdHi() != durable.snapshotIdHi()) {
            refuse(wanted, TransferCode.NOT_IN_MANIFEST);
        } else if (reading == null) {
            // However much waits for the connection: it is one block at a time, and all else waits for the snapshot.
            reading = copy(wanted);
            openSnapshot(durable);
        } else {
            refuse(wanted, TransferCode.BUSY);
        }
    }

    /** Story: what waits longer than its receiver does is asked of others, and sent all the same: nothing that arrives is wanted any more. */
    private boolean isBusy() {
        long bytes = 0;
        for (final Waiting each : waiting) {
            bytes += each.wanted.length();
        }
        return waiting.size() == WAITING_MAX || rate.waitNs(bytes, nowNs) > waitMaxNs;
    }

    /** True if the connection of who asks has enough to carry: what is made now would only wait, in memory and behind what others ask for. */
    private boolean isCrowded(final ChunkFlyweight wanted) {
        return bus.waiting(wanted.replica(), group) > aheadMax(config);
    }

    /** Time has passed. What waits is left to {@link #poll}. */
    public void onTick(final long monotonicNs) {
        nowNs = monotonicNs;
    }

    /**
     * One turn of the group: a connection may have drained, bytes may have come from the disk. Story: it takes 10 ms to carry what waits, a tick
     * comes as often, and of a fast network most is idle. No more than one piece is sent: it is copied and its checksum taken before
     * anything else can be done.
     *
     * @return requests answered.
     */
    public int poll(final long monotonicNs) {
        nowNs = monotonicNs;
        return waiting.isEmpty() ? 0 : serveWaiting();
    }

    /** The process is about to end: who waits is told so, and whoever asks from now on. */
    public void stop() {
        isStopped = true;
        while (!waiting.isEmpty()) {
            refuse(waiting.remove().wanted, TransferCode.SHUTTING_DOWN);
        }
        if (reading != null) {
            refuse(reading, TransferCode.SHUTTING_DOWN);
            reading = null;
        }
    }

    private int serveWaiting() {
        int answered = 0;
        for (int i = waiting.size(); i > 0; i--) {
            final Waiting next = waiting.remove();
            if (nowNs >= next.untilNs) {
                // Its receiver would give it up, and bytes that nobody wants any more would be in the way of others.
                refuse(next.wanted, TransferCode.BUSY);
                answered++;
            } else if (serveSegment(next.wanted)) {
                return answered + 1;
            } else {
                waiting.add(next);
            }
        }
        return answered;
    }

    /** A completion of the storage with {@link #TOKEN_OWNER}. */
    public void onCompletion(final long token, final long result) {
        if (isStopped) {
            return;
        }
        if (token == TOKEN_OPEN) {
            file = result < 0 ? NO_FILE : (int) result;
            readSnapshot();
        } else {
            answerSnapshot(result);
        }
    }

    private static ChunkFlyweight copy(final ChunkFlyweight wanted) {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH];
        wanted.buffer().getBytes(wanted.offset(), bytes);
        return new ChunkFlyweight().wrap(new UnsafeBuffer(bytes), 0);
    }

    /** False if it has to wait for the disk, for the connection, or for others of which enough was sent just now. */
    private boolean serveSegment(final ChunkFlyweight wanted) {
        if (wanted.position() > Integer.MAX_VALUE) {
            refuse(wanted, TransferCode.BAD_RANGE);
            return true;
        }
        if (!rate.isOpen(nowNs) || isCrowded(wanted)) {
            return false;
        }
        final int result = segments.readBytes(
                key(wanted), (int) wanted.position(), (int) wanted.length(), frame, HeaderFlyweight.HEADER_LENGTH);
        if (result == SegmentStore.PENDING) {
            return false;
        }
        if (result > 0) {
            send(wanted, result, 0);
        } else {
            refuse(wanted, result == SegmentStore.DAMAGED ? TransferCode.CORRUPT : TransferCode.NOT_FOUND);
        }
        return true;
    }

    private static SegmentKey key(final ChunkFlyweight wanted) {
        return new SegmentKey(wanted.namespace(), wanted.incarnation(), wanted.baseOffset());
    }

    private void openSnapshot(final CheckpointState durable) {
        final SnapshotId id = new SnapshotId(durable.snapshotIdLo(), durable.snapshotIdHi());
        if (file != NO_FILE && id.equals(snapshot)) {
            readSnapshot();
            return;
        }
        if (file != NO_FILE) {
            storage.close(file);
            file = NO_FILE;
        }
        snapshot = id;
        storage.open(SnapshotName.published(durable.op(), id), TOKEN_OPEN);
    }

    private void readSnapshot() {
        final long position = reading.position();
        if (file == NO_FILE) {
            refuse(reading, TransferCode.NOT_FOUND);
            reading = null;
        } else if (reading.length() > sectors.capacity()
                || position % Storage.SECTOR != 0
                || reading.length() % Storage.SECTOR != 0
                || position > storage.size(file) - reading.length()) {
            refuse(reading, TransferCode.BAD_RANGE);
            reading = null;
        } else {
            storage.read(file, position, sectors, 0, (int) reading.length(), TOKEN_READ);
        }
    }

    private void answerSnapshot(final long result) {
        final ChunkFlyweight wanted = reading;
        reading = null;
        if (result == Storage.READ_FAILED) {
            refuse(wanted, TransferCode.IO);
        } else {
            frame.putBytes(HeaderFlyweight.HEADER_LENGTH, sectors, 0, (int) result);
            send(wanted, (int) result, storage.size(file));
        }
    }

    private void refuse(final ChunkFlyweight wanted, final TransferCode code) {
        author(wanted, 0, 0, code);
    }

    private void send(final ChunkFlyweight wanted, final int length, final long fileLength) {
        author(wanted, length, fileLength, TransferCode.OK);
    }

    private void author(final ChunkFlyweight wanted, final int length, final long fileLength, final TransferCode code) {
        final int size = HeaderFlyweight.HEADER_LENGTH + length;
        rate.take(length, nowNs);
        answer.wrap(frame, 0);
        answer.init(Command.CHUNK, config.clusterLo(), config.clusterHi(), size, 0, replica, group);
        answer.checkpoint(wanted.op(), wanted.snapshotIdLo(), wanted.snapshotIdHi())
                .kind(wanted.kind())
                .status(code.code())
                .length(length)
                .segment(wanted.namespace(), wanted.incarnation(), wanted.baseOffset())
                .position(wanted.position())
                .fileLength(fileLength)
                .number(wanted.number())
                .seal(checksum);
        bus.send(wanted.replica(), frame, 0, size);
    }
}
