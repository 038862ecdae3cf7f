package io.vireo.sim.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/** Invariants of a transfer, over peers, networks, disks and crashes that do what they like for a while. */
class TransferProps {
    private static final CrashOutcome[] OUTCOMES = CrashOutcome.values();
    private static final TransferCode[] CODES = TransferCode.values();
    private static final int LIVES = 4;

    /** What peers do: answers get lost, late, twice, wrong in each way; chunk c of a file is good on peer (c mod 3) for certain. */
    private static final class Trouble {
        private final Receiver receiver;
        private final Draws draws;
        private final int lostOf64;
        private final int wrongOf64;
        private final int refusedOf64;
        boolean isOver;

        Trouble(final Receiver receiver, final Draws draws) {
            this.receiver = receiver;
            this.draws = draws;
            lostOf64 = draws.nextInt(24);
            wrongOf64 = draws.nextInt(16);
            refusedOf64 = draws.nextInt(24);
        }

        void onRequest(
                final int peer, final long number, final ManifestEntry file, final long position, final int length) {
            final boolean isSound = (int) (position / Origin.CHUNK) % 3 == (peer == 0 ? 0 : peer - 1);
            if (isOver) {
                if (isSound) {
                    receiver.serve(peer, number, file, position, length);
                } else {
                    receiver.refuse(peer, number, TransferCode.CORRUPT);
                }
                return;
            }
            final long delayNs = draws.exponential(draws.chance(1, 20) ? 500_000_000L : 2_000_000L);
            if (draws.chance(lostOf64, 64)) {
                return;
            }
            if (draws.chance(refusedOf64, 64)) {
                receiver.answer(peer, number, CODES[1 + draws.nextInt(CODES.length - 1)], 0, new byte[0], delayNs);
                return;
            }
            byte[] bytes = receiver.bytes(file, position, length);
            long from = position;
            if (draws.chance(wrongOf64, 64)) {
                switch (draws.nextInt(4)) {
                    case 0 -> bytes[draws.nextInt(length)] ^= (byte) (1 << draws.nextInt(8));
                    case 1 -> bytes = new byte[draws.nextInt(2 * length)];
                    case 2 -> from = draws.nextLong() >>> draws.nextInt(64);
                    default -> bytes = Arrays.copyOf(bytes, 1 + draws.nextInt(length));
                }
            }
            receiver.answer(peer, number, TransferCode.OK, from, bytes, delayNs);
            if (draws.chance(1, 16)) {
                receiver.answer(peer, number, TransferCode.OK, from, bytes, 2 * delayNs);
            }
        }
    }

    @Property(tries = 60)
    @Tag("X2")
    @Tag("X3")
    @Tag("X6")
    @Tag("X7")
    @Tag("X9")
    void shouldNameOnlyWholeFilesAndBringAllInTheEndWhateverHappensMeanwhile(@ForAll final long seed) {
        final Draws draws = new Draws(seed, Stream.RESIDUAL, 0);
        final Origin origin = new Origin(seed);
        final Manifest[] checkpoints = new Manifest[3];
        for (int i = 0; i < checkpoints.length; i++) {
            if (i == 2) {
                origin.drop(1);
            }
            checkpoints[i] = origin.append(4, 1 + draws.nextInt(12)).checkpoint();
        }
        final Receiver receiver = new Receiver(seed, origin);
        final Trouble trouble = new Trouble(receiver, draws);
        receiver.peer = trouble::onRequest;
        int newest = 0;
        for (int life = 0; life < LIVES; life++) {
            receiver.dieAt = draws.logUniform(1, 3_000);
            receiver.target(checkpoints[newest]);
            final int last = newest;
            if (newest + 1 < checkpoints.length && draws.chance(1, 2)) {
                final long changeAt = draws.logUniform(1, 1_500);
                newest++;
                if (receiver.runUntil(() -> receiver.events >= changeAt || receiver.manager.isComplete())) {
                    receiver.target(checkpoints[newest]);
                }
            }
            final long endNs = receiver.queue.nowNs() + 20_000_000_000L;
            receiver.runUntil(() -> receiver.manager.isComplete() || receiver.queue.nowNs() > endNs);
            final boolean isComplete = receiver.manager.isComplete() && receiver.isAlive();
            receiver.crash(OUTCOMES[draws.nextInt(OUTCOMES.length)]);
            receiver.assertNeverEarly();
            if (isComplete) {
                receiver.assertNamesAreWhole(checkpoints[newest]);
            } else {
                receiver.assertNamesAreWhole(checkpoints[Math.max(last, newest)]);
            }
            receiver.begin();
        }
        trouble.isOver = true;
        receiver.target(checkpoints[2]);
        receiver.runUntilComplete();
        receiver.assertWhole(checkpoints[2]);
    }

    @Property(tries = 40)
    @Tag("X3")
    void shouldAskForNoVerifiedChunkAgainWhenOnlyTheProcessDies(@ForAll final long seed) {
        final Draws draws = new Draws(seed, Stream.RESIDUAL, 1);
        final Origin origin = new Origin(seed);
        final Manifest manifest = origin.append(4, 20).checkpoint();
        final Receiver receiver = new Receiver(seed, origin);
        for (int lives = 0; ; lives++) {
            receiver.dieAt = lives < 5 ? draws.between(20L, 400L) : Long.MAX_VALUE;
            receiver.target(manifest);
            if (receiver.runUntilComplete()) {
                break;
            }
            receiver.crash(CrashOutcome.PROCESS_ONLY);
            receiver.kept = receiver.onDisk(manifest);
            receiver.begin();
        }
        receiver.assertWhole(manifest);
    }

    @Property(tries = 40)
    @Tag("X16")
    void shouldReceiveEveryMissingByteOnceWhenNothingFails(@ForAll final long seed) {
        final Origin origin = new Origin(seed);
        final Manifest manifest = origin.append(5, 25).checkpoint();
        final Receiver receiver = new Receiver(seed, origin);
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(manifest.bytes(), receiver.counters().bytesReceived());
        assertEquals(List.of(), receiver.troubles);
    }

    @Property(tries = 40)
    @Tag("X12")
    void shouldBringAllWhateverTheAnswersAreThatComeBesideTheRightOnes(@ForAll final long seed) {
        final Draws draws = new Draws(seed, Stream.RESIDUAL, 2);
        final Origin origin = new Origin(seed);
        final Manifest manifest = origin.append(3, 10).checkpoint();
        final Receiver receiver = new Receiver(seed, origin);
        receiver.peer = (peer, number, file, position, length) -> {
            final byte[] bytes = new byte[draws.nextInt(9_000)];
            receiver.answer(
                    draws.nextInt(Receiver.REPLICAS),
                    draws.chance(1, 2) ? number : draws.nextLong(),
                    CODES[draws.nextInt(CODES.length)],
                    draws.nextLong(),
                    bytes,
                    draws.nextInt(1_000));
            receiver.serve(peer, number, file, position, length);
        };
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertTrue(receiver.counters().of(TransferTrouble.STALE_ANSWER) > 0);
    }
}
