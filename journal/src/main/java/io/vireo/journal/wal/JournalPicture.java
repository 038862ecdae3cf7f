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
     * @param place sector of the ring at which its entry begins, or the first at which it can.
     * @param sectors of the entry; if that is not known, of the gap up to the next intact entry, 0 if there is none.
     * @param isExact true if its header is known and those of all damaged ops directly below it.
     * @param offset of {@code place} in the data file.
     * @param expected checksum of the prepare, 32 hexadecimal digits; empty if not known.
     * @param found the bad sectors in that place; empty if the sectors are valid or zero, and not of this op.
     */
    public record Op(
            long op,
            EntryState state,
            long place,
            int sectors,
            boolean isExact,
            long offset,
            String expected,
            List<BadSector> found) {
        /** Where it belongs. */
        public String where() {
            final String start = "sector " + place + " of the ring, offset " + offset;
            if (sectors == 0) {
                return "at or behind " + start;
            }
            return (isExact ? "at " : "in the gap at ") + start + ", length " + (long) sectors * SECTOR;
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
            final int sectors = sectors(row, header);
            final boolean isExact = sectors > 0 && isEndKnown;
            final long start = isExact ? ring.positionAfter(end, sectors) : end;
            final long room = isExact ? sectors : nextKnown(found, op) - end;
            final long place = ring.place(start);
            unclean.add(new Op(
                    op,
                    row.state(),
                    place,
                    (int) Math.max(0, room),
                    isExact,
                    context.walOffset() + place * SECTOR,
                    identity(found, op, header),
                    room > 0 ? within(scan.bad(), ring, start, room) : List.of()));
            end = isExact ? start + sectors : end;
            isEndKnown = isExact;
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

    /** Sectors that the entry of an op takes; 0 if its header is not known. */
    private static int sectors(final RecoveredRow row, final PrepareFlyweight header) {
        final HeaderRef known = row.header();
        return known == null
                ? 0
                : PrepareRing.entrySectors(
                        header.wrap(known.buffer(), known.offset()).size());
    }

    /** Position of the next intact entry above, up to which an op without a header can lie; -1 if there is none. */
    private static long nextKnown(final Classification found, final long op) {
        for (long above = op + 1; above <= found.head(); above++) {
            if (found.row(above).state() == EntryState.CLEAN) {
                return found.row(above).entries().get(0).position();
            }
        }
        return -1;
    }

    /** Checksum of the prepare of an op by its header, or else by the parent link of the one above; empty if neither is known. */
    private static String identity(final Classification found, final long op, final PrepareFlyweight header) {
        final HeaderRef own = found.row(op).header();
        if (own != null) {
            header.wrap(own.buffer(), own.offset());
            return Checksum.hex(header.checksumLo(), header.checksumHi());
        }
        final HeaderRef child = op < found.head() ? found.row(op + 1).header() : null;
        if (child != null) {
            header.wrap(child.buffer(), child.offset());
            return Checksum.hex(header.parentLo(), header.parentHi());
        }
        return op == found.head() && found.hasHeadChecksum() ? Checksum.hex(found.headLo(), found.headHi()) : "";
    }

    private static List<BadSector> within(
            final List<BadSector> bad, final PrepareRing ring, final long start, final long sectors) {
        return bad.stream()
                .filter(sector -> (sector.place() - ring.place(start) + ring.sectors()) % ring.sectors() < sectors)
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
