package io.vireo.sim.storage;

import io.vireo.node.core.Quorums;
import java.util.Arrays;
import org.agrona.collections.LongHashSet;

/**
 * Keeps latent damage to what a correct cluster must survive: of every op a good copy stays and at most replication quorum - 1 replicas
 * are damaged; of a superblock at most one copy is; the damage that storage-and-safety names as the limit of "synced" (section 2, rule 7)
 * is left out. A replica that lost its superblock or files of its checkpoint counts as damaged for every op that it held by them. Crash
 * losses are no matter of the atlas: nothing was promised about them. Decides from the durable images alone.
 */
public final class FaultAtlas {
    private final DurableImage[][] images;
    private final boolean isMarked;
    private final int damagedMax;
    private final LongHashSet[][] damagedOps;
    /** Ops that an old image has made a replica forget. */
    private final LongHashSet[][] forgottenOps;

    private final boolean[] isLost;
    private final boolean[][] filesLost;

    private long admitted;
    private long rejected;

    public FaultAtlas(final DurableImage[][] images, final boolean isMarked) {
        this.images = images;
        this.isMarked = isMarked;
        damagedMax = Quorums.of(images.length).replication() - 1;
        isLost = new boolean[images.length];
        filesLost = new boolean[images.length][images[0].length];
        damagedOps = sets(images.length, images[0].length);
        forgottenOps = sets(images.length, images[0].length);
    }

    private static LongHashSet[][] sets(final int replicas, final int groups) {
        final LongHashSet[][] sets = new LongHashSet[replicas][groups];
        for (final LongHashSet[] ofReplica : sets) {
            Arrays.setAll(ofReplica, group -> new LongHashSet());
        }
        return sets;
    }

    /** True if this op's entry on this replica was ever damaged by a fault that was admitted. */
    public boolean wasDamaged(final int replica, final int group, final long op) {
        return damagedOps[replica][group].contains(op);
    }

    /** True if it was damaged, or an old image without it was put back. */
    public boolean wasLost(final int replica, final int group, final long op) {
        return wasDamaged(replica, group, op) || forgottenOps[replica][group].contains(op);
    }

    /** True if this replica's superblock was destroyed: it must never serve again. */
    public boolean isLost(final int replica) {
        return isLost[replica];
    }

    /** True if snapshot or files of this replica's checkpoint were damaged or taken, and it has not made itself whole again. */
    public boolean areFilesLost(final int replica, final int group) {
        return filesLost[replica][group];
    }

    public long admitted() {
        return admitted;
    }

    public long rejected() {
        return rejected;
    }

    /** True if this sector may go bad now; counted either way. The caller then damages it and says so by {@link #onDamaged}. */
    public boolean admit(final int replica, final int group, final int sector) {
        final boolean isAdmitted = isAdmissible(replica, group, sector);
        if (!isAdmitted) {
            rejected++;
        }
        return isAdmitted;
    }

    /** An admitted fault took place. */
    public void onDamaged(final int replica, final int group, final int sector) {
        admitted++;
        final DurableImage image = images[replica][group];
        if (image.isSectorOfEntry(sector)) {
            damagedOps[replica][group].add(image.opOfSector(sector));
        }
    }

    /** True if all copies of the superblocks of a replica that is down may be destroyed, for good; counted either way. */
    public boolean admitLoss(final int replica) {
        boolean isAdmitted = !isLost[replica] && images.length - 1 - losses() >= coreMin();
        for (int group = 0; group < images[replica].length; group++) {
            isAdmitted &= images[replica][group].superblock().isOpenable() && isSpare(replica, group);
        }
        if (!isAdmitted) {
            rejected++;
        }
        return isAdmitted;
    }

    public void onLost(final int replica) {
        admitted++;
        isLost[replica] = true;
    }

    /** True if the whole disk of a replica that is down may be lost, if it gets another one; counted either way. So many others can void its life. */
    public boolean admitReplacement(final int replica) {
        final int others = images.length - 1 - losses();
        final Quorums quorums = Quorums.of(images.length);
        boolean isAdmitted =
                !isLost[replica] && images.length > 1 && others >= Math.min(quorums.viewChange(), images.length - 1);
        for (int group = 0; group < images[replica].length; group++) {
            isAdmitted &= images[replica][group].superblock().isOpenable() && isSpare(replica, group);
        }
        if (!isAdmitted) {
            rejected++;
        }
        return isAdmitted;
    }

