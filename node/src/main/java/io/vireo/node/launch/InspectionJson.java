package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.inspect.Damage;
import io.vireo.bootstrap.inspect.GroupInspection;
import io.vireo.bootstrap.inspect.GroupInspection.Opening;
import io.vireo.bootstrap.inspect.GroupInspection.SnapshotPicture;
import io.vireo.bootstrap.inspect.GroupInspection.Stage;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.SuperblockPicture;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.JournalPicture;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.replica.ReplicaParts;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** Inspections as one JSON document. Names are part of what scripts rely on: fields are added, never renamed. What is not known is null. */
final class InspectionJson {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    private InspectionJson(final JsonGenerator json) {
        this.json = json;
    }

    static String write(
            final List<Path> directories,
            final List<GroupInspection> found,
            final boolean isListingFiles,
            final boolean isVerified) {
        final StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
            final InspectionJson document = new InspectionJson(json);
            json.writeStartObject();
            json.writeBooleanField("verified", isVerified);
            json.writeBooleanField("whole", found.stream().allMatch(GroupInspection::isWhole));
            json.writeStringField("verdict", InspectionText.verdict(found));
            json.writeArrayFieldStart("groups");
            for (int i = 0; i < found.size(); i++) {
                document.group(directories.get(i), found.get(i), isListingFiles);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toString();
    }

    private void group(final Path directory, final GroupInspection found, final boolean isListingFiles)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("directory", directory.toString());
        json.writeNumberField("bytes_read", found.bytesRead());
        json.writeBooleanField("whole", found.isWhole());
        json.writeNumberField("data_file_bytes", found.dataFileBytes());
        superblock(found.superblock());
        snapshot(found.snapshot());
        files(found.manifest(), isListingFiles);
        journal(found.journal());
        opening(found);
        json.writeArrayFieldStart("other_files");
        for (final String name : found.otherFiles()) {
            json.writeString(name);
        }
        json.writeEndArray();
        diverged(found);
        damages(found.damages());
        json.writeEndObject();
    }

