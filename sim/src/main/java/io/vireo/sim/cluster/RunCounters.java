package io.vireo.sim.cluster;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.journal.message.Command;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.network.NetworkStatistics;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.workload.ClientStatistics;

/** Everything a run counts, for statistics and floors. One thread. */
public final class RunCounters {
    public final DiskStatistics disk = new DiskStatistics();
    public final NetworkStatistics network = new NetworkStatistics();
    public final ClientStatistics clients = new ClientStatistics();
    public final TransferStatistics transfers = new TransferStatistics();
    public final StreamStatistics streams = new StreamStatistics();
    public final long[] events = new long[TraceEvent.values().length];
    public final long[] sent = new long[Command.values().length];
    public final long[] transitions = new long[Status.values().length];
    /** How often an opening reached each stage. */
    public final long[] stages = new long[RecoveryStage.values().length];

    /** Of processes in the storm; those that an assault or the heal ends are counted apart. */
    public long crashes;

    public long endsAfterStorm;
    public long recoveryCrashes;
    public long restarts;
    public long partitions;
    /** Times at which a command did not pass some links. */
    public long linkFilters;
    /** Processes that did nothing for a while, and the frames they found waiting. */
    public long pauses;

    public long pausedFrames;
    /** Frames for a paused process that found no room. */
    public long pausedFramesLost;

    /** Machines that stood still with their clocks, and frames of peers that arrived later still than they went on. */
    public long suspensions;

    public long lateFramesOfPeers;

    /** Wall clocks of running processes that were set, and clocks that ran fast or slow. */
    public long clockJumpsForward;

    public long clockJumpsBack;
    public long driftingClocks;
    /** Primaries cut off by a chain of failovers. */
    public long failovers;
    /** Chains of failovers that took all their turns. */
    public long failoverChains;
    /** Acknowledgements of an earlier view that reach the primary of a later one while their op is still open. */
    public long lateAcknowledgements;
    /** DoViewChanges of which the one has the longer and the other one the newer log. */
    public long longerOldLogs;
    /** Replicas that lead again in the same life. */
    public long returns;

    public long viewChanges;
    public long recoveredClean;
    public long recoveredFaulty;
    public long recoveredMissing;
    public long recoveredUnconfirmed;
    public long recoveredCut;
    public long recoveredDead;
    public long uncertainHeads;
    /** Entries found at a restart whose header is intact and whose body is not. */
    public long headersAlone;

    /** Replicas whose superblock was destroyed, and those that refused to open for it. */
    public long superblocksLost;
    /** Of these, those whose whole disk was empty afterwards, and those that refused to open for that. */
    public long disksWiped;
    /** Replicas that count again, in all groups, after they had lost their disk. */
    public long disksReplaced;

    public long refusalsOfEmptyDisks;

    /** Times at which two replicas were started with each other's disk, and processes that refused a disk for that. */
    public long diskSwaps;

    public long refusalsOfForeignDisks;
    /** Disks of groups that were elsewhere, compared with what they had been. */
    public long comparedDisks;

    /** Old images that were put back on the disks of a replica, and ops that it had by then and not in the image. */
    public long diskImages;
    /** Images that were never put back, because somebody relied on what was said since. */
    public long imagesRejected;

    public long forgottenOps;

    public long refusals;
    /** Of these the ones that a lost superblock demands. */
    public long refusalsWithoutSuperblock;

    public long snapshotsDamaged;
    /** Sectors of segments that went bad. */
    public long segmentsDamaged;

    public long filesLost;

    /** Chunks of files that running replicas have checked; damage that they found, healed, and could not heal for a while at least. */
    public long scrubbedChunks;

    public long scrubFound;
    public long scrubHealed;
    public long scrubUnhealed;

    /** Runs whose disks were damaged up to the limit, and beyond it, when the storm was over; sectors that were. */
    public long exactlyF;

    public long beyondF;
    public long assaultedSectors;
    /** Runs beyond the limit that did not come back. */
    public long beyondNotLive;

    /** Partial faults that stayed in a healed core: links, disks, and large frames lost. */
    public long residualLinks;

    /** Links that were mended, or not cut at all, because the core bears no further failure: see {@link ResidualFault}. */
    public long residualLinksMended;

    public long residualLinksRefused;

    public long residualDisks;
    public long residualLosses;

    /** Sectors of data files that went bad in the storm. */
    public long rottenSectors;
    /** Damage of every kind that took place, that of an assault among it, and attempts at it that the atlas has refused. */
    public long rotAdmitted;

    public long rotRejected;
    public long outcomesOk;
    public long outcomesUnknown;
    public long outcomesNotApplied;
    public long reads;
    public long linearizableReads;
    public long committedOps;
    public long comparedOps;
    public long auditedFrames;
    public long comparedCheckpoints;
    public long checkedCheckpoints;
    /** Files of fetched checkpoints compared with what these list. */
    public long installedFiles;
    /** Frames of replicas that synchronize their state. */
    public long syncRequests;
    /** Of a state machine under test: requests answered with OK, snapshots, restores, and executions compared with an earlier one. */
    public long machineOks;

    public long machineSnapshots;
    public long machineRestores;
    public long machineComparisons;

    /** What the auditors of state, content, bounds and namespaces have compared. */
    public long comparedOpenings;

    public long comparedStates;
    public long comparedBodies;
    public long comparedChunks;
    public long comparedReplies;
    public long boundedTurns;
    public long definiteFailures;

    void onSent(final Command command) {
        sent[command.ordinal()]++;
    }

    void onStage(final RecoveryStage stage) {
        stages[stage.ordinal()]++;
    }

    void onEvent(final TraceEvent event) {
        events[event.ordinal()]++;
    }

    void onTransition(final Status from, final Status to) {
        transitions[to.ordinal()]++;
        if (from != to && to == Status.NORMAL) {
            viewChanges++;
        }
    }

    void onRecovered(final RecoveryReport report) {
        recoveredClean += report.clean();
        recoveredFaulty += report.faulty();
        recoveredMissing += report.missing();
        recoveredUnconfirmed += report.unconfirmed();
        recoveredCut += report.cutEntries();
        recoveredDead += report.deadEntries();
        uncertainHeads += report.isHeadCertain() ? 0 : 1;
    }

    /** At the end of a run: what auditors and the atlas have counted. */
    void sumUp(final Auditors auditors, final FaultAtlas atlas, final int groups) {
        rotAdmitted = atlas.admitted();
        rotRejected = atlas.rejected();
        reads = auditors.reads.reads();
        linearizableReads = auditors.reads.linearizable();
        comparedOps = auditors.canon.compared();
        comparedCheckpoints = auditors.checkpoints.compared();
        checkedCheckpoints = auditors.snapshots.checked();
        installedFiles = auditors.snapshots.installedFiles();
        syncRequests = auditors.syncSilence.requests();
        auditedFrames = auditors.writeAhead.checked();
        comparedOpenings = auditors.replay.opened();
        comparedStates = auditors.replay.compared();
        comparedDisks = auditors.identity.compared();
        comparedBodies = auditors.damage.bodies();
        comparedReplies = auditors.damage.rows();
        comparedChunks = auditors.damage.chunks();
        boundedTurns = auditors.bounds.checked();
        definiteFailures = auditors.honesty.refusals();
        for (int group = 0; group < groups; group++) {
            committedOps += auditors.canon.top(group);
        }
    }

    /** How often a core event was traced. */
    public long of(final TraceEvent event) {
        return events[event.ordinal()];
    }
}
