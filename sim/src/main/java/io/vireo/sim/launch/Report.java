package io.vireo.sim.launch;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.node.core.TraceEvent;
import io.vireo.sim.CampaignSummary;
import io.vireo.sim.CampaignSummary.FailureGroup;
import io.vireo.sim.CounterFields;
import io.vireo.sim.RunResult;
import io.vireo.sim.SeedRange;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.fault.Regime;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Texts about runs, for people and as JSON lines. */
final class Report {
    private Report() {}

    static String line(final RunResult result) {
        return String.format(
                "seed %d %s hash=%016x events=%d virtual=%.1fs%s",
                result.seed(),
                result.verdict(),
                result.traceHash(),
                result.events(),
                result.virtualNs() / 1e9,
                result.message() == null ? "" : " " + result.message());
    }

    /**
     * What to type for this run.
     *
     * @param machine that it runs.
     * @param regime that it was forced into, or null for the one that the seed draws.
     */
    static String command(final long seed, final Machine machine, final Regime regime) {
        return "vireo-sim run --seed " + seed + (machine == Machine.LOG ? "" : " --machine " + machine)
                + (regime == null ? "" : " --regime " + regime);
    }

    static String json(final RunResult result) {
        final RunCounters counters = result.counters();
        return "{\"seed\":" + result.seed() + ",\"verdict\":\"" + result.verdict() + "\",\"hash\":\""
                + String.format("%016x", result.traceHash()) + "\",\"events\":" + result.events() + ",\"virtualMs\":"
                + result.virtualNs() / 1_000_000 + ",\"ops\":" + counters.committedOps + ",\"crashes\":"
                + counters.crashes
                + ",\"restarts\":" + counters.restarts
                + (result.message() == null ? "" : ",\"message\":" + quote(result.message())) + "}";
    }

    /** The last line of a hunt. */
    static String json(
            final SeedRange range, final CampaignSummary summary, final List<String> missed, final long tookNs) {
        final StringBuilder out = new StringBuilder("{\"summary\":\"").append(range);
        out.append("\",\"seeds\":").append(range.count());
        out.append(",\"runs\":").append(summary.runs);
        out.append(",\"runsWithCrashAndRestart\":").append(summary.runsWithCrashAndRestart);
        out.append(",\"failed\":").append(summary.failed());
        out.append(",\"legitimateLosses\":").append(summary.legitimate);
        out.append(",\"events\":").append(summary.events);
        out.append(",\"ops\":").append(summary.total.committedOps);
        out.append(String.format(Locale.ROOT, ",\"seconds\":%.3f", tookNs / 1e9));
        out.append(",\"failures\":[");
        String separator = "";
        for (final Map.Entry<String, FailureGroup> failure : summary.failures.entrySet()) {
            final FailureGroup group = failure.getValue();
            out.append(separator).append("{\"signature\":").append(quote(failure.getKey()));
            out.append(",\"verdict\":\"").append(group.verdict);
            out.append("\",\"message\":").append(quote(String.valueOf(group.message)));
            out.append(",\"seeds\":").append(group.seeds).append('}');
            separator = ",";
        }
        out.append("],\"floorsMissed\":[");
        out.append(String.join(",", missed.stream().map(Report::quote).toList()));
        out.append("],\"counters\":{");
        separator = "";
        for (final Map.Entry<String, Long> counter :
                CounterFields.values(summary.total).entrySet()) {
            out.append(separator).append(quote(counter.getKey())).append(':').append(counter.getValue());
            separator = ",";
        }
        return out.append("}}").toString();
    }

