package io.vireo.sim;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.transport.CloseReason;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.cluster.StreamStatistics;
import io.vireo.sim.cluster.TransferStatistics;
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
    public static final int RUNS_MIN = 100;

    /** Campaigns below this size need not have met what takes two faults at one crash, or a fault at a certain moment. */
    private static final int RARE_RUNS_MIN = 2_000;

    /** Campaigns below this size need not have met what takes a cluster without any checkpoint to fetch. */
    private static final int RAREST_RUNS_MIN = 5_000;

    /** What a receiver can find wrong with the bytes of a connection. */
    private static final CloseReason[] REFUSALS = {
        CloseReason.INVALID_FRAME, CloseReason.OVERSIZE, CloseReason.TRUNCATED
    };

    private static final int LEGITIMATE_PERCENT_MAX = 1;

    /**
     * Something that must have happened.
     *
     * @param missed what is missing, in a sentence, or null if the floor is reached.
     */
    public record Floor(String name, String missed) {}

    private Floors() {}

    /** The floors this campaign has not reached, one sentence each; none if it is too small to be judged. */
    public static List<String> missed(final CampaignSummary summary, final Machine machine) {
        return summary.runs < RUNS_MIN
                ? List.of()
                : of(summary, machine).stream()
                        .map(Floor::missed)
                        .filter(missed -> missed != null)
                        .toList();
    }

    /** All floors of a campaign of this size; those of one below {@link #RUNS_MIN} say nothing yet. */
    public static List<Floor> of(final CampaignSummary summary, final Machine machine) {
        return machine == Machine.LOG ? ofLog(summary) : ofStreams(summary);
    }

    /** What only streams have, and what their runs need of all the rest to be runs at all: the log's hunt judges the faults. */
    private static List<Floor> ofStreams(final CampaignSummary summary) {
        final List<Floor> floors = new ArrayList<>();
        final RunCounters total = summary.total;
        final StreamStatistics streams = total.streams;
        share(
                floors,
                "runs with a crash and a restart",
                summary.runsWithCrashAndRestart,
                summary.runs,
                CRASHED_PERCENT_MIN);
        lossesAreRare(floors, summary);
        floor(floors, "connections of clients refused", streams.connectionsRefused);
        floor(floors, "connections of clients broken", streams.connectionsBroken);
        floor(floors, "requests handed to a group of another shard", streams.handedOver);
        floor(floors, "restarts with another number of shards", streams.shardChanges);
        floor(floors, "answers that something is done", streams.answersOk);
        floor(floors, "answers that something is refused", streams.answersRefused);
        floor(floors, "answers that nothing is known", streams.answersUnknown);
        floor(floors, "messages stored", streams.appended);
        floor(floors, "messages that clients were told are stored", streams.acknowledged);
        floor(floors, "polls judged", streams.polls);
        floor(floors, "messages shown by polls", streams.shown);
        floor(floors, "offsets of consumers stored", streams.offsetsStored);
        floor(floors, "offsets of consumers told and judged", streams.offsetsAsked);
        floor(floors, "groups of consumers with members looked at", streams.groupsChecked);
        floor(floors, "lives of partitions that ended", streams.endedLives);
        floor(floors, "lives of partitions that were dropped", streams.drops);
        floor(floors, "drops carried by backups of the metadata", streams.lateDrops);
        floor(floors, "partitions renewed because ends were forgotten", streams.renewals);
        floor(floors, "old segments that went", streams.forgotten);
        floor(floors, "frames that are no requests", streams.strangeFrames);
        floor(floors, "sends refused for good and watched", streams.refusals);
        floor(floors, "changes of users and tokens", streams.userChanges);
        floor(floors, "logins of users", streams.userLogins);
        floor(floors, "logins refused and judged", streams.loginsRefused);
        floor(floors, "commands that a permission allowed", streams.commandsAllowed);
        floor(floors, "commands that no permission allowed", streams.commandsForbidden);
        floor(floors, "logins that had to succeed", streams.certainLogins);
        floor(floors, "logins by former passwords that had to fail", streams.certainLoginsRefused);
        floor(floors, "logins by tokens that had to succeed", streams.certainTokens);
        floor(floors, "logins by tokens that had to fail", streams.certainTokensRefused);
        floor(floors, "commands that had to be allowed", streams.certainAllowed);
        floor(floors, "commands that had to be forbidden", streams.certainForbidden);
        floor(floors, "changes of users that had to succeed", streams.certainChanges);
        floor(floors, "changes of users that had to be refused", streams.certainChangesRefused);
        floor(floors, "answers about users after the heal that had to be as they were", streams.lastAnswers);
        floor(floors, "requests of the log searched for passwords and tokens", streams.searchedForSecrets);
        floor(floors, "executions compared with the placement", streams.placementsChecked);
        floor(floors, "executions of a request compared", total.machineComparisons);
        floor(floors, "snapshots of streams", total.machineSnapshots);
        floor(floors, "restores of streams", total.machineRestores);
        floor(floors, "checkpoints of two replicas compared", total.comparedCheckpoints);
        floor(floors, "openings compared with the fold", total.comparedOpenings);
        floor(floors, "primaries cut off by a chain of failovers", total.failovers);
        floor(floors, "state synchronizations", total.of(TraceEvent.STATE_SYNC_INSTALLED));
        return floors;
    }

    private static void lossesAreRare(final List<Floor> floors, final CampaignSummary summary) {
        final boolean isLossBounded = summary.legitimate.size() * 100L <= summary.runs * LEGITIMATE_PERCENT_MAX;
        floors.add(new Floor(
                "legitimate losses are rare",
                isLossBounded
                        ? null
                        : "legitimate losses " + summary.legitimate.size() + " of " + summary.runs + ", allowed are "
                                + LEGITIMATE_PERCENT_MAX + " %"));
    }

    private static List<Floor> ofLog(final CampaignSummary summary) {
        final List<Floor> floors = new ArrayList<>();
        final RunCounters total = summary.total;
        share(
                floors,
                "runs with a crash and a restart",
                summary.runsWithCrashAndRestart,
                summary.runs,
                CRASHED_PERCENT_MIN);
        share(
                floors,
                "runs in which an op was applied twice or by two",
                summary.runsComparing,
                summary.runs,
                COMPARED_PERCENT_MIN);
        lossesAreRare(floors, summary);
        floor(floors, "crashes in recovery", total.recoveryCrashes);
        floor(floors, "partitions", total.partitions);
        floor(floors, "chains of failovers that took all their turns", total.failoverChains);
        floor(floors, "acknowledgements of an earlier view at a later primary", total.lateAcknowledgements);
        floor(floors, "longer logs of an older logView in a view change", total.longerOldLogs);
        floor(floors, "primaries that led before", total.returns);
        floor(floors, "acknowledgements held back", total.network.held);
        floor(floors, "frames lost", total.network.lost);
        floor(floors, "frames duplicated", total.network.duplicated);
        floor(floors, "frames reordered", total.network.reordered);
        floor(floors, "clogs", total.network.clogs);
        floor(floors, "frames of an earlier life or view again", total.network.late);
        floor(floors, "frames cut", total.network.cut);
        floor(floors, "corrupt frames refused", total.network.corrupted);
        floor(floors, "frames that another end got", total.network.misdelivered);
        floor(floors, "frames of which only a prefix arrived", total.network.truncated);
        floor(floors, "frames under way on a broken connection", total.network.resetLost);
        floor(floors, "frames for which a queue had no room", total.network.overflowed);
        floor(floors, "frames that a filter took", total.network.filtered);
        for (final CloseReason reason : REFUSALS) {
            floor(floors, "connections closed for " + reason, total.network.closed[reason.ordinal()]);
        }
        floor(floors, "processes paused", total.pauses);
        floor(floors, "frames that waited for a paused process", total.pausedFrames);
        floor(floors, "machines suspended", total.suspensions);
        floor(floors, "frames of peers that reached a machine long after it went on", total.lateFramesOfPeers);
        floor(floors, "wall clocks set forward", total.clockJumpsForward);
        floor(floors, "wall clocks set back", total.clockJumpsBack);
        floor(floors, "clocks that drift", total.driftingClocks);
        floor(floors, "clients that died", total.clients.deaths);
        floor(floors, "frames of retry storms", total.clients.repeats);
        floor(floors, "old requests sent again", total.clients.oldRequests);
        floor(floors, "requests ahead of their window", total.clients.requestsAhead);
        floor(floors, "linearizable reads of clients that did not know who leads", total.clients.blindReads);
        floor(floors, "requests of no session", total.clients.strangeSessions);
        floor(floors, "malformed frames of clients", total.clients.malformed);
        floor(floors, "writes lost at a crash", total.disk.lostWrites);
        floor(floors, "writes kept at a crash", total.disk.keptWrites);
        floor(floors, "torn writes", total.disk.tornWrites);
        floor(floors, "garbage sectors", total.disk.garbageSectors);
        floor(floors, "names lost at a crash", total.disk.namesLost);
        floor(floors, "names kept at a crash", total.disk.namesKept);
        floor(floors, "growths of which the size alone was kept", total.disk.emptyGrowths);
        floor(floors, "calls that hung", total.disk.stalls);
        floor(floors, "failed syncs", total.disk.failedSyncs);
        floor(floors, "writes dropped by a failed sync", total.disk.droppedWrites);
        floor(floors, "sectors damaged", total.rottenSectors);
        floor(floors, "writes that never landed", total.disk.staleSectors);
        floor(floors, "misdirected writes", total.disk.misdirectedWrites);
        floor(floors, "sectors zeroed", total.disk.zeroedSectors);
        floor(floors, "reads of good sectors failed", total.disk.readErrors);
        floor(floors, "misdirected reads", total.disk.misdirectedReads);
        floor(floors, "stale reads", total.disk.staleReads);
        floor(floors, "sectors of segments damaged", total.segmentsDamaged);
        floor(floors, "files truncated", total.disk.truncations);
        floor(floors, "writes without space", total.disk.fullWrites);
        floor(floors, "writes of which a part had space", total.disk.shortWrites);
        floor(floors, "writes that overtook one of the same file", total.disk.overtakingWrites);
        floor(floors, "sectors torn in blocks of the device", total.disk.tornSectors);
        floor(floors, "superblocks lost", total.superblocksLost);
        floor(floors, "refusals to open without a superblock", total.refusalsWithoutSuperblock);
        floor(floors, "disks wiped", total.disksWiped);
        floor(floors, "replicas that count again after the loss of their disk", total.disksReplaced);
        floor(floors, "refusals to open an empty disk", total.refusalsOfEmptyDisks);
        floor(floors, "disks that changed places", total.diskSwaps);
        floor(floors, "refusals to open the disk of another replica", total.refusalsOfForeignDisks);
        floor(floors, "disks that came back compared with what they were", total.comparedDisks);
        floor(floors, "old images of disks put back", total.diskImages);
        floor(floors, "ops that an old image does not have", total.forgottenOps);
        transfers(floors, total.transfers, summary.runs);
        floor(floors, "snapshots damaged", total.snapshotsDamaged);
        floor(floors, "files lost", total.filesLost);
        floor(floors, "chunks of files checked by running replicas", total.scrubbedChunks);
        if (summary.runs >= RARE_RUNS_MIN) {
            floor(floors, "damaged chunks found by running replicas", total.scrubFound);
            floor(floors, "damaged chunks healed while replicas run", total.scrubHealed);
        }
        floor(floors, "runs damaged up to the limit", total.exactlyF);
        floor(floors, "runs damaged beyond the limit", total.beyondF);
        floor(floors, "runs damaged beyond the limit that did not come back", total.beyondNotLive);
        floor(floors, "links that stayed one-way in a healed core", total.residualLinks);
        floor(floors, "large frames lost in a healed core", total.residualLosses);
        floor(floors, "disks that stayed slow in a healed core", total.residualDisks);
        floor(floors, "damaged sectors read", total.disk.rotReads);
        floor(floors, "reads failed", total.disk.failedReads);
        floor(floors, "entries recovered clean", total.recoveredClean);
        floor(floors, "entries recovered faulty", total.recoveredFaulty);
        floor(floors, "entries recovered missing", total.recoveredMissing);
        floor(floors, "entries recovered unconfirmed", total.recoveredUnconfirmed);
        floor(floors, "entries cut at recovery", total.recoveredCut);
        floor(floors, "dead entries at recovery", total.recoveredDead);
        floor(floors, "intact headers of torn or damaged entries at recovery", total.headersAlone);
        floor(floors, "linearizable reads", total.linearizableReads);
        floor(floors, "openings compared with the fold", total.comparedOpenings);
        floor(floors, "states compared after an op", total.comparedStates);
        floor(floors, "bodies compared with what was submitted", total.comparedBodies);
        floor(floors, "replies compared with the place of their request", total.comparedReplies);
        floor(floors, "served pieces of files compared", total.comparedChunks);
        floor(floors, "turns whose bounds were looked at", total.boundedTurns);
        floor(floors, "checkpoints looked at on disk", total.checkedCheckpoints);
        floor(floors, "files of fetched checkpoints compared", total.installedFiles);
        floor(floors, "frames of replicas that fetch a checkpoint", total.syncRequests);
        floor(floors, "checkpoints of two replicas compared", total.comparedCheckpoints);
        for (final Status status : Status.values()) {
            if (status != Status.RECOVERING_HEAD || summary.runs >= RARE_RUNS_MIN) {
                floor(floors, "transitions to " + status, total.transitions[status.ordinal()]);
            }
        }
        for (final RecoveryStage stage : RecoveryStage.values()) {
            if (stage != RecoveryStage.NEW) {
                floor(floors, "openings that reached " + stage, total.stages[stage.ordinal()]);
            }
        }
        for (final TraceEvent event : TraceEvent.values()) {
            // No state diverges where none is made to: the scenarios do that.
            if (event != TraceEvent.STATE_DIVERGED
                    && event != TraceEvent.CHECKPOINTS_DIFFER
                    && (event != TraceEvent.STATE_SYNC_GIVEN_UP || summary.runs >= RAREST_RUNS_MIN)) {
                floor(floors, "events " + event, total.of(event));
            }
        }
        return floors;
    }

    /** A fault that is aimed at a state synchronization strikes in few runs: in a third of them there is one at all. */
    private static void transfers(final List<Floor> floors, final TransferStatistics total, final long runs) {
        floor(floors, "crashes of receivers of a checkpoint", total.receiverCrashes);
        floor(floors, "crashes of peers that serve a checkpoint", total.serverCrashes);
        floor(floors, "pieces that a peer had no more", total.refusals);
        floor(floors, "receivers of a checkpoint that changed the peer", total.peerChanges);
        floor(floors, "links to a receiver that had enough to carry", total.crowded);
        if (runs >= RARE_RUNS_MIN) {
            floor(floors, "pieces of files of which a prefix arrived", total.cuts);
            floor(floors, "peers whose pieces did not arrive", total.stalls);
            floor(floors, "receivers of a checkpoint short of space", total.fullReceivers);
            floor(floors, "peers whose copy rotted while another one fetched it", total.rottenPeers);
            floor(floors, "files that rotted at a receiver before it looked at them", total.rottenReceivers);
            floor(floors, "receivers that went over to a newer checkpoint", total.retargets);
            floor(floors, "answers with other bytes than the file has", total.lies);
            floor(floors, "answers with more bytes than were asked for", total.oversizeLies);
            floor(floors, "pieces of files that arrived a few bytes at a time", total.drippedPieces);
            floor(floors, "ways for pieces of files that were gone", total.lostWays);
            floor(floors, "peers to which no way for pieces of files led", total.missedWays);
            floor(floors, "peers that were told that a chunk came wrong", total.accusations);
        }
    }

    private static void share(
            final List<Floor> floors, final String what, final long part, final long whole, final int percentMin) {
        floors.add(new Floor(
                what,
                part * 100 >= whole * percentMin
                        ? null
                        : what + ": " + part + " of " + whole + ", at least " + percentMin + " % are needed"));
    }

    private static void floor(final List<Floor> floors, final String what, final long count) {
        floors.add(new Floor(what, count > 0 ? null : what + ": none"));
    }
}
