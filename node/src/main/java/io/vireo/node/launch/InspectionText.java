package io.vireo.node.launch;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.inspect.Damage;
import io.vireo.bootstrap.inspect.GroupInspection;
import io.vireo.bootstrap.inspect.GroupInspection.Opening;
import io.vireo.bootstrap.inspect.GroupInspection.SnapshotPicture;
import io.vireo.bootstrap.inspect.Verdict;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.SuperblockPicture;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.JournalPicture;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.replica.ReplicaParts;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An inspection for people: one heading per stage of an opening, one fact per line. */
final class InspectionText {
    /** So many ops or entries are named one by one; the rest is counted. */
    private static final int LISTED_MAX = 20;

    private static final int ROOT_DIGITS = 16;

    private final Path directory;
    private final GroupInspection found;
    private final StringBuilder text = new StringBuilder();

    InspectionText(final Path directory, final GroupInspection found) {
        this.directory = directory;
        this.found = found;
    }

    /** Everything that was found. */
    String inspection(final boolean isListingFiles) {
        line("%s", directory);
        line("LOCK        no process works in it");
        superblock();
        snapshot();
        files(isListingFiles);
        journal();
        opening();
        for (final String name : found.otherFiles()) {
            other(name);
        }
        damages();
        text.append('\n');
        return text.toString();
    }

    /** A file that belongs to nothing; one that was kept because the state in it is not that of the others is no waste. */
    private void other(final String name) {
        final Quarantined kept = SnapshotName.parseQuarantined(name);
        if (kept == null) {
            line("            other file %s", name);
            return;
        }
        final boolean isNamed = isStateKnown()
                && found.superblock().state().checkpoint().op() == kept.op()
                && found.superblock().state().checkpoint().snapshotIdLo()
                        == kept.id().lo()
                && found.superblock().state().checkpoint().snapshotIdHi()
                        == kept.id().hi();
        line(
                "DIVERGED    the state of op %d was %s, that of the others %s: kept as %s; %s",
                kept.op(),
                kept.id(),
                kept.quorumId().equals(SnapshotId.NONE) ? "is not known" : "was " + kept.quorumId(),
                name,
                isNamed
                        ? "the superblock still names it, and a start fetches that of the others first"
                        : "replaced since; nothing opens it, and it may be removed");
    }

    /** What is damaged. */
    String verification() {
        line(
                "%s%s: %s read, %s",
                directory,
                group(),
                bytes(found.bytesRead()),
                found.damages().isEmpty() ? "every checksum holds" : counts());
        damages();
        for (final String name : found.otherFiles()) {
            line(
                    found.manifest() == null
                            ? "  not compared, because the list of files is not known: %s"
                            : "  not part of the checkpoint: %s",
                    name);
        }
        return text.toString();
    }

    /** The last line of a verification. */
    static String verdict(final List<GroupInspection> all) {
        final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        all.forEach(each -> each.damages().forEach(damage -> counts.merge(damage.verdict(), 1, Integer::sum)));
        if (counts.containsKey(Verdict.REFUSED)) {
            return "verdict: damaged; this replica will not open";
        }
        if (counts.containsKey(Verdict.LOST)) {
            return "verdict: damaged; this replica opens, but some of its data has no other copy";
        }
        if (counts.containsKey(Verdict.NOT_NOTICED)) {
            return "verdict: damaged; the cluster can repair it, but a start does not notice all of it (see above)";
        }
        if (counts.containsKey(Verdict.REPAIRED_BY_CLUSTER)) {
            return "verdict: damaged; the cluster repairs it when this replica starts, if another one has it whole";
        }
        if (counts.containsKey(Verdict.REPAIRED_HERE)) {
            return "verdict: damaged; this replica repairs it when it starts";
        }
        if (counts.containsKey(Verdict.HARMLESS)) {
            // Story: the newest entry and the mark that vouched for it rot together. Nothing tells that from a torn
            // write.
            return "verdict: nothing is damaged, if this replica has ever crashed; if it has not, what remains (see above) is damage";
        }
        return "verdict: nothing is damaged";
    }

    private String group() {
        final SuperblockIdentity identity =
                found.superblock() == null ? null : found.superblock().identity();
        return identity == null ? "" : " (group " + identity.group() + " of replica " + identity.replica() + ")";
    }

    private String counts() {
        long damaged = 0;
        for (final Damage damage : found.damages()) {
            damaged += damage.verdict().isDamage() ? 1 : 0;
        }
        final long harmless = found.damages().size() - damaged;
        return damaged + " damaged" + (harmless == 0 ? "" : ", " + harmless + " harmless remains of a crash");
    }

