package io.vireo.sim.audit;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.Quorums;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SuperblockImage;
import java.util.Arrays;

/**
 * A22: a replica whose disk was lost votes, acknowledges, confirms and leads only when nobody can rely any more on what it has forgotten.
 * When it first does, so few of the others that count lack its new life that no quorum is of these alone, and so it stays when others come
 * back, who may have known it on a disk that they have lost; its log is durably of a later
 * view than any in which it had acknowledged or led; and all that clients had been told by the time of the loss is on its disk again. Decided
 * from the disks, not from what the replica thinks of itself.
 */
public final class RejoinAuditor extends Auditor {
    private final DurableImage[][] images;
    private final CanonicalChainAuditor canon;
    private final DurabilityAuditor durability;
    private final FaultAtlas atlas;
    /** Of the others that count, so many may not have recorded a life. */
    private final int lackingMax;
    /** It has lost its disk and has not said anything that counts since. */
    private final boolean[][] isForgetful;
    /** The latest view in which it took part, in any life. */
    private final long[][] partView;
    /** Highest op that a client had been told of when it was lost. */
    private final long[][] acknowledged;

    /** The operator has made a mistake that nothing can make up for. */
    private boolean isAnyFormatted;

    private long checked;

    public RejoinAuditor(
            final AuditLog log,
            final DurableImage[][] images,
            final CanonicalChainAuditor canon,
            final DurabilityAuditor durability,
            final FaultAtlas atlas) {
        super("A22", log);
        this.images = images;
        this.canon = canon;
        this.durability = durability;
        this.atlas = atlas;
        lackingMax = images.length - 1 - Math.min(Quorums.of(images.length).viewChange(), images.length - 1);
        isForgetful = new boolean[images.length][images[0].length];
        partView = new long[images.length][images[0].length];
        acknowledged = new long[images.length][images[0].length];
    }

    /** Groups of replicas that had lost a disk and were found to be right to count again. */
    public long checked() {
        return checked;
    }

    /** The disks of this replica are empty. */
    void onWiped(final int replica) {
        for (int group = 0; group < images[replica].length; group++) {
            for (int other = 0; other < images.length; other++) {
                // It had made up its mind before one of those was lost who would bear it out, and has not spoken yet.
                isForgetful[other][group] &= !images[other][group].superblock().isVoter();
            }
            isForgetful[replica][group] = true;
            acknowledged[replica][group] = durability.acknowledged(group);
        }
    }

    /** The operator has begun anew on the empty disk, against all rules: what this replica says is not judged any more; others have to be. */
    void onFormatted(final int replica) {
        Arrays.fill(isForgetful[replica], false);
        isAnyFormatted = true;
    }

    @Override
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        final int group = frame.group();
        final Command command = frame.command();
        final boolean isPart = command == Command.PREPARE_OK
                || command == Command.COMMIT_OK
                || command == Command.COMMIT
                || command == Command.START_VIEW;
        final boolean isVote = command == Command.START_VIEW_CHANGE
                || command == Command.DO_VIEW_CHANGE
                || command == Command.RECOVER_OK;
        if (isForgetful[replica][group] && (isPart || isVote)) {
            isForgetful[replica][group] = false;
            checked++;
            checkMayCount(replica, group, frame);
        }
        if (isPart) {
            partView[replica][group] = Math.max(partView[replica][group], frame.view());
        }
    }

    private void checkMayCount(final int replica, final int group, final HeaderFlyweight frame) {
        final long life = images[replica][group].superblock().life(replica);
        final int lacking = lacking(replica, group);
        checkNumbers(
                lacking <= lackingMax,
                "a replica that has lost its disk counts only when enough others have recorded that",
                replica,
                group,
                frame.view(),
                0,
                frame.command() + ": count and have not recorded it, at most",
                lacking,
                lackingMax);
        for (int other = 0; other < images.length && !isAnyFormatted; other++) {
            final boolean isKnown = other == replica
                    || isForgetful[other][group]
                    || images[other][group].superblock().life(other) == 0
                    || lacking(other, group) <= lackingMax;
            checkNumbers(
                    isKnown,
                    "a replica that has lost its disk counts only when it knows of others what it had known, or enough others do",
                    replica,
                    group,
                    frame.view(),
                    0,
                    frame.command() + ": the other one, its life",
                    other,
                    images[other][group].superblock().life(other));
        }
        if (images.length == 2) {
            checkIsAdmitted(replica, group, frame, life);
        }
        final long logView = images[replica][group].superblock().logView();
        checkNumbers(
                logView > partView[replica][group],
                "a replica that has lost its disk counts only with a log of a later view than any it had acknowledged in",
                replica,
                group,
                frame.view(),
                0,
                frame.command() + ": logView, acknowledged in",
                logView,
                partView[replica][group]);
        long missing = 0;
        for (long op = acknowledged[replica][group]; op >= 1 && !images[replica][group].isCovered(op); op--) {
            if (!images[replica][group].holds(op, canon.checksumLo(group, op))
                    && !atlas.wasDamaged(replica, group, op)) {
                missing = op;
            }
        }
        checkNumbers(
                missing == 0,
                "a replica that has lost its disk counts only when it has everything that clients were told of",
                replica,
                group,
                frame.view(),
                missing,
                frame.command() + ": missing, told of",
                missing,
                acknowledged[replica][group]);
    }

    /**
     * Others that count and do not have the life of this one. Story: four of six record it, and one of them loses its disk before it is
     * whole. Three have it now; the fourth one counts in nothing, and asks so many others before it does that it hears of it again. One whose
     * superblock was destroyed opens no more. It is told by that alone, not by what the atlas holds lost, which a replica of many groups is
     * until it counts in all of them.
     */
    private int lacking(final int replica, final int group) {
        final long life = images[replica][group].superblock().life(replica);
        int lacking = 0;
        for (int r = 0; r < images.length; r++) {
            final SuperblockImage superblock = images[r][group].superblock();
            final boolean isRecorded = life > 0 && superblock.life(replica) >= life;
            final boolean isCounting = superblock.isOpenable() && !isForgetful[r][group];
            lacking += r != replica && isCounting && !isRecorded ? 1 : 0;
        }
        return lacking;
    }

    /** Of two replicas the other one may have begun views alone: it begins no more, and has begun none that this one does not know of. */
    private void checkIsAdmitted(final int replica, final int group, final HeaderFlyweight frame, final long life) {
        final SuperblockImage own = images[replica][group].superblock();
        final SuperblockImage other = images[1 - replica][group].superblock();
        checkNumbers(
                other.partnerLife() >= life,
                "of two replicas one counts again only when the other one has recorded that it is not alone any more",
                replica,
                group,
                frame.view(),
                0,
                frame.command() + ": life, recorded",
                life,
                other.partnerLife());
        checkNumbers(
                other.logView() <= own.logView(),
                "of two replicas one counts again only when the other one has begun no later view",
                replica,
                group,
                frame.view(),
                0,
                frame.command() + ": logView, of the other one",
                own.logView(),
                other.logView());
    }
}
