package io.vireo.bootstrap.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.VsrState;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a superblock says once a checkpoint of others has taken the place of what was there. */
class CheckpointInstallerTest {
    private static final int GROUP = 0;
    private final VsrState root = VsrState.root(1, 2, GROUP);

    /** Acknowledged in the checkpoint's own view: what lies above it may be committed, and stays evidence. */
    @Test
    void shouldKeepWhatIsSyncedAboveWhenTheLogIsOfTheCheckpointsView() {
        final VsrState former = root.toBuilder()
                .view(3)
                .logView(3)
                .commitMax(40)
                .startView(suffix(40, 3))
                .synced(50, 7, 8)
                .build();
        final VsrState after = CheckpointInstaller.after(former, checkpoint(45, 2), anchor(45, 2));
        assertEquals(3, after.logView());
        assertEquals(50, after.syncedOp());
        assertEquals(45, after.commitMax());
        assertEquals(40, after.startView().headOp());
        assertNull(after.doViewChange());
        assertEquals(45, after.checkpoint().op());
    }

    @Test
    void shouldCountTheCheckpointAsSyncedWhenTheLogEndsBelowIt() {
        final VsrState former = root.toBuilder().commitMax(10).synced(12, 7, 8).build();
        final VsrState after = CheckpointInstaller.after(former, checkpoint(45, 0), anchor(45, 0));
        assertEquals(45, after.syncedOp());
        assertEquals(anchor(45, 0).header().checksumLo(), after.syncedChecksumLo());
    }

    /** Story: ops 46 to 50 were acknowledged in view 3 and cut by view 5. As evidence they would make the head uncertain for ever. */
    @Test
    void shouldEndTheLogAtTheCheckpointWhenThatIsOfALaterView() {
        final VsrState former = root.toBuilder()
                .view(3)
                .logView(3)
                .commitMax(40)
                .startView(suffix(40, 3))
                .synced(50, 7, 8)
                .build();
        final VsrState after = CheckpointInstaller.after(former, checkpoint(45, 5), anchor(45, 5));
        assertEquals(5, after.view());
        assertEquals(5, after.logView());
        assertEquals(45, after.syncedOp());
        assertEquals(45, after.startView().headOp());
        assertEquals(1, after.startView().count());
        assertNull(after.doViewChange());
    }

    @Test
    void shouldReplaceTheDoViewChangeOnlyWhenItsLogEndsBelowTheCheckpoint() {
        final VsrState former = root.toBuilder()
                .view(7)
                .logView(3)
                .commitMax(40)
                .startView(suffix(40, 3))
                .doViewChange(suffix(50, 3))
                .synced(50, 7, 8)
                .build();
        assertEquals(
                50,
                CheckpointInstaller.after(former, checkpoint(45, 3), anchor(45, 3))
                        .doViewChange()
                        .headOp());
        final VsrState beyond = CheckpointInstaller.after(former, checkpoint(60, 3), anchor(60, 3));
        assertEquals(7, beyond.view());
        assertEquals(60, beyond.doViewChange().headOp());
        final VsrState later = CheckpointInstaller.after(former, checkpoint(45, 5), anchor(45, 5));
        assertEquals(7, later.view());
        assertEquals(5, later.logView());
        assertEquals(45, later.doViewChange().headOp());
    }

    static SnapshotAnchor anchor(final long op, final long view) {
        final PrepareFlyweight header =
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        header.init(Command.PREPARE, 1, 2, HeaderFlyweight.HEADER_LENGTH, view, 0, GROUP);
        header.parent(5, 6).op(op).commit(op - 1).timestamp(op).requestCount(0).seal(new Checksum());
        return new SnapshotAnchor(header, 2 * op);
    }

    static HeaderSuffix suffix(final long op, final long view) {
        final PrepareFlyweight header = anchor(op, view).header();
        return HeaderSuffix.copyOf(op, header.buffer(), header.offset(), 1);
    }

    static CheckpointState checkpoint(final long op, final long view) {
        final PrepareFlyweight header = anchor(op, view).header();
        return new CheckpointState(
                op,
                header.checksumLo(),
                header.checksumHi(),
                view,
                2 * op,
                op,
                3,
                4,
                new byte[CheckpointState.MANIFEST_HASH_LENGTH]);
    }
}
