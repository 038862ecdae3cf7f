package io.vireo.sim.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peers that are slow, drip, come late or lack a chunk, and what that means for the other peers, chunks and files. */
class TransferPeersTest {
    private static final int CHUNK = Origin.CHUNK;
    private static final int FULL = Origin.LIMITS.entrySizeMax();
    private static final long MILLI = 1_000_000L;

    private final Origin origin = new Origin(1);
    private final Receiver receiver = new Receiver(1, origin);

    /** The request that each number is of, until it is answered. */
    private record Asked(int peer, ManifestEntry file) {}

    /** As a connection with room for one answer: the bytes of the first fill it when the second request comes. */
    @Test
    @Tag("X13")
    void shouldTakeNoLongerThanTheAnswersWhenTheOnlyPeerBearsOneRequestAtATime() {
        final Manifest manifest = files(8);
        final boolean[] isFull = new boolean[1];
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer != 0) {
                receiver.refuse(peer, number, TransferCode.NOT_FOUND);
            } else if (isFull[0]) {
                receiver.refuse(peer, number, TransferCode.BUSY);
            } else {
                isFull[0] = true;
                receiver.queue.after(receiver.delayNs - 1, () -> isFull[0] = false);
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().of(TransferCode.BUSY) > 0);
        assertTrue(receiver.queue.nowNs() < Receiver.STALL_NS, receiver.queue.nowNs() + " ns");
    }

    /** With room for one chunk at a time a dead peer holds all others up for as long as it is waited for. */
    @Test
    @Tag("X6")
    void shouldWaitForADeadPeerAFewTimesAndNoMoreWhenOneChunkIsAskedForAtATime() {
        receiver.limits = new TransferLimits(4, 8, Origin.CHUNK, 3, TransferLimits.BYTES_PER_SECOND, Receiver.STALL_NS);
        receiver.begin();
        final Manifest manifest = files(50);
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer == 0) {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.requests[0] >= 200, receiver.requests[0] + " requests");
        final long ns = receiver.queue.nowNs();
        assertTrue(ns < 10 * Receiver.STALL_NS + 2L * receiver.requests[0] * receiver.delayNs, ns + " ns");
    }

    /** Chunks of four pieces, of which two in three get lost at each try: who begins a chunk anew after two in a row gets most pieces in vain. */
    @Test
    @Tag("X6")
    void shouldKeepWhatIsHereOfAChunkWhenTheOnlyPeerIsSilentForAMoment() {
        receiver.replicas = 2;
        receiver.begin();
        final Manifest manifest = files(8);
        receiver.peer = (peer, number, file, position, length) -> {
            if (receiver.draws.chance(1, 3)) {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        final long received = receiver.counters().bytesReceived();
        final long pulled = receiver.counters().bytesPulled();
        assertTrue(received < 2 * pulled, received + " bytes for " + pulled);
    }

    @Test
    @Tag("X6")
    void shouldKeepWhatIsHereOfAChunkWhenTheOnlyOneThatHasItIsSilentForAMoment() {
        receiver.replicas = 3;
        receiver.begin();
        final Manifest manifest = files(8);
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer == 0) {
                receiver.refuse(peer, number, TransferCode.NOT_FOUND);
            } else if (receiver.draws.chance(1, 3)) {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.requests[0] > 0, "it was asked");
        final long received = receiver.counters().bytesReceived();
        final long pulled = receiver.counters().bytesPulled();
        assertTrue(received < 2 * pulled, received + " bytes for " + pulled);
    }

    /** One of two is dead, and a bit falls over on the way from the other: no reason to take the table for wrong and leave the file alone. */
    @Test
    @Tag("X6")
    void shouldAskTheOnlyOneThatAnswersAgainSoonWhenItsBytesWereWrongOnce() {
        receiver.replicas = 3;
        receiver.begin();
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        final boolean[] wasWrong = new boolean[1];
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer == 0) {
                return;
            }
            if (wasWrong[0]) {
                receiver.serve(peer, number, file, position, length);
            } else {
                wasWrong[0] = true;
                receiver.answer(peer, number, TransferCode.OK, position, new byte[length], 1_000);
            }
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().of(TransferTrouble.WRONG_CHUNK) > 0, "it was wrong");
        assertEquals(0, receiver.counters().of(TransferTrouble.SUSPECT));
        assertTrue(receiver.queue.nowNs() < 12 * Receiver.STALL_NS, receiver.queue.nowNs() + " ns");
    }

    @Test
    @Tag("X6")
    void shouldLeaveAFileAloneForLongWhenTheOnlyPeerHasAlwaysOtherBytes() {
        receiver.replicas = 2;
        receiver.begin();
        final Manifest manifest = files(8);
        receiver.peer = (peer, number, file, position, length) ->
                receiver.answer(peer, number, TransferCode.OK, position, new byte[length], 1_000);
        receiver.target(manifest);
        receiver.pass(600 * Receiver.STALL_NS);
        assertTrue(receiver.counters().of(TransferTrouble.SUSPECT) >= manifest.count(), "each of them");
        final int asked = Arrays.stream(receiver.requests).sum();
        assertTrue(asked < 3_000, asked + " requests");
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X7")
    void shouldSayThatNobodyGivesAFileWhenNoWayLeadsAnyMoreToTheOnlyOneThatHasIt() {
        receiver.replicas = 3;
        receiver.begin();
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            if (peer == 0) {
                receiver.refuse(peer, number, TransferCode.NOT_FOUND);
            } else {
                receiver.serve(peer, number, file, position, length);
                receiver.unreachable = receiver.requests[2] >= 2 ? 1 << 2 : 0;
            }
        };
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.manager.isStuck() || receiver.queue.nowNs() > 200 * Receiver.STALL_NS);
        assertEquals(1 << 2, receiver.unreachable, "it had begun");
        assertTrue(receiver.manager.isStuck(), "whoever has a newer checkpoint is asked for it");
        receiver.unreachable = 0;
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    /** Two that fetch the same tell each other so: neither waits for the other while nobody else has it. */
    @Test
    @Tag("X7")
    void shouldSayThatNobodyHasItWhenOneSaysNotYetForEverAndTheOthersLackIt() {
        final Manifest manifest = files(3);
        receiver.peer = (peer, number, file, position, length) ->
                receiver.refuse(peer, number, peer == 2 ? TransferCode.NOT_READY : TransferCode.NOT_FOUND);
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.manager.isStuck() || receiver.queue.nowNs() > 100 * Receiver.STALL_NS);
        assertTrue(receiver.manager.isStuck(), "whoever has a newer checkpoint is asked for it");
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X6")
    @Tag("X12")
    void shouldLeaveAPeerForAChunkWhenItGivesLessThanItWasAskedFor() {
        final Manifest manifest = origin.appendOne(0, FULL).appendOne(1, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> receiver.answer(
                peer, number, TransferCode.OK, position, receiver.bytes(file, position, peer == 0 ? 1 : length), MILLI);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.requests[0] <= 8, "once per chunk at most: " + receiver.requests[0]);
        assertEquals(receiver.requests[0], receiver.counters().of(TransferTrouble.WRONG_RANGE));
        assertEquals(8L * CHUNK, receiver.counters().bytesPulled());
    }

    @Test
    @Tag("X6")
    void shouldTakeTheRestOfAChunkFromAFasterPeerWhenThereIsOne() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.peer = (peer, number, file, position, length) -> receiver.answer(
                peer,
                number,
                TransferCode.OK,
                position,
                receiver.bytes(file, position, length),
                peer == 0 ? 300 * MILLI : MILLI);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.requests[0] > 0 && receiver.requests[0] <= 2, "only at first: " + receiver.requests[0]);
    }

    @Test
    @Tag("X6")
    void shouldFetchTheOtherChunksOfAFileWhenNobodyGivesOne() {
        final Manifest manifest = origin.appendOne(0, FULL).checkpoint();
        receiver.limits = new TransferLimits(4, 1, 64 << 20, 3, TransferLimits.BYTES_PER_SECOND, Receiver.STALL_NS);
        receiver.begin();
        receiver.peer = (peer, number, file, position, length) -> {
            if (position < CHUNK) {
                receiver.refuse(peer, number, TransferCode.CORRUPT);
            } else {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.counters().bytesPulled() == 3L * CHUNK);
        assertTrue(receiver.queue.nowNs() < Receiver.STALL_NS, "nothing is waited for");
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    @Test
    @Tag("X6")
    @Tag("X7")
    void shouldFetchTheOtherFilesWhenAsManyAsItTakesOnLackAChunkThatNobodyGives() {
        for (int namespace = 0; namespace < 8; namespace++) {
            origin.appendOne(namespace, FULL);
        }
        final Manifest manifest = origin.checkpoint();
        receiver.peer = (peer, number, file, position, length) -> {
            if (position < CHUNK && manifest.indexOf(file.key()) < 6) {
                receiver.refuse(peer, number, TransferCode.CORRUPT);
            } else {
                receiver.serve(peer, number, file, position, length);
            }
        };
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.manager.verifiedFiles() == 2);
        assertTrue(receiver.counters().parked() > 0);
        receiver.runUntil(receiver.manager::isStuck);
        final long received = receiver.counters().bytesReceived();
        assertTrue(received <= (8 * 4 - 6) * CHUNK, "no right chunk came twice: " + received);
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(manifest.bytes(), receiver.counters().bytesReceived());
    }

    @Test
    @Tag("X6")
    @Tag("X7")
    void shouldFetchTheOtherFilesWhenNobodyHasAsManyAsItTakesOnAndTheyHaveMoreChunksThanAreAskedForAtATime() {
        receiver.limits = new TransferLimits(4, 1, 64 << 20, 3, TransferLimits.BYTES_PER_SECOND, Receiver.STALL_NS);
        receiver.begin();
        final Manifest manifest = files(8);
        final int[] refused = lackFirst(manifest, 6);
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.manager.verifiedFiles() == 2);
        assertTrue(refused[0] > 0);
        receiver.runUntil(receiver.manager::isStuck);
        receiver.peer = receiver::serve;
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    /** Files at the head of the manifest that nobody has, many more than there are places; the same ones are wanted again between. */
    @Test
    @Tag("X6")
    @Tag("X7")
    void shouldBeginEveryFileBeforeItTriesThoseAgainThatNobodyHad() {
        receiver.delayNs = 50 * MILLI;
        final Manifest manifest = files(48);
        final int[] refused = lackFirst(manifest, 40);
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.counters().parked() >= 8);
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.manager.verifiedFiles() == 8);
        assertTrue(
                receiver.counters().parked() <= 40 + 8, receiver.counters().parked() + " files gave their place away");
        assertTrue(refused[0] > 0);
        receiver.peer = receiver::serve;
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
    }

    /** Nobody has the first files of the manifest; counts the requests for them. */
    private int[] lackFirst(final Manifest manifest, final int count) {
        final int[] refused = new int[1];
        receiver.peer = (peer, number, file, position, length) -> {
            if (manifest.indexOf(file.key()) < count) {
                refused[0]++;
                receiver.refuse(peer, number, TransferCode.NOT_FOUND);
            } else {
                receiver.serve(peer, number, file, position, length);
            }
        };
        return refused;
    }

    @Test
    @Tag("X13")
    void shouldCompleteWhenTheOnlyPeerNeedsLongerForEveryAnswerThanAStall() {
        for (final long needsNs : new long[] {Receiver.STALL_NS * 6 / 5, 3_000 * MILLI}) {
            final Origin from = new Origin(2);
            final Manifest manifest = from.append(3, 20).checkpoint();
            final Receiver to = new Receiver(2, from);
            to.delayNs = needsNs;
            to.peer = (peer, number, file, position, length) -> {
                if (peer == 2) {
                    to.serve(peer, number, file, position, length);
                }
            };
            to.target(manifest);
            to.runUntilComplete();
            to.assertWhole(manifest);
            assertTrue(needsNs > 2 * Receiver.STALL_NS || to.counters().late() > 0, "what comes a little late is used");
            assertTrue(to.counters().bytesReceived() <= 3 * manifest.bytes() / 2, "little of it in vain");
        }
    }

    @Test
    @Tag("I15")
    void shouldAskSeveralPeersAtOnceAndNoMoreThanItMayForOneFile() {
        for (int peersMax = 1; peersMax <= 3; peersMax++) {
            assertEquals(peersMax, mostPeersOfAFile(peersMax));
        }
    }

    private static int mostPeersOfAFile(final int peersMax) {
        final Origin from = new Origin(3);
        final Manifest manifest = from.append(6, 60).checkpoint();
        final Receiver to = new Receiver(3, from);
        to.limits = new TransferLimits(4, 8, 64 << 20, peersMax, TransferLimits.BYTES_PER_SECOND, Receiver.STALL_NS);
        to.begin();
        final Map<Long, Asked> asked = new HashMap<>();
        final int[] most = new int[1];
        to.peer = (peer, number, file, position, length) -> {
            asked.put(number, new Asked(peer, file));
            final Set<Integer> ofFile = new HashSet<>();
            for (final Asked one : asked.values()) {
                if (one.file.isSameAs(file) && one.file.key().equals(file.key())) {
                    ofFile.add(one.peer);
                }
            }
            most[0] = Math.max(most[0], ofFile.size());
            final long afterNs = 1 + to.draws.nextInt(20) * MILLI;
            to.queue.after(afterNs, () -> asked.remove(number));
            if (to.draws.chance(1, 4)) {
                to.answer(peer, number, TransferCode.BUSY, 0, new byte[0], afterNs);
            } else {
                to.answer(peer, number, TransferCode.OK, position, to.bytes(file, position, length), afterNs);
            }
        };
        to.target(manifest);
        to.runUntilComplete();
        to.assertWhole(manifest);
        assertTrue(Arrays.stream(to.requests).filter(requests -> requests > 0).count() == 3, "all were asked");
        assertFalse(to.counters().of(TransferCode.BUSY) == 0);
        return most[0];
    }

    private Manifest files(final int count) {
        for (int i = 0; i < count; i++) {
            origin.appendOne(i % 8, FULL);
        }
        final Manifest manifest = origin.checkpoint();
        assertEquals(count, manifest.count());
        return manifest;
    }
}
