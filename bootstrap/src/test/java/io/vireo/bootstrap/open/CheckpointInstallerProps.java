package io.vireo.bootstrap.open;

import static io.vireo.bootstrap.open.CheckpointInstallerTest.anchor;
import static io.vireo.bootstrap.open.CheckpointInstallerTest.checkpoint;
import static io.vireo.bootstrap.open.CheckpointInstallerTest.suffix;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.VsrState;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A checkpoint of others put into any superblock of this replica that a legal history can have left. */
class CheckpointInstallerProps {
    private static final int GROUP = 0;

    @Property(tries = 2000)
    void shouldForgetNoPromiseAndHoldTheCheckpointWhateverWasThereBefore(
            @ForAll @IntRange(max = 6) final int logView,
            @ForAll @IntRange(max = 2) final int viewsLeft,
            @ForAll @IntRange(min = 1, max = 60) final int startHead,
            @ForAll @IntRange(max = 20) final int prepared,
            @ForAll @IntRange(max = 20) final int unsynced,
            @ForAll @IntRange(max = 10) final int behind,
            @ForAll @IntRange(min = 1, max = 100) final int op,
            @ForAll @IntRange(max = 8) final int opView) {
        final int head = startHead + prepared;
        final int synced = Math.max(0, head - unsynced);
        final VsrState.Builder built = VsrState.root(1, 2, GROUP).toBuilder()
                .view(logView + viewsLeft)
                .logView(logView)
                .commitMax(Math.min(head, startHead + behind))
                .startView(suffix(startHead, logView));
        if (synced > 0) {
            built.synced(synced, 7, 8);
        }
        if (viewsLeft > 0) {
            built.doViewChange(suffix(head, logView));
        }
        final VsrState former = built.build();
        final VsrState after = CheckpointInstaller.after(former, checkpoint(op, opView), anchor(op, opView));
        assertEquals(checkpoint(op, opView), after.checkpoint());
        assertEquals(Math.max(former.view(), opView), after.view());
        assertEquals(Math.max(former.logView(), opView), after.logView());
        assertEquals(Math.max(former.commitMax(), op), after.commitMax());
        assertTrue(after.syncedOp() >= op, "the checkpoint stands for everything up to it");
        if (opView <= logView) {
            assertEquals(
                    Math.max(former.syncedOp(), op), after.syncedOp(), "what is acknowledged above stays evidence");
            assertEquals(former.startView(), after.startView());
        } else {
            assertEquals(op, after.syncedOp(), "nothing above it belongs to the later view");
            assertEquals(op, after.startView().headOp());
        }
        assertEquals(after.view() > after.logView(), after.doViewChange() != null);
        if (after.doViewChange() != null) {
            assertTrue(after.doViewChange().headOp() >= op, "a DoViewChange does not end below the checkpoint");
        }
        assertEquals(after, CheckpointInstaller.after(after, checkpoint(op, opView), anchor(op, opView)));
    }
}
