package io.vireo.bootstrap.inspect;

import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.inspect.Damage.Kind;
import io.vireo.bootstrap.inspect.GroupInspection.Opening;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockPicture;
import io.vireo.journal.wal.BadSector;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.JournalPicture;
import io.vireo.journal.wal.JournalPicture.MarkState;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Gathers damages and says of each what becomes of it, which depends on whether there are other replicas. */
final class DamageReport {
    private static final String FROM_BACKUP =
            "this replica will not open: a cluster of one replica has no other copy; check the device and restore the directory from a"
                    + " backup";
    private static final String FETCHED =
            "the cluster repairs it when this replica starts, if another one is whole: it fetches the checkpoint before it takes part";
    private static final String DATA = DataFileLayout.FILE_NAME;

    private final List<Damage> damages = new ArrayList<>();
    private final boolean isAlone;

    /** @param replicaCount of the cluster; 0 if that is not known. */
    DamageReport(final int replicaCount) {
        isAlone = replicaCount == 1;
    }

    List<Damage> list() {
        return List.copyOf(damages);
    }

    void superblock(final SuperblockPicture superblock) {
        for (final SuperblockPicture.Copy copy : superblock.copies()) {
            if (copy.isIntact()) {
                continue;
            }
            final boolean isOpening = superblock.refusal() == null;
            damages.add(new Damage(
                    Kind.SUPERBLOCK_COPY,
                    Damage.NO_OP,
                    DATA,
                    DataFileLayout.superblockOffset(copy.place()),
                    Superblock.COPY_LENGTH,
                    copy.stated(),
                    copy.computed().isEmpty() ? "" : copy.computed() + " (" + copy.damage() + ")",
                    isOpening ? Verdict.REPAIRED_HERE : Verdict.REFUSED,
                    isOpening
                            ? "this replica repairs it from its other copies when it starts"
                            : "this replica will not open: too few copies are intact"));
        }
    }

    void snapshot(final SnapshotException failure) {
        damages.add(new Damage(
                Kind.SNAPSHOT,
                Damage.NO_OP,
                failure.file(),
                failure.offset(),
                0,
                failure.expected(),
                failure.found().isEmpty() ? failure.code().name() : failure.found(),
                isAlone ? Verdict.REFUSED : Verdict.REPAIRED_BY_CLUSTER,
                isAlone ? FROM_BACKUP : FETCHED));
    }

    void otherSnapshot(final SnapshotException failure) {
        damages.add(new Damage(
                Kind.OTHER_SNAPSHOT,
                Damage.NO_OP,
                failure.file(),
                failure.offset(),
                0,
                failure.expected(),
                failure.found(),
                Verdict.HARMLESS,
                "harmless: nothing names it, and it is removed when this replica runs"));
    }

    /**
     * @param isNoticed an opening looks at this.
     * @param isFetching the replica will fetch the checkpoint from the others.
     */
    void segment(final SegmentDamage damage, final boolean isNoticed, final boolean isFetching) {
        final Verdict verdict = isFetching
                ? Verdict.REPAIRED_BY_CLUSTER
                : isNoticed ? Verdict.REFUSED : isAlone ? Verdict.LOST : Verdict.NOT_NOTICED;
        final String advice = isFetching
                ? FETCHED
                : isNoticed
                        ? FROM_BACKUP
                        : isAlone
                                ? "this replica opens, and refuses to read these bytes: a cluster of one replica has no other copy;"
                                        + " restore the directory from a backup"
                                : "this replica opens, and refuses to read these bytes; to repair it, move the file away before the"
                                        + " start: then this replica fetches it from the others";
        damages.add(new Damage(
                switch (damage.kind()) {
                    case MISSING -> Kind.SEGMENT_MISSING;
                    case SHORT -> Kind.SEGMENT_SHORT;
                    case UNREADABLE -> Kind.SEGMENT_UNREADABLE;
                    case WRONG_HASH -> Kind.SEGMENT_WRONG_HASH;
                },
                Damage.NO_OP,
                damage.key().fileName(),
                damage.position(),
                damage.length(),
                HexFormat.of().formatHex(damage.expected()),
                HexFormat.of().formatHex(damage.found()),
                verdict,
                advice));
    }