    /** The disk of a replica is about to be empty: what it holds is the simulator's to answer for. */
    public void onWiped(final int replica) {
        for (int group = 0; group < images[replica].length; group++) {
            final DurableImage image = images[replica][group];
            final long highest = Math.max(image.highestOp(), image.superblock().checkpointOp());
            for (long op = 1; op <= highest; op++) {
                if (image.isCovered(op) || image.isWhole(op)) {
                    forgottenOps[replica][group].add(op);
                }
            }
            // What was bad on the old disk is no matter of the next one; what rots there from now on is.
            damagedOps[replica][group].clear();
            filesLost[replica][group] = false;
        }
    }

    /** A replica that had lost its disk counts again: by then it has everything that anybody relies on, but for what has rotted on the new one. */
    public void onVoterAgain(final int replica) {
        isLost[replica] = false;
        for (int group = 0; group < images[replica].length; group++) {
            forgottenOps[replica][group].clear();
        }
    }

    /** True if the files of this replica's checkpoint may be damaged or taken: another one has that checkpoint, or a newer one. */
    public boolean admitFileLoss(final int replica, final int group) {
        final long checkpointOp = images[replica][group].superblock().checkpointOp();
        final boolean isAdmitted = checkpointOp > 0
                && !isLost[replica]
                && hasCheckpointElsewhere(replica, group, checkpointOp)
                && isSpare(replica, group);
        if (!isAdmitted) {
            rejected++;
        }
        return isAdmitted;
    }

    public void onFilesLost(final int replica, final int group) {
        admitted++;
        filesLost[replica][group] = true;
    }

    /** This replica has fetched a checkpoint with all its files, or taken one with those it opened. */
    public void onFilesWhole(final int replica, final int group) {
        filesLost[replica][group] = false;
    }

    /** True if these old images may take the place of what is on the disks of a replica that is off; counted either way. */
    public boolean admitImage(final int replica, final DurableImage[] old) {
        final boolean isAdmitted = isImageHarmless(replica, old);
        if (!isAdmitted) {
            rejected++;
        }
        return isAdmitted;
    }

