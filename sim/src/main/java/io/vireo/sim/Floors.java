package io.vireo.sim;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.sim.Campaign.CampaignSummary;
import io.vireo.sim.cluster.RunCounters;
import java.util.ArrayList;
import java.util.List;

/**
 * A14: a campaign that has not met what it is meant to survive proves nothing. Each floor is an event that must have happened; shares
 * are of all runs.
 */
public final class Floors {
    private static final int CRASHED_PERCENT_MIN = 80;
    private static final int COMPARED_PERCENT_MIN = 80;
    /** Campaigns below this size are too small to have met everything. */
    private static final int RUNS_MIN = 100;

    /** Campaigns below this size need not have met what takes two faults at one crash. */
    private static final int RARE_RUNS_MIN = 2_000;

    /** Campaigns below this size need not have met what takes a cluster without any checkpoint to fetch. */
    private static final int RAREST_RUNS_MIN = 5_000;

    private static final int LEGITIMATE_PERCENT_MAX = 1;

    private Floors() {}

    /** The floors this campaign has not reached, one sentence each. */
    public static List<String> missed(final CampaignSummary summary) {
        final List<String> missed = new ArrayList<>();
        if (summary.runs < RUNS_MIN) {
            return missed;
        }
        final RunCounters total = summary.total;
        share(
                missed,
                "runs with a crash and a restart",
                summary.runsWithCrashAndRestart,
                summary.runs,
                CRASHED_PERCENT_MIN);
        share(
                missed,
                "runs in which an op was applied twice or by two",
                summary.runsComparing,
                summary.runs,
                COMPARED_PERCENT_MIN);
        if (summary.legitimate.size() * 100L > summary.runs * LEGITIMATE_PERCENT_MAX) {
            missed.add("legitimate losses " + summary.legitimate.size() + " of " + summary.runs + ", allowed are "
                    + LEGITIMATE_PERCENT_MAX + " %");
        }
        floor(missed, "crashes in recovery", total.recoveryCrashes);
        floor(missed, "partitions", total.partitions);
        floor(missed, "chains of failovers that took all their turns", total.failoverChains);
        floor(missed, "acknowledgements of an earlier view at a later primary", total.lateAcknowledgements);
        floor(missed, "longer logs of an older logView in a view change", total.longerOldLogs);
        floor(missed, "primaries that led before", total.returns);
        floor(missed, "acknowledgements held back", total.network.held);
        floor(missed, "frames lost", total.network.lost);
        floor(missed, "frames duplicated", total.network.duplicated);
        floor(missed, "frames reordered", total.network.reordered);
        floor(missed, "clogs", total.network.clogs);
        floor(missed, "frames cut", total.network.cut);
        floor(missed, "writes lost at a crash", total.disk.lostWrites);
        floor(missed, "writes kept at a crash", total.disk.keptWrites);
        floor(missed, "torn writes", total.disk.tornWrites);
        floor(missed, "garbage sectors", total.disk.garbageSectors);
        floor(missed, "names lost at a crash", total.disk.namesLost);
        floor(missed, "names kept at a crash", total.disk.namesKept);
        floor(missed, "growths of which the size alone was kept", total.disk.emptyGrowths);
        floor(missed, "calls that hung", total.disk.stalls);
        floor(missed, "failed syncs", total.disk.failedSyncs);
        floor(missed, "writes dropped by a failed sync", total.disk.droppedWrites);
        floor(missed, "sectors damaged", total.rotAdmitted);
        floor(missed, "writes that never landed", total.disk.staleSectors);
        floor(missed, "misdirected writes", total.disk.misdirectedWrites);
        floor(missed, "sectors zeroed", total.disk.zeroedSectors);
        floor(missed, "superblocks lost", total.superblocksLost);
        floor(missed, "refusals to open without a superblock", total.refusals);
        floor(missed, "snapshots damaged", total.snapshotsDamaged);
        floor(missed, "files lost", total.filesLost);
        floor(missed, "damaged sectors read", total.disk.rotReads);
        floor(missed, "reads failed", total.disk.failedReads);
        floor(missed, "entries recovered clean", total.recoveredClean);
        floor(missed, "entries recovered faulty", total.recoveredFaulty);
        floor(missed, "entries recovered missing", total.recoveredMissing);
        floor(missed, "entries recovered unconfirmed", total.recoveredUnconfirmed);
        floor(missed, "entries cut at recovery", total.recoveredCut);
        floor(missed, "dead entries at recovery", total.recoveredDead);
        floor(missed, "intact headers of torn or damaged entries at recovery", total.headersAlone);
        floor(missed, "linearizable reads", total.linearizableReads);
        floor(missed, "checkpoints looked at on disk", total.checkedCheckpoints);
        floor(missed, "checkpoints of two replicas compared", total.comparedCheckpoints);
        for (final Status status : Status.values()) {
            if (status != Status.RECOVERING_HEAD || summary.runs >= RARE_RUNS_MIN) {
                floor(missed, "transitions to " + status, total.transitions[status.ordinal()]);
            }
        }
        for (final RecoveryStage stage : RecoveryStage.values()) {
            if (stage != RecoveryStage.NEW) {
                floor(missed, "openings that reached " + stage, total.stages[stage.ordinal()]);
            }
        }
        for (final TraceEvent event : TraceEvent.values()) {
            if (event != TraceEvent.STATE_SYNC_GIVEN_UP || summary.runs >= RAREST_RUNS_MIN) {
                floor(missed, "events " + event, total.of(event));
            }
        }
        return missed;
    }

    private static void share(
            final List<String> missed, final String what, final long part, final long whole, final int percentMin) {
        if (part * 100 < whole * percentMin) {
            missed.add(what + ": " + part + " of " + whole + ", at least " + percentMin + " % are needed");
        }
    }

    private static void floor(final List<String> missed, final String what, final long count) {
        if (count == 0) {
            missed.add(what + ": none");
        }
    }
}