    private void superblock() {
        final SuperblockPicture superblock = found.superblock();
        if (superblock == null) {
            line("SUPERBLOCK  there is no file \"%s\"", DataFileLayout.FILE_NAME);
            return;
        }
        line("SUPERBLOCK  file %s, %s", DataFileLayout.FILE_NAME, bytes(found.dataFileBytes()));
        for (final SuperblockPicture.Copy copy : superblock.copies()) {
            final String where = "copy " + copy.place() + " at offset " + DataFileLayout.superblockOffset(copy.place());
            if (copy.isIntact()) {
                line(
                        "            %s: sequence %d, checksum %s, parent %s%s",
                        where,
                        copy.sequence(),
                        copy.computed(),
                        copy.parent(),
                        copy.isChosen() ? "" : superblock.refusal() == null ? " (of an earlier write)" : "");
            } else {
                line(
                        "            %s: %s%s",
                        where,
                        copy.damage(),
                        copy.stated().isEmpty() ? "" : ", expected " + copy.stated() + ", found " + copy.computed());
            }
        }
        if (superblock.refusal() != null) {
            line("            none can be opened: %s", superblock.refusal().code());
            return;
        }
        identity(superblock.identity());
        state(superblock.state());
    }

    private void identity(final SuperblockIdentity identity) {
        line(
                "            cluster %s, replica %d of %d, group %d of %d, format id %s",
                Checksum.hex(identity.clusterLo(), identity.clusterHi()),
                identity.replica(),
                identity.replicaCount(),
                identity.group(),
                identity.groupCount(),
                Checksum.hex(identity.formatIdLo(), identity.formatIdHi()));
        line(
                "            wal %s, prepares up to %s, segments of %s, pipeline %d, sessions %d with %d replies, namespaces %d, state machine %s",
                bytes(identity.walBytes()),
                bytes(identity.prepareSizeMax()),
                bytes(identity.segmentBytes()),
                identity.limits().pipelineMax(),
                identity.limits().sessionsMax(),
                identity.limits().sessionWindow(),
                identity.limits().namespacesMax(),
                identity.limits().stateMachine().text());
    }

    private void state(final VsrState state) {
        line(
                "            view %d, logView %d, commitMax %d, syncedOp %d",
                state.view(), state.logView(), state.commitMax(), state.syncedOp());
        if (!state.membership().equals(Membership.FOUNDING)) {
            line("            %s", state.membership());
        }
        final CheckpointState checkpoint = state.checkpoint();
        line(
                "            checkpoint op %d of view %d, ends at sector position %d, snapshot %s, manifest hash %s",
                checkpoint.op(),
                checkpoint.view(),
                checkpoint.endPosition(),
                Checksum.hex(checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi()),
                HexFormat.of().formatHex(checkpoint.manifestHash()));
        line(
                "            checkpoint known to be durable on a quorum: op %d, ends at sector position %d",
                state.checkpointQuorumOp(), state.checkpointQuorumEnd());
        suffix("StartView", state.startView());
        if (state.doViewChange() != null) {
            suffix("DoViewChange", state.doViewChange());
        }
    }

    private void suffix(final String name, final HeaderSuffix suffix) {
        line(
                "            %s head %d, %d headers from op %d",
                name, suffix.headOp(), suffix.count(), suffix.count() == 0 ? suffix.headOp() : suffix.lowOp());
    }

    private void snapshot() {
        final SnapshotPicture snapshot = found.snapshot();
        if (snapshot == null) {
            line(
                    "SNAPSHOT    %s",
                    isStateKnown() ? "none: there is no checkpoint yet" : "not known without the superblock");
        } else if (snapshot.failure() != null) {
            line("SNAPSHOT    damaged: %s", snapshot.failure().getMessage());
        } else {
            line(
                    "SNAPSHOT    file %s, %s, taken at %s",
                    snapshot.file(), bytes(snapshot.bytes()), Instant.ofEpochSecond(0, snapshot.timestampNs()));
            line(
                    "            sessions %s (%d), manifest %s, state %s",
                    bytes(snapshot.sessionsBytes()),
                    snapshot.sessions(),
                    bytes(snapshot.manifestBytes()),
                    bytes(snapshot.stateBytes()));
        }
    }

    private boolean isStateKnown() {
        return found.superblock() != null && found.superblock().state() != null;
    }

    private void files(final boolean isListing) {
        final Manifest manifest = found.manifest();
        if (manifest == null) {
            line("FILES       not known without the snapshot");
            return;
        }
        int sealed = 0;
        for (int i = 0; i < manifest.count(); i++) {
            sealed += manifest.entry(i).isSealed() ? 1 : 0;
        }
        line(
                "FILES       %d in the checkpoint (%d sealed, %d active), %s",
                manifest.count(), sealed, manifest.count() - sealed, bytes(manifest.bytes()));
        for (int i = 0; isListing && i < manifest.count(); i++) {
            final ManifestEntry entry = manifest.entry(i);
            line(
                    "            %s %s, %s, next offset %d, root %s...",
                    entry.key().fileName(),
                    bytes(entry.size()),
                    entry.isSealed() ? "sealed" : "active",
                    entry.nextOffset(),
                    HexFormat.of().formatHex(entry.root()).substring(0, ROOT_DIGITS));
        }
    }

