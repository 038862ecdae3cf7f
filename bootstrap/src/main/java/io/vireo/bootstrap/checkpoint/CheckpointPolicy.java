package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.PrepareRing;
import io.vireo.journal.wal.SectorTag;
import java.util.Arrays;

/**
 * Where checkpoints fall, which of them a quorum has, and what may be overwritten: arithmetic over the positions of the WAL ring and
 * nothing else, so that all replicas agree without a message. Immutable; source: storage-and-safety, section 6.
 *
 * <p>A checkpoint falls on the first op whose end lies a quarter of the ring or more behind the end of the last checkpoint. The next one
 * always fits into the ring, whatever is appended: the ops before it end less than a quarter behind the last checkpoint, the op itself may
 * skip to the next lap (fewer sectors than the largest entry L has) and takes at most L; so its end lies at most S/4 + 2L - 2 behind. The
 * law {@code 3/4 S >= 3 L} leaves room for it and for one more entry, and the log never waits for a checkpoint that waits for the log.
 */
public final class CheckpointPolicy {
    private static final int SHARES = 4;

    private final PrepareRing ring;

    /**
     * @param walBytes size of the ring, a multiple of the sector.
     * @param prepareSizeMax largest prepare in bytes.
     * @throws IllegalArgumentException if the two break the law; {@link #brokenLaw} is the check with words for an operator.
     */
    public CheckpointPolicy(final long walBytes, final int prepareSizeMax) {
        final String broken = brokenLaw(walBytes, prepareSizeMax);
        if (broken != null) {
            throw new IllegalArgumentException("walBytes=" + walBytes + ": " + broken);
        }
        ring = new PrepareRing(walBytes, prepareSizeMax);
    }

    /**
     * Why a ring of {@code walBytes} cannot move its checkpoints, or null if it can. To be asked where a cluster is configured and formatted.
     */
    public static String brokenLaw(final long walBytes, final int prepareSizeMax) {
        // In 64 bits, and before a ring is made of it: these are an operator's numbers.
        final long entryBytes =
                (prepareSizeMax + SectorTag.PAYLOAD_LENGTH - 1L) / SectorTag.PAYLOAD_LENGTH * Storage.SECTOR;
        if (walBytes / SHARES >= entryBytes) {
            return null;
        }
        return "three quarters of it must hold three prepares of prepare_size_max = " + prepareSizeMax
                + ", so it must be at least " + SHARES * entryBytes;
    }

    /** Sectors after which a checkpoint is due: a quarter of the ring. */
    public long interval() {
        return ring.sectors() / SHARES;
    }

    /** Most sectors that can lie between the ends of two checkpoints that follow one another; never more than the ring has. */
    public long spanMax() {
        return interval() + 2L * ring.entrySectorsMax() - 2;
    }

    /**
     * True if an op is a checkpoint: asked for every committed op in its turn, so that the first one that is far enough is taken.
     *
     * @param checkpointEnd logical position behind the last checkpoint's op (0 for the root).
     * @param opEnd logical position behind the op.
     */
    public boolean isTrigger(final long checkpointEnd, final long opEnd) {
        Invariant.check(
                checkpointEnd >= 0 && opEnd >= checkpointEnd,
                "an op ends behind the last checkpoint (op, checkpoint)",
                opEnd,
                checkpointEnd);
        return opEnd - checkpointEnd >= interval();
    }

    /**
     * The newest checkpoint that this many replicas have, where a replica that has a checkpoint counts for the ones before it as well.
     *
     * @param durableOps op of the newest durable checkpoint of each replica, 0 for the root; not changed.
     * @param quorum replication quorum, 1 to {@code durableOps.length}.
     */
    public static long quorumOp(final long[] durableOps, final int quorum) {
        Invariant.check(
                quorum >= 1 && quorum <= durableOps.length,
                "a quorum is some of the replicas (quorum, replicas)",
                quorum,
                durableOps.length);
        final long[] sorted = durableOps.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - quorum];
    }

    /**
     * The op up to which a replica may overwrite its log: what both its own durable checkpoint and one of a quorum stand for.
     *
     * @param quorumOp highest {@link #quorumOp} ever learnt.
     */
    public static long reuseOp(final long ownDurableOp, final long quorumOp) {
        return Math.min(ownDurableOp, quorumOp);
    }

    /** True if sectors may be written at a logical position: what they replace lies before {@code reuseEnd}, the end of {@link #reuseOp}. */
    public boolean fits(final long reuseEnd, final long position, final int count) {
        return position + count <= reuseEnd + ring.sectors();
    }
}
