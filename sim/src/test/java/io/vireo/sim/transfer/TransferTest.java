package io.vireo.sim.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.StagingName;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DamageKind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One story each about files that are fetched, over the storage layer of the simulator and with time by hand. */
class TransferTest {
    private static final int CHUNK = Origin.CHUNK;
    /** An entry that fills a segment. */
    private static final int FULL = Origin.LIMITS.entrySizeMax();

    private final Origin origin = new Origin(1);
    private final Receiver receiver = new Receiver(1, origin);

    @Test
    @Tag("X2")
    void shouldFetchAFileAnewWhenItsBytesAreOthersAlthoughItHasTheRightSize() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.put(file(manifest, 0).key().fileName(), new byte[4 * CHUNK]);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(4L * CHUNK, receiver.counters().bytesPulled());
    }

    @Test
    @Tag("X2")
    void shouldNeverNameAFullSizeStagingFileWhenItsBytesAreOthers() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.put(StagingName.of(file(manifest, 0)), new byte[4 * CHUNK]);
        receiver.peer = (peer, number, file, position, length) -> receiver.refuse(peer, number, TransferCode.NOT_FOUND);
        receiver.target(manifest);
        receiver.pass(10_000_000_000L);
        assertFalse(receiver.manager.isComplete());
        receiver.assertNamesAreWhole(manifest);
        receiver.peer = receiver::serve;
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X2")
    @Tag("X3")
    void shouldTakeTheSpaceAnewWhenAStagingFileHasAnotherSize() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        final byte[] longer = Arrays.copyOf(origin.bytes(file(manifest, 0)), 5 * CHUNK);
        receiver.put(StagingName.of(file(manifest, 0)), longer);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(4L * CHUNK, receiver.counters().bytesPulled());
    }

    @Test
    @Tag("X3")
    void shouldAskOnlyForChunksThatAreNotInStagingWhenItBeginsAnew() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        final byte[] left = origin.bytes(file(manifest, 0)).clone();
        left[2 * CHUNK + 17] ^= 1;
        receiver.put(StagingName.of(file(manifest, 0)), left);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(CHUNK, receiver.counters().bytesReceived());
        assertEquals(3L * CHUNK, receiver.counters().bytesSaved());
        assertEquals(1, receiver.counters().resumed());
    }

    @Test
    @Tag("X3")
    @Tag("X8")
    void shouldCopyWhatItHasAndAskForTheRestWhenASegmentHasGrown() {
        final Manifest first = origin.appendOne(0, 2 * CHUNK).checkpoint();
        receiver.target(first);
        receiver.runUntilComplete();
        final Manifest second = origin.appendOne(0, CHUNK).checkpoint();
        assertEquals(file(first, 0).key(), file(second, 0).key());
        final long before = receiver.counters().bytesReceived();
        receiver.target(second);
        receiver.runUntilComplete();
        receiver.assertWhole(second);
        final long received = receiver.counters().bytesReceived() - before;
        assertEquals(file(second, 0).size() - 2L * CHUNK, received, "two chunks are the same");
        assertEquals(2L * CHUNK, receiver.counters().bytesSaved());
    }

    @Test
    @Tag("X8")
    @Tag("X9")
    void shouldKeepWhatBothListAndLeaveNothingOfTheRestWhenTheTargetChanges() {
        final Manifest first =
                origin.appendOne(0, FULL).appendOne(1, FULL).appendOne(2, FULL).checkpoint();
        final ManifestEntry dropped = file(first, 1);
        receiver.target(first);
        receiver.runUntil(() -> receiver.counters().bytesReceived() > 5L * CHUNK);
        final Manifest second = origin.drop(1).appendOne(3, FULL).checkpoint();
        receiver.target(second);
        receiver.runUntilComplete();
        receiver.assertWhole(second);
        assertEquals(1, receiver.counters().obsolete());
        assertTrue(receiver.image.files().length(dropped.key().fileName()) <= 0, "nobody wants it");
        final long most = 4L * FULL + 2L * CHUNK * receiver.limits.chunksPerFileMax();
        assertTrue(
                receiver.counters().bytesReceived() <= most, receiver.counters().bytesReceived() + " bytes");
    }

    @Test
    @Tag("X9")
    void shouldLookAtEveryFileAgainWhenTheSameIsWantedOnceMore() {
        final Manifest manifest = origin.append(6, 40).checkpoint();
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.crash(CrashOutcome.DROP_ALL);
        receiver.begin();
        receiver.target(manifest);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(0, receiver.counters().bytesReceived());
        assertEquals(manifest.count(), receiver.counters().kept());
        assertEquals(0, receiver.counters().pulled());
    }

    @Test
    @Tag("X4")
    @Tag("X12")
    void shouldAskAnotherPeerWhenOneAnswersWithAnotherRange() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            switch (peer) {
                case 0 ->
                    receiver.answer(
                            peer,
                            number,
                            TransferCode.OK,
                            position + 4096,
                            receiver.bytes(file, position, length),
                            1_000);
                case 2 -> receiver.answer(peer, number, TransferCode.OK, position, new byte[length + 1], 1_000);
                default -> receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().of(TransferTrouble.WRONG_RANGE) > 0);
        assertEquals(4L * CHUNK, receiver.counters().bytesPulled());
    }

    @Test
    @Tag("X6")
    void shouldAskTheNextPeerAtOnceWhenOneLacksTheFileAndHoldNothingAgainstIt() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer == 3) {
                receiver.serve(peer, number, file, position, length);
            } else {
                receiver.refuse(peer, number, peer == 0 ? TransferCode.NOT_FOUND : TransferCode.NOT_IN_MANIFEST);
            }
        };
        receiver.target(manifest);
        final long startNs = receiver.queue.nowNs();
        receiver.runUntilComplete();
        assertTrue(receiver.queue.nowNs() - startNs < Receiver.STALL_NS, "nobody was waited for");
        receiver.assertWhole(manifest);
        assertEquals(0, receiver.counters().failed());
        assertEquals(List.of(), receiver.accusations);
    }

    @Test
    @Tag("X6")
    void shouldAskAnotherPeerForThatChunkOnlyAndTellTheOneWhenItsBytesAreOthers() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            final byte[] bytes = receiver.bytes(file, position, length);
            if (peer == 0 && position / CHUNK == 2) {
                bytes[0] ^= 1;
            }
            if (peer == 2 || peer == 3 && (position / CHUNK != 2 || receiver.accusations.isEmpty())) {
                receiver.refuse(peer, number, TransferCode.CORRUPT);
            } else {
                receiver.answer(peer, number, TransferCode.OK, position, bytes, 1_000);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(4L * CHUNK, receiver.counters().bytesPulled());
        assertEquals(List.of(new Receiver.Accusation(0, file(manifest, 0).key(), 2)), receiver.accusations);
        assertEquals(1, receiver.counters().of(TransferTrouble.WRONG_CHUNK));
        assertTrue(receiver.counters().bytesReceived() <= 5L * CHUNK, "one chunk came twice");
    }

    @Test
    @Tag("X6")
    void shouldCompleteWhenEachPeerIsDamagedInAnotherChunkAndNoneHasTheWholeFile() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            final long chunk = position / CHUNK;
            if (chunk == 0 && peer != 0 || chunk == 1 && peer != 2 || chunk >= 2 && peer != 3) {
                receiver.refuse(peer, number, TransferCode.CORRUPT);
            } else {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(0, receiver.counters().failed());
    }

    @Test
    @Tag("X7")
    @Tag("X10")
    void shouldStayIncompleteWhileNobodyAnswersAndCompleteWhenSomebodyDoes() {
        final Manifest manifest = origin.append(3, 20).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {};
        receiver.target(manifest);
        receiver.pass(30_000_000_000L);
        assertFalse(receiver.manager.isComplete());
        assertTrue(receiver.manager.isStuck());
        assertEquals(0, receiver.manager.verifiedFiles());
        assertTrue(receiver.counters().of(TransferTrouble.NO_PEER) > 0);
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer == 2) {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X10")
    void shouldBeCompleteOnlyWhenTheLastFileHasItsNameDurably() {
        final Manifest manifest = origin.append(3, 20).checkpoint();
        receiver.target(manifest);
        receiver.runUntil(() -> {
            int durable = 0;
            for (int i = 0; i < manifest.count(); i++) {
                final ManifestEntry entry = file(manifest, i);
                durable += receiver.image.files().length(entry.key().fileName()) >= entry.size() ? 1 : 0;
            }
            assertTrue(receiver.manager.verifiedFiles() <= durable);
            return receiver.manager.isComplete();
        });
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X12")
    void shouldGiveAFileOfAnEmptyEntryItsNameWhenTheCheckpointListsOne() {
        final Manifest manifest = origin.appendOne(0, 0).appendOne(1, 1).checkpoint();
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X13")
    void shouldCompleteOverASlowLinkHoweverLongItTakes() {
        final Manifest manifest = origin.append(2, 30).checkpoint();
        // A link of 40 kB/s to all peers together: what is asked for at once would take many stalls.
        final long[] freeAtNs = new long[1];
        receiver.peer = (peer, number, file, position, length) -> {
            freeAtNs[0] = Math.max(freeAtNs[0], receiver.queue.nowNs()) + length * 25_000L;
            receiver.answer(
                    peer,
                    number,
                    TransferCode.OK,
                    position,
                    receiver.bytes(file, position, length),
                    freeAtNs[0] - receiver.queue.nowNs());
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().bytesReceived() <= 3 * manifest.bytes(), "no more than so much came in vain");
    }

    @Test
    @Tag("X13")
    void shouldLeaveAPeerAloneAndKeepWhatIsVerifiedWhenItStalls() {
        final Manifest manifest = origin.append(3, 20).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer != 0) {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().of(TransferTrouble.SILENCE) > 0);
        assertTrue(receiver.requests[0] < receiver.requests[2] + receiver.requests[3]);
    }

    @Test
    @Tag("X14")
    void shouldPauseAndBlameNobodyWhenTheDiskIsFullAndGoOnWhenItIsNot() {
        final Manifest manifest =
                origin.appendOne(0, FULL).appendOne(1, FULL).appendOne(2, FULL).checkpoint();
        receiver.disk.fill(20);
        receiver.target(manifest);
        receiver.pass(20_000_000_000L);
        assertFalse(receiver.manager.isComplete());
        assertTrue(receiver.isAlive(), "the process lives");
        assertTrue(receiver.counters().of(TransferTrouble.NO_SPACE) > 1);
        assertEquals(1, receiver.manager.verifiedFiles(), "the one that there was space for");
        for (final TransferTrouble trouble : receiver.troubles) {
            assertEquals(TransferTrouble.NO_SPACE, trouble);
        }
        receiver.disk.giveSpaceBack();
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X14")
    void shouldFetchAChunkAgainAndBlameNobodyWhenTheDiskDoesNotKeepIt() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        final String part = StagingName.of(file(manifest, 0));
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.counters().bytesPulled() == 4L * CHUNK
                && receiver.image.files().lengthUnnamed(part) == 4L * CHUNK);
        assertTrue(receiver.disk.damage(receiver.disk.fileNamed(part), 5, DamageKind.BIT, receiver.draws));
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(1, receiver.counters().of(TransferTrouble.READ_BACK));
        assertEquals(5L * CHUNK, receiver.counters().bytesPulled());
        assertEquals(List.of(TransferTrouble.READ_BACK), receiver.troubles);
    }

    @Test
    @Tag("X15")
    void shouldFetchAChunkSeldomerAndSeldomerWhenTheDiskNeverKeepsIt() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        final String part = StagingName.of(file(manifest, 0));
        receiver.target(manifest);
        receiver.runUntil(() -> {
            final long bad = receiver.counters().of(TransferTrouble.READ_BACK);
            if (receiver.counters().bytesPulled() == (4 + bad) * CHUNK
                    && receiver.image.files().lengthUnnamed(part) == 4L * CHUNK) {
                receiver.disk.damage(receiver.disk.fileNamed(part), 5, DamageKind.BIT, receiver.draws);
            }
            return receiver.queue.nowNs() > 60_000_000_000L;
        });
        final long bad = receiver.counters().of(TransferTrouble.READ_BACK);
        assertTrue(bad > 4 && bad < 60, bad + " times in a minute");
        receiver.assertNamesAreWhole(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X5")
    void shouldAlarmAndGoOnWithTheOthersWhenOneDoesNotBelieveOrUnderstandIt() {
        final Manifest manifest = origin.append(3, 20).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer == 3) {
                receiver.serve(peer, number, file, position, length);
            } else {
                receiver.refuse(peer, number, peer == 0 ? TransferCode.AUTH : TransferCode.VERSION);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().of(TransferTrouble.ALARM) > 0);
        assertEquals(receiver.counters().of(TransferCode.AUTH), receiver.requests[0]);
        assertTrue(receiver.requests[0] <= 8, "who does not believe it is left alone");
    }

    @Test
    @Tag("X5")
    void shouldLeaveABusyPeerAloneForAMoment() {
        final Manifest manifest = origin.append(3, 20).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            if (receiver.draws.chance(1, 2)) {
                receiver.refuse(peer, number, TransferCode.BUSY);
            } else {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().of(TransferCode.BUSY) > 0);
    }

    @Test
    @Tag("X15")
    void shouldAskSeldomerAndSeldomerWhenAllSendOtherBytes() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) ->
                receiver.answer(peer, number, TransferCode.OK, position, new byte[length], 1_000);
        receiver.target(manifest);
        receiver.pass(60_000_000_000L);
        assertTrue(receiver.counters().of(TransferTrouble.SUSPECT) > 1);
        final int asked = Arrays.stream(receiver.requests).sum();
        assertTrue(asked < 1_000, asked + " requests in a minute");
        receiver.assertNamesAreWhole(manifest);
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X16")
    void shouldCountWhatItDid() {
        final Manifest manifest = origin.append(4, 30).checkpoint();
        receiver.target(manifest);
        receiver.runUntilComplete();
        assertEquals(manifest.count(), receiver.counters().enqueued());
        assertEquals(manifest.count(), receiver.counters().walked());
        assertEquals(manifest.count(), receiver.counters().pulled());
        assertEquals(manifest.bytes(), receiver.counters().bytesPulled());
        assertEquals(manifest.bytes(), receiver.counters().bytesReceived(), "no byte came twice");
        assertEquals(1, receiver.counters().targets());
        assertEquals(0, receiver.counters().failed());
        assertEquals(0, receiver.manager.chunksInFlight());
        assertEquals(0, receiver.manager.filesInFlight());
        assertEquals(List.of(), receiver.troubles);
    }

    @Test
    @Tag("X13")
    void shouldKeepToTheRateWhenPeersAreFaster() {
        final Manifest manifest = origin.append(4, 30).checkpoint();
        final long rate = manifest.bytes() / 10;
        receiver.limits = new TransferLimits(4, 8, 64 << 20, 3, rate, Receiver.STALL_NS);
        receiver.begin();
        final long startNs = receiver.queue.nowNs();
        receiver.target(manifest);
        receiver.runUntilComplete();
        final long tookNs = receiver.queue.nowNs() - startNs;
        assertTrue(tookNs > 9_000_000_000L, "at a tenth of the bytes a second it took " + tookNs + " ns");
        receiver.assertWhole(manifest);
    }

    private static ManifestEntry file(final Manifest manifest, final int index) {
        return manifest.entry(index);
    }
}