    /** Snapshots of states that were not those of the others, kept to be looked into; they are among the other files as well. */
    private void diverged(final GroupInspection found) throws IOException {
        json.writeArrayFieldStart("diverged");
        for (final String name : found.otherFiles()) {
            final Quarantined kept = SnapshotName.parseQuarantined(name);
            if (kept != null) {
                json.writeStartObject();
                json.writeStringField("file", name);
                json.writeNumberField("op", kept.op());
                json.writeStringField("snapshot_id", kept.id().toString());
                json.writeStringField("quorum_snapshot_id", kept.quorumId().toString());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private void superblock(final SuperblockPicture superblock) throws IOException {
        if (superblock == null) {
            json.writeNullField("superblock");
            return;
        }
        json.writeObjectFieldStart("superblock");
        json.writeArrayFieldStart("copies");
        for (final SuperblockPicture.Copy copy : superblock.copies()) {
            json.writeStartObject();
            json.writeNumberField("copy", copy.place());
            json.writeNumberField("offset", DataFileLayout.superblockOffset(copy.place()));
            json.writeBooleanField("valid", copy.isIntact());
            json.writeBooleanField("chosen", copy.isChosen());
            json.writeStringField("damage", copy.damage());
            json.writeNumberField("sequence", copy.sequence());
            json.writeStringField("stated", copy.stated());
            json.writeStringField("computed", copy.computed());
            json.writeStringField("parent", copy.parent());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField(
                "refusal",
                superblock.refusal() == null ? null : superblock.refusal().getMessage());
        if (superblock.identity() == null) {
            json.writeNullField("identity");
            json.writeNullField("state");
        } else {
            identity(superblock.identity());
            state(superblock.state());
        }
        json.writeEndObject();
    }

    private void identity(final SuperblockIdentity identity) throws IOException {
        json.writeObjectFieldStart("identity");
        json.writeStringField("cluster_id", Checksum.hex(identity.clusterLo(), identity.clusterHi()));
        json.writeNumberField("replica", identity.replica());
        json.writeNumberField("replica_count", identity.replicaCount());
        json.writeNumberField("group", identity.group());
        json.writeNumberField("group_count", identity.groupCount());
        json.writeStringField("format_id", Checksum.hex(identity.formatIdLo(), identity.formatIdHi()));
        json.writeNumberField("wal_bytes", identity.walBytes());
        json.writeNumberField("prepare_size_max", identity.prepareSizeMax());
        json.writeNumberField("segment_bytes", identity.segmentBytes());
        json.writeNumberField("pipeline_max", identity.limits().pipelineMax());
        json.writeNumberField("sessions_max", identity.limits().sessionsMax());
        json.writeNumberField("session_window", identity.limits().sessionWindow());
        json.writeNumberField("namespaces_max", identity.limits().namespacesMax());
        json.writeStringField("state_machine", identity.limits().stateMachine().text());
        json.writeEndObject();
    }

    private void state(final VsrState state) throws IOException {
        json.writeObjectFieldStart("state");
        json.writeNumberField("view", state.view());
        json.writeNumberField("log_view", state.logView());
        json.writeNumberField("commit_max", state.commitMax());
        json.writeNumberField("synced_op", state.syncedOp());
        json.writeNumberField("checkpoint_quorum_op", state.checkpointQuorumOp());
        json.writeNumberField("checkpoint_quorum_end_position", state.checkpointQuorumEnd());
        final CheckpointState checkpoint = state.checkpoint();
        json.writeObjectFieldStart("checkpoint");
        json.writeNumberField("op", checkpoint.op());
        json.writeStringField("checksum", Checksum.hex(checkpoint.checksumLo(), checkpoint.checksumHi()));
        json.writeNumberField("view", checkpoint.view());
        json.writeNumberField("end_position", checkpoint.endPosition());
        json.writeNumberField("timestamp_ns", checkpoint.timestamp());
        json.writeStringField("snapshot_id", Checksum.hex(checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi()));
        json.writeStringField("manifest_hash", HexFormat.of().formatHex(checkpoint.manifestHash()));
        json.writeEndObject();
        suffix("start_view", state.startView());
        suffix("do_view_change", state.doViewChange());
        json.writeEndObject();
    }

    private void suffix(final String name, final HeaderSuffix suffix) throws IOException {
        if (suffix == null) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeNumberField("head_op", suffix.headOp());
        json.writeStringField("head_checksum", Checksum.hex(suffix.headChecksumLo(), suffix.headChecksumHi()));
        json.writeNumberField("headers", suffix.count());
        json.writeEndObject();
    }

    private void snapshot(final SnapshotPicture snapshot) throws IOException {
        if (snapshot == null) {
            json.writeNullField("snapshot");
            return;
        }
        json.writeObjectFieldStart("snapshot");
        json.writeStringField("file", snapshot.file());
        json.writeStringField(
                "failure",
                snapshot.failure() == null ? null : snapshot.failure().getMessage());
        json.writeNumberField("bytes", snapshot.bytes());
        json.writeNumberField("sessions_bytes", snapshot.sessionsBytes());
        json.writeNumberField("manifest_bytes", snapshot.manifestBytes());
        json.writeNumberField("state_bytes", snapshot.stateBytes());
        json.writeNumberField("sessions", snapshot.sessions());
        json.writeNumberField("timestamp_ns", snapshot.timestampNs());
        json.writeEndObject();
    }

    private void files(final Manifest manifest, final boolean isListing) throws IOException {
        if (manifest == null) {
            json.writeNullField("files");
            return;
        }
        json.writeObjectFieldStart("files");
        json.writeNumberField("count", manifest.count());
        json.writeNumberField("bytes", manifest.bytes());
        if (isListing) {
            json.writeArrayFieldStart("list");
            for (int i = 0; i < manifest.count(); i++) {
                final ManifestEntry entry = manifest.entry(i);
                json.writeStartObject();
                json.writeStringField("file", entry.key().fileName());
                json.writeNumberField("bytes", entry.size());
                json.writeBooleanField("sealed", entry.isSealed());
                json.writeNumberField("next_offset", entry.nextOffset());
                json.writeStringField("root", HexFormat.of().formatHex(entry.root()));
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void journal(final JournalPicture journal) throws IOException {
        if (journal == null) {
            json.writeNullField("journal");
            return;
        }
        final RecoveryReport report = journal.report();
        json.writeObjectFieldStart("journal");
        json.writeNumberField("ring_bytes", journal.ringSectors() * Storage.SECTOR);
        if (journal.headPosition() < 0) {
            json.writeNullField("used_bytes");
        } else {
            json.writeNumberField(
                    "used_bytes", (journal.headPosition() - journal.checkpointPosition()) * Storage.SECTOR);
        }
        json.writeNumberField("checkpoint_op", report.checkpointOp());
        json.writeNumberField("head", report.head());
        json.writeNumberField("base_head", report.baseHead());
        json.writeBooleanField("head_certain", report.isHeadCertain());
        json.writeNumberField("synced_op", report.syncedOp());
        json.writeNumberField("mark_synced_op", report.markSyncedOp());
        json.writeNumberField("sector_synced_op", report.sectorSyncedOp());
        json.writeNumberField("clean", report.clean());
        json.writeNumberField("faulty", report.faulty());
        json.writeNumberField("missing", report.missing());
        json.writeNumberField("unconfirmed", report.unconfirmed());
        json.writeNumberField("cut_entries", report.cutEntries());
        json.writeNumberField("dead_entries", report.deadEntries());
        json.writeNumberField("bad_sectors", journal.badSectors());
        json.writeNumberField("unreadable_sectors", report.unreadableSectors());
        json.writeNumberField("newer_sectors", journal.newerSectors());
        json.writeArrayFieldStart("marks");
        for (final JournalPicture.Mark mark : journal.marks()) {
            json.writeStartObject();
            json.writeNumberField("slot", mark.slot());
            json.writeNumberField("offset", mark.offset());
            json.writeStringField("state", mark.state().name());
            json.writeNumberField("generation", mark.generation());
            json.writeNumberField("log_view", mark.logView());
            json.writeNumberField("synced_op", mark.syncedOp());
            json.writeBooleanField("counted", mark.isCounted());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("unclean_ops");
        for (final JournalPicture.Op op : journal.unclean()) {
            json.writeStartObject();
            json.writeNumberField("op", op.op());
            json.writeStringField("state", op.state().name());
            json.writeNumberField("sector", op.place());
            json.writeNumberField("offset", op.offset());
            json.writeNumberField("sectors", op.sectors());
            json.writeBooleanField("exact", op.isExact());
            json.writeStringField("expected", op.expected());
            json.writeStringField("contents", op.contents());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void opening(final GroupInspection found) throws IOException {
        final Opening opening = found.opening();
        json.writeObjectFieldStart("opening");
        json.writeArrayFieldStart("stages");
        for (final Stage stage : opening.stages()) {
            json.writeStartObject();
            json.writeStringField("stage", stage.stage().name());
            json.writeStringField("found_before", stage.found());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField(
                "refusal", opening.refusal() == null ? null : opening.refusal().getMessage());
        json.writeStringField(
                "refusal_code",
                opening.refusal() == null ? null : opening.refusal().code().name());
        json.writeBooleanField("fetches_checkpoint", opening.isFetching());
        if (opening.refusal() == null) {
            json.writeNumberField("commit_min", opening.commitMin());
            json.writeNumberField("commit_max", opening.commitMax());
            json.writeNumberField("stopped_op", opening.stoppedOp());
            json.writeNumberField("last_timestamp_ns", opening.lastTimestampNs());
            json.writeStringField(
                    "status",
                    ReplicaParts.initialStatus(found.superblock().state(), opening.isHeadCertain())
                            .name());
        }
        json.writeEndObject();
    }

    private void damages(final List<Damage> damages) throws IOException {
        json.writeArrayFieldStart("damages");
        for (final Damage damage : damages) {
            json.writeStartObject();
            json.writeStringField("kind", damage.kind().name());
            json.writeStringField("verdict", damage.verdict().name());
            if (damage.op() == Damage.NO_OP) {
                json.writeNullField("op");
            } else {
                json.writeNumberField("op", damage.op());
            }
            json.writeStringField("file", damage.file());
            json.writeNumberField("offset", damage.offset());
            json.writeNumberField("length", damage.length());
            json.writeStringField("expected", damage.expected());
            json.writeStringField("found", damage.found());
            json.writeStringField("advice", damage.advice());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