    private void journal() {
        final JournalPicture journal = found.journal();
        if (journal == null) {
            line("JOURNAL     not known without the superblock");
            return;
        }
        final RecoveryReport report = journal.report();
        final long used = journal.headPosition() < 0 ? -1 : journal.headPosition() - journal.checkpointPosition();
        line(
                "JOURNAL     ring %s, %s above the checkpoint, ops %d to %d%s",
                bytes(journal.ringSectors() * Storage.SECTOR),
                used < 0 ? "unknown use" : bytes(used * Storage.SECTOR) + " used",
                report.checkpointOp() + 1,
                report.head(),
                report.isHeadCertain() ? "" : ", head uncertain");
        line(
                "            clean %d, faulty %d, missing %d, unconfirmed %d, cut entries %d, dead entries %d",
                report.clean(),
                report.faulty(),
                report.missing(),
                report.unconfirmed(),
                report.cutEntries(),
                report.deadEntries());
        line(
                "            durable here up to op %d (marks %d, sectors %d); base head %d; bad sectors %d, unreadable %d",
                report.syncedOp(),
                report.markSyncedOp(),
                report.sectorSyncedOp(),
                report.baseHead(),
                journal.badSectors(),
                report.unreadableSectors());
        for (final JournalPicture.Mark mark : journal.marks()) {
            line(
                    "            sync mark %d at offset %d: %s",
                    mark.slot(),
                    mark.offset(),
                    switch (mark.state()) {
                        case VALID ->
                            "generation " + mark.generation() + ", logView " + mark.logView() + ", syncedOp "
                                    + mark.syncedOp() + (mark.isCounted() ? "" : " (of another logView)");
                        case NEVER_WRITTEN -> "never written";
                        case INVALID ->
                            String.format("CRC32C expected %08x, found %08x", mark.stated(), mark.computed());
                        case UNREADABLE -> "unreadable";
                    });
        }
        final List<JournalPicture.Op> unclean = journal.unclean();
        for (final JournalPicture.Op op : unclean.subList(0, Math.min(LISTED_MAX, unclean.size()))) {
            line("            op %d %s: %s; %s", op.op(), op.state(), op.where(), op.contents());
        }
        if (unclean.size() > LISTED_MAX) {
            line("            and %d more ops that are not clean (--json has them all)", unclean.size() - LISTED_MAX);
        }
    }

    private void opening() {
        final Opening opening = found.opening();
        if (opening.refusal() != null) {
            line(
                    "REPLAY      not reached: %s",
                    opening.isFetching()
                            ? "the replica would fetch a checkpoint from the others"
                            : "the replica would not open");
            line("            %s", opening.refusal().getMessage().replace("\n", "\n            "));
            return;
        }
        line(
                "REPLAY      would apply ops %d to %d of %d committed%s",
                found.superblock().state().checkpoint().op() + 1,
                opening.commitMin(),
                opening.commitMax(),
                opening.stoppedOp() == 0 ? "" : "; stops at op " + opening.stoppedOp() + ", which is not intact here");
        line(
                "JOIN        would begin as %s in view %d%s",
                ReplicaParts.initialStatus(found.superblock().state(), opening.isHeadCertain()),
                found.superblock().state().view(),
                opening.isHeadCertain()
                        ? ", the head is certain"
                        : ", the head is uncertain: neither votes nor acknowledges");
    }

    private void damages() {
        for (final Damage damage : found.damages()) {
            line(
                    "  %s %s%s file %s, offset %d%s: expected %s, found %s",
                    damage.verdict().isDamage() ? "damaged" : "remains",
                    damage.kind(),
                    damage.op() == Damage.NO_OP ? "" : " op " + damage.op(),
                    damage.file(),
                    damage.offset(),
                    damage.length() == 0 ? "" : ", length " + damage.length(),
                    damage.expected().isEmpty() ? "(no checksum)" : damage.expected(),
                    damage.found().isEmpty() ? "nothing" : damage.found());
            line("    %s", damage.advice());
        }
    }

    private void line(final String format, final Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** With a unit that keeps it short; exact in bytes where it is below 10 KiB. */
    static String bytes(final long bytes) {
        final String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 10_240 && unit < units.length - 1 || value >= 1024 && value % 1024 == 0 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return value == Math.rint(value)
                ? (long) value + " " + units[unit]
                : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