    /**
     * True if nobody relies on what the replica has said since these images were taken. It forgets no view and no vote: the superblock says
     * the same of them. What it forgets of the log, acknowledged or not, so many others hold intact that every view-change quorum has one
     * of them without it, that those who may say they never had it are no quorum to truncate it, and that no more copies are bad than
     * damage may take. So of two replicas none may forget: one that denies an op is enough there. A cluster cannot survive more: an op
     * that two of three have acknowledged, one of whom forgets it and does not know, is lost with the other one.
     */
    public boolean isImageHarmless(final int replica, final DurableImage[] old) {
        if (isLost[replica]) {
            return false;
        }
        for (int group = 0; group < old.length; group++) {
            final SuperblockImage now = images[replica][group].superblock();
            final SuperblockImage then = old[group].superblock();
            if (areFilesLost(replica, group)
                    || !then.isOpenable()
                    || then.view() != now.view()
                    || then.logView() != now.logView()
                    || then.doViewChangeHead() != now.doViewChangeHead()
                    || !hasSameLives(then, now)) {
                return false;
            }
            final long highest = Math.max(images[replica][group].highestOp(), now.checkpointOp());
            final Reach reach = Reach.of(old[group], images[replica][group]);
            final long[] unbroken = new long[images.length];
            for (int r = 0; r < images.length; r++) {
                unbroken[r] = images[r][group].unbrokenOp();
            }
            for (long op = 1; op <= highest; op++) {
                if (isForgotten(replica, group, old[group], reach, op)
                        && !isHeldByOthers(replica, group, op, unbroken)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Who has recorded a life must not forget it: what it voids would count again. */
    private boolean hasSameLives(final SuperblockImage then, final SuperblockImage now) {
        boolean isSame = then.standing() == now.standing() && then.partnerLife() == now.partnerLife();
        for (int r = 0; r < images.length; r++) {
            isSame &= then.life(r) == now.life(r);
        }
        return isSame;
    }

    /**
     * What a replica has now and not in the images that are put back.
     *
     * @param ops of which the images have no bytes.
     * @param lowest the lowest of the ops by group, {@link Long#MAX_VALUE} where there is none.
     */
    public record Forgotten(long ops, long[] lowest) {}

    /** The images are about to take the place of what is there. */
    public Forgotten onImage(final int replica, final DurableImage[] old) {
        long ops = 0;
        final long[] lowest = new long[old.length];
        Arrays.fill(lowest, Long.MAX_VALUE);
        for (int group = 0; group < old.length; group++) {
            final long highest = Math.max(
                    images[replica][group].highestOp(),
                    images[replica][group].superblock().checkpointOp());
            final Reach reach = Reach.of(old[group], images[replica][group]);
            for (long op = 1; op <= highest; op++) {
                if (isForgotten(replica, group, old[group], reach, op)) {
                    forgottenOps[replica][group].add(op);
                    lowest[group] = Math.min(lowest[group], op);
                    ops += old[group].holds(op, images[replica][group].entry(op)) ? 0 : 1;
                }
            }
        }
        return new Forgotten(ops, lowest);
    }

    /** How far the log of an image, and that of the disk as it is, reaches for certain. */
    private record Reach(long thenUnbroken, long thenStated, long nowStated) {
        static Reach of(final DurableImage then, final DurableImage now) {
            return new Reach(then.unbrokenOp(), then.evidenceWritten(), now.evidenceWritten());
        }
    }

    /**
     * Bytes in the ring of the image are not enough. Stories:
     *
     * <ul>
     *   <li>A view change cuts ops 23 to 29; the image is taken; a checkpoint at 46 is fetched. The ring has the entries that were cut, then
     *       and now: the image has none of these ops.
     *   <li>A crash keeps op 3 and loses op 2; the image is taken; op 2 is fetched and both are promised. The image opens at op 1.
     *   <li>Op 21 is whole in the image and no mark covers it yet; the mark is written, and op 21 promised. With the image back nothing tells
     *       it from an entry that never was, should it go bad.
     *   <li>Op 2 is promised, rots, and its repair is torn: it is not whole now, but known to be missing. The image knows nothing of it.
     * </ul>
     */
    private boolean isForgotten(
            final int replica, final int group, final DurableImage old, final Reach reach, final long op) {
        final DurableImage image = images[replica][group];
        final boolean isStated = op <= reach.nowStated;
        if (old.isCovered(op) || !image.isCovered(op) && !image.isWhole(op) && !isStated) {
            return false;
        }
        final boolean isKeptByStatementOnly = image.isCovered(op) || isMarked && isStated;
        final long kept = isKeptByStatementOnly ? reach.thenStated : Math.max(reach.thenStated, reach.thenUnbroken);
        return op > kept || !old.holds(op, image.entry(op));
    }

    /**
     * True if enough others are sure to keep this op. Story: the write of op 4 hangs on r2, ops 5 to 12 are durable there, and r0 and r1 commit
     * them; all crash. r2 has acknowledged nothing above op 3, so its opening cuts 5 to 12: it holds none of them.
     */
    private boolean isHeldByOthers(final int replica, final int group, final long op, final long[] unbroken) {
        final long entry = images[replica][group].entry(op);
        int damaged = 1;
        int holders = 0;
        for (int r = 0; r < images.length; r++) {
            if (r != replica) {
                final boolean isBad = isDamaged(r, group, op);
                damaged += isBad ? 1 : 0;
                holders += !isBad
                                && (images[r][group].isCovered(op)
                                        || isSureToKeep(images[r][group], op, entry, unbroken[r]))
                        ? 1
                        : 0;
            }
        }
        final Quorums quorums = Quorums.of(images.length);
        return damaged <= damagedMax
                && holders > images.length - quorums.viewChange()
                && images.length - holders < quorums.nack();
    }

    private static boolean isSureToKeep(
            final DurableImage image, final long op, final long entry, final long unbrokenOp) {
        return op <= unbrokenOp && image.holdsIntact(op, entry);
    }

    /**
     * True if these replicas can repair each other without one of them: of all that damage has taken from them somebody else of them has an
     * intact copy.
     */
    public boolean canMakeWhole(final int group, final int[] replicas, final int without) {
        for (final int replica : replicas) {
            final DurableImage image = images[replica][group];
            final long highest = Math.max(image.highestOp(), image.superblock().checkpointOp());
            for (long op = 1; replica != without && op <= highest; op++) {
                if (isDamaged(replica, group, op)
                        && (image.isCovered(op) || !image.holdsIntact(op, image.entry(op)))
                        && !isHeldAmong(replicas, without, group, op, replica)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isHeldAmong(
            final int[] replicas, final int without, final int group, final long op, final int damaged) {
        final boolean isCovered = images[damaged][group].isCovered(op);
        final long entry = images[damaged][group].entry(op);
        for (final int r : replicas) {
            final DurableImage image = images[r][group];
            final boolean isCheckpoint = image.isCovered(op) && !areFilesLost(r, group);
            final boolean isEntry = !isCovered && image.holdsIntact(op, entry == 0 ? image.entry(op) : entry);
            if (r != without && r != damaged && !isLost[r] && (isCheckpoint || isEntry)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasCheckpointElsewhere(final int replica, final int group, final long checkpointOp) {
        for (int r = 0; r < images.length; r++) {
            if (r != replica
                    && !isLost[r]
                    && !areFilesLost(r, group)
                    && images[r][group].superblock().checkpointOp() >= checkpointOp) {
                return true;
            }
        }
        return false;
    }

    private int losses() {
        int losses = 0;
        for (final boolean lost : isLost) {
            losses += lost ? 1 : 0;
        }
        return losses;
    }

    private int coreMin() {
        final Quorums quorums = Quorums.of(images.length);
        return Math.max(quorums.replication(), quorums.viewChange());
    }

    /** True if no op is damaged on so many replicas that all who acknowledged it may be among them, this one included. */
    private boolean isSpare(final int replica, final int group) {
        long highest = 0;
        for (final DurableImage[] image : images) {
            highest = Math.max(highest, image[group].highestOp());
        }
        for (long op = 1; op <= highest; op++) {
            int damaged = 0;
            for (int r = 0; r < images.length; r++) {
                damaged += r == replica || isDamaged(r, group, op) ? 1 : 0;
            }
            if (damaged > damagedMax) {
                return false;
            }
        }
        return true;
    }

    private boolean isDamaged(final int replica, final int group, final long op) {
        return isLost[replica]
                || (images[replica][group].isCovered(op) ? areFilesLost(replica, group) : wasLost(replica, group, op));
    }

    private boolean isAdmissible(final int replica, final int group, final int sector) {
        if (images.length == 1) {
            return false;
        }
        final DurableImage image = images[replica][group];
        if (DurableImage.isSuperblock(sector)) {
            return image.damagedSuperblockCopies() == 0;
        }
        final long ofEntry = image.isSectorOfEntry(sector) ? image.opOfSector(sector) : 0;
        final long op = image.isCovered(ofEntry) ? 0 : ofEntry;
        if (op > 0 && !hasGoodCopies(replica, group, op)) {
            return false;
        }
        return isNoticed(replica, group, sector);
    }

    /**
     * True if the node can tell from what stays that this sector of the ring, or a mark, is damaged and not merely never written: the highest
     * op that may have been promised is still known.
     */
    public boolean isNoticed(final int replica, final int group, final int sector) {
        final DurableImage image = images[replica][group];
        final long ofEntry = image.isSectorOfEntry(sector) ? image.opOfSector(sector) : 0;
        final long op = image.isCovered(ofEntry) ? 0 : ofEntry;
        // Where a promise waits for its evidence, an op that no evidence ever covered, damaged since or not, was
        // promised to nobody.
        final long promised = isMarked ? image.evidenceWritten() : Long.MAX_VALUE;
        final long damaged = Math.max(op <= promised ? op : 0, image.highestDamagedOp(promised));
        return damaged <= image.evidenceWithout(sector);
    }

    private boolean hasGoodCopies(final int replica, final int group, final long op) {
        final long entry = images[replica][group].entry(op);
        int damaged = 0;
        int good = 0;
        for (int r = 0; r < images.length; r++) {
            if (isDamaged(r, group, op)) {
                damaged++;
            } else if (images[r][group].isCovered(op)) {
                good++;
            } else if (r == replica) {
                damaged++;
            } else if (images[r][group].holdsIntact(op, entry)) {
                good++;
            }
        }
        return good >= 1 && damaged <= damagedMax;
    }
}
