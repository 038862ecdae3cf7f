package io.vireo.sim.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.StagingName;
import io.vireo.journal.storage.Storage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a former attempt has left in staging: of use while it is, and gone when it is not. */
class TransferStagingTest {
    private static final int CHUNK = Origin.CHUNK;
    private static final int FULL = Origin.LIMITS.entrySizeMax();
    /** More than what happens until a file of these tests is fetched. */
    private static final int EVENTS_MAX = 40;

    @Test
    @Tag("X9")
    void shouldLeaveNothingInStagingWhenTheFileIsHereWhole() {
        final Origin origin = new Origin(1);
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        final ManifestEntry file = manifest.entry(0);
        final Receiver receiver = new Receiver(1, origin);
        receiver.put(StagingName.of(file), origin.bytes(file));
        receiver.put(file.key().fileName(), origin.bytes(file));
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(1, receiver.counters().kept());
        assertEquals(List.of(), receiver.staging());
    }

    @Test
    @Tag("X3")
    @Tag("X8")
    @Tag("X9")
    void shouldCopyWhatIsLeftOfAnOlderContentWheneverTheTargetChanges() {
        for (int changeAt = 0; changeAt < EVENTS_MAX; changeAt++) {
            final Origin origin = new Origin(1);
            final Manifest first = origin.appendOne(0, 2 * CHUNK).checkpoint();
            final ManifestEntry old = first.entry(0);
            final byte[] left = origin.bytes(old).clone();
            final Manifest second = origin.appendOne(0, CHUNK).checkpoint();
            assertEquals(old.key(), second.entry(0).key());
            final Receiver receiver = new Receiver(1, origin);
            receiver.put(StagingName.of(old), left);
            changeTarget(receiver, first, second, changeAt);
            receiver.assertWhole(second);
            assertEquals(
                    second.entry(0).size() - 2L * CHUNK,
                    receiver.counters().bytesReceived(),
                    "changed at event " + changeAt);
        }
    }

    @Test
    @Tag("X9")
    void shouldLeaveNothingInStagingWheneverTheSegmentIsNotWantedAnyMore() {
        for (int changeAt = 0; changeAt < EVENTS_MAX; changeAt++) {
            final Origin origin = new Origin(1);
            final Manifest first = origin.appendOne(0, FULL).appendOne(1, FULL).checkpoint();
            final ManifestEntry dropped = first.entry(0);
            final byte[] left = Arrays.copyOf(origin.bytes(dropped), 4 * CHUNK);
            left[CHUNK]++;
            final Manifest second = origin.drop(0).checkpoint();
            final Receiver receiver = new Receiver(1, origin);
            receiver.put(StagingName.of(dropped), left);
            changeTarget(receiver, first, second, changeAt);
            receiver.assertWhole(second);
        }
    }

    private static void changeTarget(
            final Receiver receiver, final Manifest first, final Manifest second, final int changeAt) {
        receiver.target(first);
        final long from = receiver.events;
        receiver.runUntil(() -> receiver.events >= from + changeAt || receiver.manager.isComplete());
        receiver.target(second);
        receiver.runUntilComplete();
    }

    @Test
    @Tag("X14")
    void shouldGiveUpAnOlderContentWhenTheNewerOneNeedsItsSpace() {
        final Origin origin = new Origin(1);
        final ManifestEntry old = origin.appendOne(0, 2 * CHUNK).checkpoint().entry(0);
        final byte[] left = origin.bytes(old).clone();
        final Manifest manifest = origin.appendOne(0, CHUNK).checkpoint();
        final Receiver receiver = new Receiver(1, origin);
        receiver.put(StagingName.of(old), left);
        receiver.disk.fill(sectors(manifest.entry(0)) - 1);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(1, receiver.counters().of(TransferTrouble.NO_SPACE));
    }

    @Test
    @Tag("X14")
    void shouldGiveUpWhatNobodyWantsOfAnotherSegmentWhenThereIsNoSpace() {
        final Origin origin = new Origin(1);
        final ManifestEntry oldest = origin.appendOne(1, CHUNK).checkpoint().entry(0);
        final byte[] leftFirst = origin.bytes(oldest).clone();
        final ManifestEntry old = origin.appendOne(1, CHUNK).checkpoint().entry(0);
        final byte[] left = origin.bytes(old).clone();
        final Manifest manifest =
                origin.appendOne(0, 2 * CHUNK).appendOne(1, CHUNK / 2).checkpoint();
        final Receiver receiver = new Receiver(1, origin);
        receiver.put(StagingName.of(oldest), leftFirst);
        receiver.put(StagingName.of(old), left);
        final int needed = sectors(manifest.entry(0)) + sectors(manifest.entry(1));
        receiver.disk.fill(needed - sectors(oldest) - sectors(old));
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X9")
    void shouldDeleteAnOlderContentAsSoonAsItsChunksAreCopied() {
        final Origin origin = new Origin(1);
        final ManifestEntry old = origin.appendOne(0, 2 * CHUNK).checkpoint().entry(0);
        final byte[] left = origin.bytes(old).clone();
        final Manifest manifest = origin.appendOne(0, CHUNK).checkpoint();
        final Receiver receiver = new Receiver(1, origin);
        receiver.put(StagingName.of(old), left);
        receiver.peer = (peer, number, file, position, length) -> {};
        receiver.target(manifest);
        receiver.pass(1_000_000_000L);
        assertFalse(receiver.manager.isComplete());
        assertEquals(List.of(StagingName.of(manifest.entry(0))), receiver.staging());
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(2L * CHUNK, receiver.counters().bytesSaved());
    }

    private static int sectors(final ManifestEntry file) {
        return (file.size() + Storage.SECTOR - 1) / Storage.SECTOR;
    }
}
