package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.PrepareFlyweight;
import java.util.ArrayList;
import java.util.List;

/**
 * What the opening of a journal found, op by op and sector by sector, for those who report it. Values only.
 *
 * @param ringSectors size of the ring.
 * @param headPosition logical sector position behind the head's entry; -1 if damage hides it.
 * @param unclean every op from the checkpoint to the head that is not CLEAN, ascending.
 * @param cut entries above the head, whole or in part; they are free space when the journal is open.
 * @param bad sectors that are neither valid nor zero, by place; of very many only the first.
 * @param badSectors how many there are.
 * @param newerSectors sectors of logViews above the superblock's: the superblock is older than the ring.
 */
public record JournalPicture(
        RecoveryReport report,
        long ringSectors,
        long walOffset,
        long checkpointPosition,
        long headPosition,
        List<Mark> marks,
        List<Op> unclean,
        List<CutEntry> cut,
        List<BadSector> bad,
        long badSectors,
        long newerSectors) {

    /** What stands in the place of a sync mark. */
    public enum MarkState {
        VALID,
        /** All zero. */
        NEVER_WRITTEN,
        /** Torn by a crash, or damaged: nothing tells which. */
        INVALID,
        UNREADABLE
    }

    /**
     * One of the two sync marks.
     *
     * @param offset in the data file.
     * @param isCounted true if it is of the superblock's logView.
     * @param stated CRC32C that stands in it, {@code computed} that of its bytes; 0 if it is unreadable.
     */
    public record Mark(
            int slot,
            long offset,
            MarkState state,
            long generation,
            long logView,
            long syncedOp,
            boolean isCounted,
            int stated,
            int computed) {}

    /**
     * An op that is not intact here.
     *
     * @param place sector of the ring at which its entry belongs; -1 if its own header or one below it is not known.
     * @param sectors of the entry; 0 if not known.
     * @param offset of the entry in the data file; of the last end that is known if {@code place} is -1.
     * @param expected checksum of the prepare, 32 hexadecimal digits; empty if not known.
     * @param found the bad sectors in that place; empty if the sectors are valid or zero, and not of this op.
     */
    public record Op(
            long op, EntryState state, long place, int sectors, long offset, String expected, List<BadSector> found) {
        /** Where it belongs. */
        public String where() {
            return place < 0
                    ? "behind offset " + offset + " (its header is not known)"
                    : "at sector " + place + " of the ring, offset " + offset + ", length " + (long) sectors * SECTOR;
        }

        /** What should be there and what is. */
        public String contents() {
            final StringBuilder text = new StringBuilder("expected ")
                    .append(expected.isEmpty() ? "an intact prepare" : "the prepare with checksum " + expected)
                    .append(", found ");
            if (found.isEmpty()) {
                return text.append("no sector of it").toString();
            }
            text.append(found.get(0));
            return (found.size() == 1
                            ? text
                            : text.append(" and ").append(found.size() - 1).append(" more"))
                    .toString();
        }
    }

    /** An entry above the head. */
    public record CutEntry(long op, long place, int sectors, long offset, boolean isIntact) {}

    static JournalPicture of(
            final JournalContext context,
            final RecoveryInput input,
            final Classification found,
            final RingScan scan,
            final RecoveryReport report,
            final List<Mark> marks) {
        final PrepareRing ring = input.ring();
        final PrepareFlyweight header = new PrepareFlyweight();
        final List<Op> unclean = new ArrayList<>();
        final long checkpointEnd = input.state().checkpoint().endPosition();
        long end = checkpointEnd;
        boolean isEndKnown = true;
        for (long op = found.checkpointOp() + 1; op <= found.head(); op++) {
            final RecoveredRow row = found.row(op);
            if (row.state() == EntryState.CLEAN) {
                end = row.entries().get(0).position() + row.entries().get(0).count();
                isEndKnown = true;
                continue;
            }
            final HeaderRef known = row.header();
            if (known != null) {
                header.wrap(known.buffer(), known.offset());
            }
            final int sectors = known == null ? 0 : PrepareRing.entrySectors(header.size());
            final boolean isPlaced = known != null && isEndKnown;
            final long position = isPlaced ? ring.positionAfter(end, sectors) : end;
            final long place = ring.place(position);
            unclean.add(new Op(
                    op,
                    row.state(),
                    isPlaced ? place : -1,
                    sectors,
                    context.walOffset() + place * SECTOR,
                    known == null ? "" : Checksum.hex(header.checksumLo(), header.checksumHi()),
                    isPlaced ? within(scan.bad(), place, sectors) : List.of()));
            end = isPlaced ? position + sectors : end;
            isEndKnown = isPlaced;
        }
        final List<CutEntry> cut = new ArrayList<>();
        for (final FoundEntry entry : input.entries()) {
            if (entry.op() > found.head()) {
                final long place = ring.place(entry.position());
                cut.add(new CutEntry(
                        entry.op(), place, entry.count(), context.walOffset() + place * SECTOR, entry.isIntact()));
            }
        }
        return new JournalPicture(
                report,
                ring.sectors(),
                context.walOffset(),
                checkpointEnd,
                isEndKnown ? end : -1,
                List.copyOf(marks),
                List.copyOf(unclean),
                List.copyOf(cut),
                List.copyOf(scan.bad()),
                scan.badSectors(),
                scan.newerSectors());
    }

    private static List<BadSector> within(final List<BadSector> bad, final long place, final int sectors) {
        return bad.stream()
                .filter(sector -> sector.place() >= place && sector.place() < place + sectors)
                .toList();
    }

    /** Offset of a sector of the ring in the data file. */
    public long offsetOf(final BadSector sector) {
        return walOffset + sector.place() * SECTOR;
    }

    /** The op that is not clean, or null if it is. */
    public Op op(final long op) {
        return unclean.stream().filter(each -> each.op() == op).findFirst().orElse(null);
    }
}
