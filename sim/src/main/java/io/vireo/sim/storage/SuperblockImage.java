package io.vireo.sim.storage;

import static io.vireo.journal.storage.DataFileLayout.SUPERBLOCK_COPIES;
import static io.vireo.journal.storage.DataFileLayout.SUPERBLOCK_COPY_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.Quorums;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The superblock as the durable layer alone has it, decided by this class's own reading of the format: the lowest one that a process could
 * open. Parsed again only after a sector of it became durable. Read by auditors; never asks the node.
 */
public final class SuperblockImage {
    private static final int SECTORS = SUPERBLOCK_COPY_LENGTH / Storage.SECTOR;
    private static final int PLACE_OFFSET = 16;
    /** What the checksum covers; the copies of one superblock have it in common. */
    private static final int CHECKED_OFFSET = 32;

    private static final int VOTER = 0;

    private final byte[][] sectors = new byte[SUPERBLOCK_COPIES * SECTORS][];
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SUPERBLOCK_COPY_LENGTH]);
    private final Checksum checksum = new Checksum();
    private final boolean[] isStale = {true, true, true, true};
    /** The bytes have the checksum that they state, whatever their place. */
    private final boolean[] isSealed = new boolean[SUPERBLOCK_COPIES];

    private final boolean[] isIntact = new boolean[SUPERBLOCK_COPIES];
    private final long[] sequence = new long[SUPERBLOCK_COPIES];
    private final long[] view = new long[SUPERBLOCK_COPIES];
    private final long[] logView = new long[SUPERBLOCK_COPIES];
    private final long[] commitMax = new long[SUPERBLOCK_COPIES];
    private final long[] syncedOp = new long[SUPERBLOCK_COPIES];
    private final long[] checkpointOp = new long[SUPERBLOCK_COPIES];
    private final long[] snapshotIdLo = new long[SUPERBLOCK_COPIES];
    private final long[] snapshotIdHi = new long[SUPERBLOCK_COPIES];
    private final long[] doViewChangeHead = new long[SUPERBLOCK_COPIES];
    private final long[][] lives = new long[SUPERBLOCK_COPIES][Quorums.REPLICAS_MAX];
    private final int[] standing = new int[SUPERBLOCK_COPIES];
    private final long[] partnerLife = new long[SUPERBLOCK_COPIES];
    private boolean isAnyStale = true;
    private int opened = -1;

    /** Nothing was ever written. */
    void forgetAll() {
        Arrays.fill(sectors, null);
        Arrays.fill(isStale, true);
        isAnyStale = true;
    }

    void onDurable(final int sector, final byte[] bytes) {
        sectors[sector] = bytes;
        isStale[sector / SECTORS] = true;
        isAnyStale = true;
    }

    /** False before the file is formatted, and if no process could open it. */
    public boolean isOpenable() {
        return copy() >= 0;
    }

    public long sequence() {
        return copy() < 0 ? 0 : sequence[opened];
    }

    public long view() {
        return copy() < 0 ? -1 : view[opened];
    }

    public long logView() {
        return copy() < 0 ? -1 : logView[opened];
    }

    public long commitMax() {
        return copy() < 0 ? 0 : commitMax[opened];
    }

    public long syncedOp() {
        return copy() < 0 ? 0 : syncedOp[opened];
    }

    /** Op of the checkpoint; 0 for that of an empty log. */
    public long checkpointOp() {
        return copy() < 0 ? 0 : checkpointOp[opened];
    }

    /** Low half of the id of that checkpoint's snapshot. */
    public long snapshotIdLo() {
        return copy() < 0 ? 0 : snapshotIdLo[opened];
    }

    public long snapshotIdHi() {
        return copy() < 0 ? 0 : snapshotIdHi[opened];
    }

    /** Name of that snapshot's file. */
    public String snapshotName() {
        return copy() < 0
                ? ""
                : "snapshots/" + Checksum.hex(checkpointOp[opened]) + "-"
                        + Checksum.hex(snapshotIdLo[opened], snapshotIdHi[opened]) + ".snap";
    }

    /** Head of the stored DoViewChange; -1 if there is none. */
    public long doViewChangeHead() {
        return copy() < 0 ? -1 : doViewChangeHead[opened];
    }

    /** The life of a replica that is recorded; 0 for its first one. */
    public long life(final int replica) {
        return copy() < 0 ? 0 : lives[opened][replica];
    }

    /** True if the owner of the disk counts in its group. */
    public boolean isVoter() {
        return copy() >= 0 && standing[opened] == VOTER;
    }

    /** Number of the owner's standing in its group; -1 if no process could open it. */
    public int standing() {
        return copy() < 0 ? -1 : standing[opened];
    }

    /** Of two replicas: the life of the other one that may count by this disk; 0 for its first one. */
    public long partnerLife() {
        return copy() < 0 ? 0 : partnerLife[opened];
    }

    /** The copy that is opened, or -1: of the highest sequence with two equal copies, or one whose parents are there; at worst the lower. */
    private int copy() {
        if (isAnyStale) {
            isAnyStale = false;
            for (int i = 0; i < SUPERBLOCK_COPIES; i++) {
                if (isStale[i]) {
                    isStale[i] = false;
                    parse(i);
                }
            }
            opened = choose();
        }
        return opened;
    }

    private void parse(final int copy) {
        for (int s = 0; s < SECTORS; s++) {
            buffer.putBytes(s * Storage.SECTOR, sector(copy, s));
        }
        final int twin = twin(copy);
        isSealed[copy] = twin < 0 ? isSealed() : isSealed[twin];
        isIntact[copy] = isSealed[copy] && u64(PLACE_OFFSET) == copy;
        sequence[copy] = u64(48);
        view[copy] = u64(144);
        logView[copy] = u64(152);
        commitMax[copy] = u64(160);
        syncedOp[copy] = u64(168);
        checkpointOp[copy] = u64(208);
        snapshotIdLo[copy] = u64(256);
        snapshotIdHi[copy] = u64(264);
        for (int replica = 0; replica < lives[copy].length; replica++) {
            lives[copy][replica] = u64(384 + replica * Long.BYTES);
        }
        standing[copy] = buffer.getInt(440, LITTLE_ENDIAN);
        partnerLife[copy] = u64(456);
        doViewChangeHead[copy] = buffer.getInt(364, LITTLE_ENDIAN) == 1 ? u64(336) : -1;
    }

    private boolean isSealed() {
        checksum.hash(buffer, CHECKED_OFFSET, SUPERBLOCK_COPY_LENGTH - CHECKED_OFFSET);
        return checksum.lo() == u64(0) && checksum.hi() == u64(8);
    }

    /** A copy already parsed that has the same bytes but for its place, and so is sealed if this one is; -1 if there is none. */
    private int twin(final int copy) {
        for (int other = 0; other < SUPERBLOCK_COPIES; other++) {
            if (other != copy && !isStale[other] && isTwin(copy, other)) {
                return other;
            }
        }
        return -1;
    }

    private boolean isTwin(final int copy, final int other) {
        final byte[] first = sector(copy, 0);
        final byte[] second = sector(other, 0);
        boolean isSame = Arrays.equals(first, 0, PLACE_OFFSET, second, 0, PLACE_OFFSET)
                && Arrays.equals(first, CHECKED_OFFSET, Storage.SECTOR, second, CHECKED_OFFSET, Storage.SECTOR);
        for (int s = 1; isSame && s < SECTORS; s++) {
            isSame = Arrays.equals(sector(copy, s), sector(other, s));
        }
        return isSame;
    }

    private byte[] sector(final int copy, final int index) {
        final byte[] bytes = sectors[copy * SECTORS + index];
        return bytes == null ? Inode.ZERO : bytes;
    }

    private int choose() {
        int best = -1;
        for (int i = 0; i < SUPERBLOCK_COPIES; i++) {
            if (isIntact[i] && (best < 0 || sequence[i] > sequence[best])) {
                best = i;
            }
        }
        if (best < 0) {
            return -1;
        }
        int equal = 0;
        int parent = -1;
        for (int i = 0; i < SUPERBLOCK_COPIES; i++) {
            if (isIntact[i] && sequence[i] == sequence[best]) {
                equal++;
            } else if (isIntact[i] && sequence[i] == sequence[best] - 1) {
                parent = i;
            }
        }
        if (equal == SUPERBLOCK_COPIES || parent < 0) {
            return equal >= 2 ? best : -1;
        }
        // A write is under way, or was cut: one more damaged copy may give the older one.
        return equal >= 3 ? best : parent;
    }

    private long u64(final int index) {
        return buffer.getLong(index, LITTLE_ENDIAN);
    }
}