    static String quote(final String text) {
        final StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    static void printStatistics(final PrintWriter out, final RunCounters c) {
        out.println("crashes=" + c.crashes + " inRecovery=" + c.recoveryCrashes + " restarts=" + c.restarts
                + " viewChanges=" + c.viewChanges + " partitions=" + c.partitions + " failovers=" + c.failovers
                + " failoverChains=" + c.failoverChains);
        out.println("rare: lateAcknowledgements=" + c.lateAcknowledgements + " longerOldLogs=" + c.longerOldLogs
                + " returns=" + c.returns);
        out.println("disk: writes=" + c.disk.writes + " syncs=" + c.disk.syncs + " lost=" + c.disk.lostWrites + " kept="
                + c.disk.keptWrites
                + " torn=" + c.disk.tornWrites + " garbageSectors=" + c.disk.garbageSectors + " rot=" + c.rotAdmitted
                + " rotRejected="
                + c.rotRejected + " rotReads=" + c.disk.rotReads + " failedReads=" + c.disk.failedReads);
        out.println("disk faults: neverLanded=" + c.disk.staleSectors + " misdirected=" + c.disk.misdirectedWrites
                + " zeroed=" + c.disk.zeroedSectors + " stalls=" + c.disk.stalls + " failedSyncs=" + c.disk.failedSyncs
                + " dropped="
                + c.disk.droppedWrites + " namesLost=" + c.disk.namesLost + " namesKept=" + c.disk.namesKept
                + " emptyGrowths=" + c.disk.emptyGrowths + " superblocksLost=" + c.superblocksLost + " refusals="
                + c.refusals + " snapshotsDamaged=" + c.snapshotsDamaged + " filesLost=" + c.filesLost);
        out.println("disk calls: readErrors=" + c.disk.readErrors + " misdirectedReads=" + c.disk.misdirectedReads
                + " staleReads=" + c.disk.staleReads + " segmentsDamaged=" + c.segmentsDamaged + " truncations="
                + c.disk.truncations + " fullWrites=" + c.disk.fullWrites + " shortWrites=" + c.disk.shortWrites
                + " overtaking=" + c.disk.overtakingWrites + " tornSectors=" + c.disk.tornSectors);
        out.println("scrub: chunks=" + c.scrubbedChunks + " damaged=" + c.scrubFound + " healed=" + c.scrubHealed
                + " remained=" + c.scrubUnhealed);
        out.println("network: sent=" + c.network.sent + " delivered=" + c.network.delivered + " lost=" + c.network.lost
                + " duplicated=" + c.network.duplicated + " reordered=" + c.network.reordered + " clogs="
                + c.network.clogs + " cut=" + c.network.cut + " held=" + c.network.held + " late="
                + c.network.late);
        out.println("network faults: corrupted=" + c.network.corrupted + " misdelivered=" + c.network.misdelivered
                + " truncated=" + c.network.truncated + " resetLost=" + c.network.resetLost + " overflowed="
                + c.network.overflowed + " filtered=" + c.network.filtered + " linkFilters=" + c.linkFilters);
        out.println("process: pauses=" + c.pauses + " pausedFrames=" + c.pausedFrames + " clockJumps=+"
                + c.clockJumpsForward + "/-" + c.clockJumpsBack + " driftingClocks=" + c.driftingClocks
                + " pausedFramesLost=" + c.pausedFramesLost + " suspensions=" + c.suspensions
                + " lateFramesOfPeers=" + c.lateFramesOfPeers);
        out.println("whole disks: wiped=" + c.disksWiped + " refusedEmpty=" + c.refusalsOfEmptyDisks + " replaced="
                + c.disksReplaced + " swaps="
                + c.diskSwaps + " refusedForeign=" + c.refusalsOfForeignDisks + " images=" + c.diskImages
                + " imagesRejected=" + c.imagesRejected
                + " forgottenOps=" + c.forgottenOps);
        out.println("transfers: cuts=" + c.transfers.cuts + " stalls=" + c.transfers.stalls + " fullReceivers="
                + c.transfers.fullReceivers + " rottenPeers=" + c.transfers.rottenPeers + " rottenInTurn="
                + c.transfers.rottenInTurn + " rottenReceivers=" + c.transfers.rottenReceivers + " receiverCrashes="
                + c.transfers.receiverCrashes + " serverCrashes="
                + c.transfers.serverCrashes + " refused=" + c.transfers.refusals + " peerChanges="
                + c.transfers.peerChanges + " retargets=" + c.transfers.retargets + " lies=" + c.transfers.lies
                + " oversize=" + c.transfers.oversizeLies + " dripped=" + c.transfers.drippedPieces
                + " lostWays=" + c.transfers.lostWays + " missedWays=" + c.transfers.missedWays
                + " accusations=" + c.transfers.accusations + " crowded=" + c.transfers.crowded);
        out.println("client faults: deaths=" + c.clients.deaths + " repeats=" + c.clients.repeats + " old="
                + c.clients.oldRequests + " ahead=" + c.clients.requestsAhead + " strangeSessions="
                + c.clients.strangeSessions + " malformed=" + c.clients.malformed + " blindReads="
                + c.clients.blindReads);
        out.println("streams: connections=" + c.streams.connections + " refused=" + c.streams.connectionsRefused
                + " broken=" + c.streams.connectionsBroken + " handedOver=" + c.streams.handedOver + " shardChanges="
                + c.streams.shardChanges + " ok="
                + c.streams.answersOk + " refusals=" + c.streams.answersRefused + " unknown="
                + c.streams.answersUnknown + " appended=" + c.streams.appended + " acknowledged="
                + c.streams.acknowledged + " polls=" + c.streams.polls + " shown=" + c.streams.shown
                + " offsetsStored=" + c.streams.offsetsStored + " offsetsAsked=" + c.streams.offsetsAsked
                + " groupsChecked=" + c.streams.groupsChecked + " endedLives=" + c.streams.endedLives + " drops="
                + c.streams.drops + " lateDrops=" + c.streams.lateDrops + " renewals=" + c.streams.renewals
                + " forgotten=" + c.streams.forgotten
                + " refusedSends=" + c.streams.refusals + " strangeFrames=" + c.streams.strangeFrames);
        out.println("users: changes=" + c.streams.userChanges + " logins=" + c.streams.userLogins + " refusedLogins="
                + c.streams.loginsRefused + " allowed=" + c.streams.commandsAllowed + " forbidden="
                + c.streams.commandsForbidden + " searched=" + c.streams.searchedForSecrets + " lastAnswers="
                + c.streams.lastAnswers);
        out.println("users, where no other answer was right: logins=" + c.streams.certainLogins + " refusedLogins="
                + c.streams.certainLoginsRefused + " tokens=" + c.streams.certainTokens + " refusedTokens="
                + c.streams.certainTokensRefused + " allowed=" + c.streams.certainAllowed + " forbidden="
                + c.streams.certainForbidden + " changes=" + c.streams.certainChanges + " refusedChanges="
                + c.streams.certainChangesRefused);
        out.println("recovery: clean=" + c.recoveredClean + " faulty=" + c.recoveredFaulty + " missing="
                + c.recoveredMissing + " unconfirmed=" + c.recoveredUnconfirmed + " cut=" + c.recoveredCut + " dead="
                + c.recoveredDead + " uncertainHeads=" + c.uncertainHeads + " headersAlone=" + c.headersAlone);
        out.println("clients: ok=" + c.outcomesOk + " unknown=" + c.outcomesUnknown + " notApplied="
                + c.outcomesNotApplied + " reads=" + c.reads + " linearizable=" + c.linearizableReads);
        out.println("audited: ops=" + c.committedOps + " compared=" + c.comparedOps + " frames=" + c.auditedFrames
                + " checkpoints=" + c.comparedCheckpoints + " checkpointsOnDisk=" + c.checkedCheckpoints + " openings="
                + c.comparedOpenings + " states=" + c.comparedStates + " bodies=" + c.comparedBodies + " chunks="
                + c.comparedChunks + " turns=" + c.boundedTurns + " definiteFailures=" + c.definiteFailures);
        out.println("regimes: exactlyF=" + c.exactlyF + " beyondF=" + c.beyondF + " beyondNotLive=" + c.beyondNotLive
                + " assaultedSectors=" + c.assaultedSectors + " residualLinks=" + c.residualLinks
                + " residualLinksMended=" + c.residualLinksMended + " residualLinksRefused=" + c.residualLinksRefused
                + " residualLosses=" + c.residualLosses + " residualDisks=" + c.residualDisks);
        final StringBuilder stages = new StringBuilder("opening:");
        for (final RecoveryStage stage : RecoveryStage.values()) {
            stages.append(' ').append(stage).append('=').append(c.stages[stage.ordinal()]);
        }
        out.println(stages);
        final StringBuilder events = new StringBuilder("core:");
        for (final TraceEvent event : TraceEvent.values()) {
            events.append(' ').append(event).append('=').append(c.of(event));
        }
        out.println(events);
    }
}
