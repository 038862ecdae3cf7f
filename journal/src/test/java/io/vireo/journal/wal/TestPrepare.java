package io.vireo.journal.wal;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.message.RootPrepare;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.VsrState;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A valid prepare of a test's log: one request with a body that makes the entry as many sectors long as the test wants. */
final class TestPrepare {
    static final long CLUSTER_LO = 0x1122_3344_5566_7788L;
    static final long CLUSTER_HI = 0x0102_0304_0506_0708L;
    static final int GROUP = 2;

    final long op;
    final long view;
    final UnsafeBuffer bytes;
    final int size;
    final long lo;
    final long hi;

    private TestPrepare(final long op, final long view, final UnsafeBuffer bytes) {
        this.op = op;
        this.view = view;
        this.bytes = bytes;
        size = bytes.capacity();
        final PrepareFlyweight header = header();
        lo = header.checksumLo();
        hi = header.checksumHi();
    }

    PrepareFlyweight header() {
        return new PrepareFlyweight().wrap(bytes, 0);
    }

    HeaderRef ref() {
        return new HeaderRef(bytes, 0);
    }

    int sectors() {
        return PrepareRing.entrySectors(size);
    }

    /** The next prepare after {@code parent} (null: the root). {@code salt} makes two prepares of one op and view differ. */
    static TestPrepare after(
            final TestPrepare parent, final long view, final int sectors, final long commit, final long salt) {
        final int fixed = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, 0);
        final int size = sectors == 1 ? fixed + 40 : (sectors - 1) * SectorTag.PAYLOAD_LENGTH + 1 + (int) (salt & 0xff);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[size]);
        final Checksum checksum = new Checksum();
        final PrepareFlyweight header = new PrepareFlyweight().wrap(bytes, 0);
        header.init(Command.PREPARE, CLUSTER_LO, CLUSTER_HI, size, view, 0, GROUP);
        final long op = parent == null ? 1 : parent.op + 1;
        if (parent == null) {
            RootPrepare.checksum(checksum, CLUSTER_LO, CLUSTER_HI, GROUP);
            header.parent(checksum.lo(), checksum.hi());
        } else {
            header.parent(parent.lo, parent.hi);
        }
        header.op(op).commit(Math.min(commit, op - 1)).timestamp(op * 1000).requestCount(1);
        RequestBatch.count(bytes, HeaderFlyweight.HEADER_LENGTH, 1);
        final int row = RequestBatch.row(HeaderFlyweight.HEADER_LENGTH, 0);
        final int body = size - fixed;
        RequestBatch.putRow(bytes, row, 7, 8, 1, op, RequestBatch.OPERATION_STATE_MACHINE, 0, 0, body);
        for (int i = 0; i < body; i++) {
            bytes.putByte(fixed + i, (byte) (salt * 31 + op * 7 + i));
        }
        header.seal(checksum);
        return new TestPrepare(op, view, bytes);
    }

    /** The headers of log[lowOp..headOp], newest first; the log starts with op 1. */
    static HeaderSuffix suffix(final List<TestPrepare> log, final long lowOp, final long headOp) {
        final int count = (int) (headOp - lowOp + 1);
        if (count == 0 && headOp > 0) {
            final TestPrepare head = log.get((int) headOp - 1);
            return HeaderSuffix.empty(headOp, head.lo, head.hi);
        }
        if (count == 0) {
            return emptyState().startView();
        }
        final UnsafeBuffer headers = new UnsafeBuffer(new byte[count * HeaderFlyweight.HEADER_LENGTH]);
        for (int i = 0; i < count; i++) {
            headers.putBytes(
                    i * HeaderFlyweight.HEADER_LENGTH,
                    log.get((int) (headOp - i) - 1).bytes,
                    0,
                    HeaderFlyweight.HEADER_LENGTH);
        }
        return HeaderSuffix.copyOf(headOp, headers, 0, count);
    }

    /** The checkpoint of {@code op} of a log that starts with op 1, in a ring. */
    static CheckpointState checkpoint(final List<TestPrepare> log, final long op, final PrepareRing ring) {
        final TestPrepare prepare = log.get((int) op - 1);
        final long end = positions(log, ring)[(int) op] + prepare.sectors();
        return new CheckpointState(
                op,
                prepare.lo,
                prepare.hi,
                prepare.view,
                end,
                prepare.header().timestamp(),
                op,
                0,
                new byte[CheckpointState.MANIFEST_HASH_LENGTH]);
    }

    /** Logical position of every op of a log that starts with op 1, by op; a second reading of the rule, not the journal's own. */
    static long[] positions(final List<TestPrepare> log, final PrepareRing ring) {
        final long[] positions = new long[log.size() + 1];
        long at = 0;
        for (final TestPrepare prepare : log) {
            final long left = ring.sectors() - at % ring.sectors();
            at += left < prepare.sectors() ? left : 0;
            positions[(int) prepare.op] = at;
            at += prepare.sectors();
        }
        return positions;
    }

    /** What the superblock says of a log that has only its root. */
    static VsrState emptyState() {
        return VsrState.root(CLUSTER_LO, CLUSTER_HI, GROUP);
    }
}