    void journal(final JournalPicture journal) {
        for (final JournalPicture.Mark mark : journal.marks()) {
            if (mark.state() == MarkState.INVALID || mark.state() == MarkState.UNREADABLE) {
                damages.add(new Damage(
                        Kind.SYNC_MARK,
                        Damage.NO_OP,
                        DATA,
                        mark.offset(),
                        Storage.SECTOR,
                        mark.state() == MarkState.UNREADABLE ? "" : crc(mark.stated()),
                        mark.state() == MarkState.UNREADABLE ? "" : crc(mark.computed()),
                        Verdict.HARMLESS,
                        mark.state() == MarkState.UNREADABLE
                                ? "harmless now: the next mark takes its place; the device does not deliver it, look after it"
                                : "harmless after a crash, which leaves it so: the next mark takes its place"));
            }
        }
        for (final JournalPicture.Op op : journal.unclean()) {
            // What has never been here is not damaged: a backup that was behind lacks ops, and gets them.
            if (op.state() == EntryState.FAULTY || isAlone) {
                op(op);
            }
        }
        freeSectors(journal);
        for (final JournalPicture.CutEntry entry : journal.cut()) {
            damages.add(
                    new Damage(
                            Kind.TORN_ENTRY,
                            entry.op(),
                            DATA,
                            entry.offset(),
                            (long) entry.sectors() * Storage.SECTOR,
                            "",
                            entry.isIntact() ? "an intact entry above one that is torn" : "a part of an entry",
                            Verdict.HARMLESS,
                            "harmless after a crash: cut at the next open; nothing that is intact says that it was ever durable here"));
        }
    }

    private void op(final JournalPicture.Op op) {
        damages.add(
                new Damage(
                        Kind.JOURNAL_OP,
                        op.op(),
                        DATA,
                        op.offset(),
                        (long) op.sectors() * Storage.SECTOR,
                        op.expected(),
                        op.found().isEmpty()
                                ? "no sector of it"
                                : op.found().get(0).toString(),
                        isAlone ? Verdict.REFUSED : Verdict.REPAIRED_BY_CLUSTER,
                        isAlone
                                ? FROM_BACKUP
                                : "the cluster repairs it when this replica starts, if another one has this op intact: it asks the others"));
    }

    private void freeSectors(final JournalPicture journal) {
        for (final BadSector sector : journal.bad()) {
            final boolean isOfOp = damages.stream()
                    .anyMatch(damage -> damage.kind() == Kind.JOURNAL_OP
                            && journal.offsetOf(sector) >= damage.offset()
                            && journal.offsetOf(sector) < damage.offset() + damage.length());
            if (!isOfOp) {
                damages.add(
                        new Damage(
                                Kind.FREE_SECTOR,
                                Damage.NO_OP,
                                DATA,
                                journal.offsetOf(sector),
                                Storage.SECTOR,
                                sector.isReadable() ? crc(sector.stated()) : "",
                                sector.isReadable() ? crc(sector.computed()) : "",
                                Verdict.HARMLESS,
                                sector.isReadable()
                                        ? "harmless after a crash: no op that is known needs this sector; a torn write leaves it so"
                                        : "harmless now: no op that is known needs this sector; the device does not deliver it, look after it"));
            }
        }
    }

    /** Whatever else keeps the replica from opening. */
    void opening(final Opening opening) {
        final boolean isExplained = damages.stream().anyMatch(damage -> damage.verdict() == Verdict.REFUSED);
        if (opening.refusal() != null && !opening.isFetching() && !isExplained) {
            damages.add(new Damage(
                    Kind.OPENING,
                    Damage.NO_OP,
                    DATA,
                    0,
                    0,
                    "",
                    opening.refusal().getMessage(),
                    Verdict.REFUSED,
                    "this replica will not open: " + opening.refusal().code()));
        } else if (opening.isFetching()
                && damages.stream().noneMatch(damage -> damage.verdict() == Verdict.REPAIRED_BY_CLUSTER)) {
            damages.add(new Damage(
                    Kind.OPENING,
                    Damage.NO_OP,
                    DATA,
                    0,
                    0,
                    "",
                    opening.refusal().getMessage(),
                    Verdict.REPAIRED_BY_CLUSTER,
                    FETCHED));
        }
    }

    private static String crc(final int crc) {
        return String.format("CRC32C %08x", crc);
    }
}
