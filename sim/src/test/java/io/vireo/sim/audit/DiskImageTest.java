package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.sim.storage.DiskCopy;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When an old image may take the place of what is on a disk, and what the disk and its index are then. */
class DiskImageTest {
    private final Rig rig = new Rig();
    private final PrepareFlyweight one = rig.prepare(1, 1, null, 0);
    private final PrepareFlyweight two = rig.prepare(1, 2, one, 1);
    private DiskCopy copy;

    @BeforeEach
    void takeImage() {
        rig.disks[0].syncDirectory(1);
        rig.entry(0, one, 0, true);
        rig.run();
        copy = rig.disks[0].copy();
    }

    private DurableImage[] old() {
        return new DurableImage[] {DurableImage.of(copy)};
    }

    @Test
    void shouldLetAReplicaForgetOnlyWhatBothOthersHold() {
        rig.entry(1, one, 0, true);
        rig.entry(2, one, 0, true);
        rig.entry(0, two, 1, true);
        rig.entry(1, two, 1, true);
        rig.run();
        assertFalse(rig.atlas.admitImage(0, old()), "one of three would be left with it");
        assertEquals(1, rig.atlas.rejected());
        rig.entry(2, two, 1, true);
        rig.run();
        assertTrue(rig.atlas.admitImage(0, old()));
        final FaultAtlas.Forgotten forgotten = rig.atlas.onImage(0, old());
        assertEquals(1, forgotten.ops());
        assertArrayEquals(new long[] {2}, forgotten.lowest());
        assertTrue(rig.atlas.wasLost(0, 0, 2));
        assertFalse(rig.atlas.wasLost(0, 0, 1));
        assertFalse(rig.atlas.wasDamaged(0, 0, 2), "what it fetches again is durable before it is acknowledged");
    }

    /** An image with a gap opens below it, whatever bytes it has above. */
    @Test
    void shouldForgetWhatTheImageHasAboveAGap() {
        final PrepareFlyweight three = rig.prepare(1, 3, two, 0);
        rig.entry(0, three, 0, true);
        copy = rig.disks[0].copy();
        rig.entry(0, two, 0, true);
        assertEquals(3, rig.images[0][0].unbrokenOp());
        assertEquals(1, old()[0].unbrokenOp());
        assertArrayEquals(new long[] {2}, rig.atlas.onImage(0, old()).lowest());
        assertTrue(rig.atlas.wasLost(0, 0, 3));
    }

    /** What is known to be missing is not forgotten yet; an image from before it was there makes it so. */
    @Test
    void shouldForgetAPromisedOpThatIsNotWholeNow() {
        rig.entry(0, two, 1, true);
        final PrepareFlyweight three = rig.prepare(1, 3, two, 2);
        rig.entry(0, three, 2, true);
        rig.entry(0, rig.prepare(1, 9, two, 2), 1, 2, true);
        assertFalse(rig.images[0][0].isWhole(2));
        assertEquals(2, rig.images[0][0].evidenceWritten());
        assertFalse(rig.atlas.isImageHarmless(0, old()));
        rig.atlas.onImage(0, old());
        assertTrue(rig.atlas.wasLost(0, 0, 2));
    }

    /** Where a promise waits for its mark, the image has to have the mark. */
    @Test
    void shouldForgetAnOpWhoseMarkIsNotInTheImageWherePromisesWaitForMarks() {
        rig.entry(0, two, 1, true);
        copy = rig.disks[0].copy();
        rig.entry(0, rig.prepare(1, 3, two, 2), 2, true);
        assertArrayEquals(new long[] {3}, rig.atlas.onImage(0, old()).lowest());
        assertArrayEquals(new long[] {2}, rig.marked.onImage(0, old()).lowest());
    }

    /** What is durable above a gap was not acknowledged, and is cut when the replica is opened. */
    @Test
    void shouldCountNoHolderThatHasAGapBelow() {
        rig.entry(0, two, 1, true);
        rig.entry(1, one, 0, true);
        rig.entry(1, two, 1, true);
        rig.entry(2, two, 1, true);
        assertEquals(2, rig.images[1][0].unbrokenOp());
        assertEquals(0, rig.images[2][0].unbrokenOp());
        assertFalse(rig.atlas.isImageHarmless(0, old()));
        rig.entry(2, one, 0, true);
        assertEquals(2, rig.images[2][0].unbrokenOp());
        assertTrue(rig.atlas.isImageHarmless(0, old()));
    }

    @Test
    void shouldEndWhatIsUnbrokenWhereAnEntryDoesNotFollowTheOneBelow() {
        rig.entry(0, rig.prepare(2, 2, two, 1), 0, true);
        assertTrue(rig.images[0][0].isWhole(2));
        assertEquals(1, rig.images[0][0].unbrokenOp());
    }

    /** An entry in the ring is no op of the log where nothing says so: a view change may have cut it. */
    @Test
    void shouldForgetWhatACheckpointCoversNowWhereTheImageOnlyHasBytesOfIt() {
        rig.entry(0, two, 1, true);
        copy = rig.disks[0].copy();
        rig.superblock(0, 2, 0, 0, -1, 2, 9);
        final FaultAtlas.Forgotten forgotten = rig.atlas.onImage(0, old());
        assertEquals(0, forgotten.ops(), "the bytes are there");
        assertArrayEquals(new long[] {2}, forgotten.lowest());
    }

    @Test
    void shouldLetNoReplicaForgetItsView() {
        assertTrue(rig.atlas.isImageHarmless(0, old()));
        rig.superblock(0, 2, 1, 0, -1);
        assertFalse(rig.atlas.isImageHarmless(0, old()));
    }

    @Test
    void shouldHaveTheBytesAndTheIndexOfTheImageWhenItIsPutBack() {
        rig.entry(0, two, 1, true);
        rig.superblock(0, 2, 3, 3, -1);
        rig.run();
        assertTrue(rig.images[0][0].isWhole(2));
        assertNotNull(copy.difference(rig.disks[0].copy()));
        rig.crash(0);
        rig.disks[0].restore(copy);
        assertNull(copy.difference(rig.disks[0].copy()));
        assertFalse(rig.images[0][0].isWhole(2));
        assertTrue(rig.images[0][0].holds(1, one.checksumLo()));
        assertEquals(1, rig.images[0][0].superblock().sequence());
        assertEquals(0, rig.images[0][0].superblock().view());
    }

    @Test
    void shouldHaveTheNewerOfTwoVersionsWhenTheRingHasTheOlderOneAtAHigherPlace() {
        final PrepareFlyweight newer = rig.prepare(2, 2, one, 1);
        rig.entry(0, two, 6, 1, true);
        rig.entry(0, newer, 3, 1, true);
        assertTrue(rig.images[0][0].holds(2, newer.checksumLo()));
        final DiskCopy both = rig.disks[0].copy();
        assertTrue(DurableImage.of(both).holds(2, newer.checksumLo()));
        rig.crash(0);
        rig.disks[0].restore(both);
        assertTrue(rig.images[0][0].holds(2, newer.checksumLo()));
        assertFalse(rig.images[0][0].holds(2, two.checksumLo()));
    }
}
