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
 * When it first does, so many others have its new life durably that they meet every quorum of the former one; its log is durably of a later
 * view than any in which it had acknowledged or led; and all that clients had been told by the time of the loss is on its disk again. Decided
 * from the disks, not from what the replica thinks of itself.
 */
public final class RejoinAuditor extends Auditor {
    private final DurableImage[][] images;
    private final CanonicalChainAuditor canon;
    private final DurabilityAuditor durability;
    private final FaultAtlas atlas;
    private final int recordersMin;
    /** It has lost its disk and has not said anything that counts since. */
    private final boolean[][] isForgetful;
    /** The latest view in which it took part, in any life. */
    private final long[][] partView;
    /** Highest op that a client had been told of when it was lost. */
    private final long[][] acknowledged;

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
        recordersMin = Math.min(Quorums.of(images.length).viewChange(), images.length - 1);
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
        int recorders = 0;
        for (int r = 0; r < images.length; r++) {
            recorders +=
                    r != replica && life > 0 && images[r][group].superblock().life(replica) >= life ? 1 : 0;
        }
        checkNumbers(
                recorders >= recordersMin,
                "a replica that has lost its disk counts only when enough others have recorded that",
                replica,
                group,
                frame.view(),
                0,
                frame.command() + ": recorded by, needed",
                recorders,
                recordersMin);
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
