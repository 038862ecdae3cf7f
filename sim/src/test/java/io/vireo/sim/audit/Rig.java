package io.vireo.sim.audit;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RootPrepare;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.wal.SectorTag;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import org.agrona.concurrent.UnsafeBuffer;

/** Three replicas' disks and the means to feed auditors with events that no correct cluster produces. */
final class Rig implements SimDisk.Watch {
    static final int REPLICAS = 3;
    private static final int VOTER = 0;
    private static final int LEARNING = 2;
    static final long CLUSTER = 7;
    private static final int SECTOR = Storage.SECTOR;

    final EventQueue queue = new EventQueue();
    final AuditLog log = new AuditLog(42, queue);
    final DurableImage[][] images = new DurableImage[REPLICAS][1];
    final SimDisk[] disks = new SimDisk[REPLICAS];
    final FaultAtlas atlas = new FaultAtlas(images, false);
    final FaultAtlas marked = new FaultAtlas(images, true);
    final Checksum checksum = new Checksum();

    Rig() {
        for (int replica = 0; replica < REPLICAS; replica++) {
            images[replica][0] = new DurableImage();
            disks[replica] = new SimDisk(
                    queue,
                    new DiskFaults(1, 1_000, 1_000, 1_000, 32, 8),
                    new Draws(1, Stream.DISK, replica),
                    new DiskStatistics(),
                    images[replica][0]);
            disks[replica].attach(this);
            disks[replica].create("data", 1 << 20, 1);
            superblock(replica, 1, 0, 0, -1);
        }
        run();
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void on(final DiskEvent event) {
        // Nothing is aimed at this disk.
    }

    void run() {
        while (queue.step()) {
            // Until nothing is left.
        }
    }

    void crash(final int replica) {
        disks[replica].crash(CrashOutcome.DROP_ALL, new Draws(1, Stream.CRASH_OUTCOME, replica));
    }

    /** Four durable copies. */
    void superblock(
            final int replica, final long sequence, final long view, final long logView, final long doViewChangeHead) {
        superblock(replica, sequence, view, logView, doViewChangeHead, 0, 0);
    }

    /** Four durable copies that name this checkpoint. */
    void superblock(final int replica, final long sequence, final CheckpointOnDisk named) {
        superblock(replica, sequence, 0, 0, -1, CheckpointOnDisk.OP, named.idLo(), named.idHi(), 0, 0, VOTER);
    }

    /** Four durable copies that name a checkpoint. */
    void superblock(
            final int replica,
            final long sequence,
            final long view,
            final long logView,
            final long doViewChangeHead,
            final long checkpointOp,
            final long snapshotIdLo) {
        superblock(replica, sequence, view, logView, doViewChangeHead, checkpointOp, snapshotIdLo, 0, 0, 0, VOTER);
    }

    /** Four durable copies that have recorded a life of a replica. */
    void recorded(final int replica, final long sequence, final long view, final int wiped, final long life) {
        superblock(replica, sequence, view, view, -1, 0, 0, 0, life, 0, VOTER, wiped);
    }

    /** Four durable copies that have recorded the same life of two replicas. */
    void recorded(
            final int replica,
            final long sequence,
            final long view,
            final int wiped,
            final int alsoWiped,
            final long life) {
        superblock(replica, sequence, view, view, -1, 0, 0, 0, life, 0, VOTER, wiped, alsoWiped);
    }

    /** Four durable copies of one of two that has recorded a life of the other one, and that it may count in it. */
    void admitted(final int replica, final long sequence, final long view, final int wiped, final long life) {
        admitted(replica, sequence, view, view, wiped, life);
    }

    /** The same of one that has left the view of its log. */
    void admitted(
            final int replica,
            final long sequence,
            final long view,
            final long logView,
            final int wiped,
            final long life) {
        superblock(replica, sequence, view, logView, -1, 0, 0, 0, life, life, VOTER, wiped);
    }

    /** Four durable copies of a replica that has lost its disk and does not count yet. */
    void learning(final int replica, final long sequence, final long view, final long life) {
        superblock(replica, sequence, view, view, -1, 0, 0, 0, life, 0, LEARNING, replica);
    }

    private void superblock(
            final int replica,
            final long sequence,
            final long view,
            final long logView,
            final long doViewChangeHead,
            final long checkpointOp,
            final long snapshotIdLo,
            final long snapshotIdHi,
            final long life,
            final long partnerLife,
            final int standing,
            final int... wiped) {
        for (int copy = 0; copy < DataFileLayout.SUPERBLOCK_COPIES; copy++) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[DataFileLayout.SUPERBLOCK_COPY_LENGTH]);
            buffer.putLong(16, copy);
            buffer.putLong(48, sequence);
            buffer.putLong(144, view);
            buffer.putLong(152, logView);
            buffer.putLong(208, checkpointOp);
            buffer.putLong(256, snapshotIdLo);
            buffer.putLong(264, snapshotIdHi);
            for (final int each : wiped) {
                buffer.putLong(384 + each * Long.BYTES, life);
            }
            buffer.putInt(440, standing);
            buffer.putLong(456, partnerLife);
            if (doViewChangeHead >= 0) {
                buffer.putLong(336, doViewChangeHead);
                buffer.putInt(364, 1);
            }
            checksum.hash(buffer, 32, buffer.capacity() - 32);
            buffer.putLong(0, checksum.lo());
            buffer.putLong(8, checksum.hi());
            disks[replica].write(0, DataFileLayout.superblockOffset(copy), buffer, 0, buffer.capacity(), 2);
        }
        disks[replica].sync(0, 3);
        run();
    }

    /** One sector per op at the op's own place; durable only if synced. */
    void entry(final int replica, final PrepareFlyweight prepare, final long syncedOp, final boolean isSynced) {
        entry(replica, prepare, prepare.op() - 1, syncedOp, isSynced);
    }

    /** At this sector of the ring. */
    void entry(
            final int replica,
            final PrepareFlyweight prepare,
            final long place,
            final long syncedOp,
            final boolean isSynced) {
        final UnsafeBuffer sector = new UnsafeBuffer(new byte[SECTOR]);
        sector.putShort(SectorTag.COUNT_OFFSET, (short) 1);
        sector.putLong(SectorTag.OP_OFFSET, prepare.op());
        sector.putLong(SectorTag.ENTRY_OFFSET, prepare.checksumLo());
        sector.putLong(SectorTag.POSITION_OFFSET, place);
        sector.putLong(SectorTag.SYNCED_OP_OFFSET, syncedOp);
        sector.putBytes(SectorTag.LENGTH, prepare.buffer(), prepare.offset(), HeaderFlyweight.HEADER_LENGTH);
        disks[replica].write(0, (DurableImage.RING_START + place) * SECTOR, sector, 0, SECTOR, 4);
        if (isSynced) {
            disks[replica].sync(0, 5);
        }
        run();
    }

    /** A prepare that follows another one, or the root. */
    PrepareFlyweight prepare(final long view, final long op, final PrepareFlyweight below, final long commit) {
        final PrepareFlyweight prepare = new PrepareFlyweight();
        prepare.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        prepare.init(Command.PREPARE, CLUSTER, 0, HeaderFlyweight.HEADER_LENGTH, view, (int) view % REPLICAS, 0);
        if (below == null) {
            RootPrepare.checksum(checksum, CLUSTER, 0, 0);
            prepare.parent(checksum.lo(), checksum.hi());
        } else {
            prepare.parent(below.checksumLo(), below.checksumHi());
        }
        prepare.op(op).commit(commit).timestamp(view * 1_000 + op).seal(checksum);
        return prepare;
    }

    PrepareOkFlyweight prepareOk(final int replica, final long view, final PrepareFlyweight prepare) {
        final PrepareOkFlyweight ok = new PrepareOkFlyweight();
        ok.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        ok.init(Command.PREPARE_OK, CLUSTER, 0, HeaderFlyweight.HEADER_LENGTH, view, replica, 0);
        ok.prepareChecksum(prepare.checksumLo(), prepare.checksumHi())
                .op(prepare.op())
                .seal(checksum);
        return ok;
    }

    DoViewChangeFlyweight doViewChange(final int replica, final long view, final long logView, final long headOp) {
        final DoViewChangeFlyweight vote = new DoViewChangeFlyweight();
        vote.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        vote.init(Command.DO_VIEW_CHANGE, CLUSTER, 0, HeaderFlyweight.HEADER_LENGTH, view, replica, 0);
        vote.logView(logView).headOp(headOp).seal(checksum);
        return vote;
    }

    static ReplicaView view(
            final int replica,
            final Status status,
            final long view,
            final long logView,
            final long head,
            final long commitMin,
            final long commitMax) {
        return new ReplicaView(
                0, replica, status, view, logView, (int) (view % REPLICAS), head, commitMin, commitMax, head, 0, true);
    }

    /** Signature of what was reported, or null. */
    String signature() {
        return log.violation() == null ? null : log.violation().signature();
    }
}
