package io.vireo.bootstrap.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.wal.PrepareRing;
import io.vireo.journal.wal.SectorTag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** Checkpoints of replicas that get on at different speeds, against a model that keeps every entry and every sector ever written. */
class CheckpointPolicyProps {
    private static final int[][] REPLICAS_AND_QUORUM = {{1, 1}, {2, 2}, {3, 2}, {4, 2}, {5, 3}, {7, 3}};

    /** A ring, and what happens over it. */
    record Run(int sectors, int entrySectorsMax, int sizes, int cluster, long seed) {}

    /** One committed entry. */
    private record Entry(long op, long position, int count, boolean isCheckpoint) {
        long end() {
            return position + count;
        }
    }

    /** A replica that writes the chain into its ring; it remembers which op stands in which place. */
    private static final class Replica {
        final long[] opAtPlace;
        long head;
        long durableCheckpoint;
        long knownQuorum;

        Replica(final int sectors) {
            opAtPlace = new long[sectors];
        }
    }

    /** The whole chain, and replicas that write, checkpoint and hear of the others in any order. */
    private static final class Model {
        final int sectors;
        final int quorum;
        final PrepareRing ring;
        final CheckpointPolicy policy;
        final List<Entry> chain = new ArrayList<>();
        final List<Replica> replicas = new ArrayList<>();
        private long checkpointEnd;

        Model(final Run run) {
            sectors = run.sectors();
            quorum = REPLICAS_AND_QUORUM[run.cluster()][1];
            final int prepareSizeMax = run.entrySectorsMax() * SectorTag.PAYLOAD_LENGTH;
            ring = new PrepareRing((long) sectors * Storage.SECTOR, prepareSizeMax);
            policy = new CheckpointPolicy((long) sectors * Storage.SECTOR, prepareSizeMax);
            chain.add(new Entry(0, 0, 0, true));
            for (int i = 0; i < REPLICAS_AND_QUORUM[run.cluster()][0]; i++) {
                replicas.add(new Replica(sectors));
            }
        }

        Entry entry(final long op) {
            return chain.get((int) op);
        }

        /** What the next op of the chain is like; it joins the chain when the first replica has room for it. */
        private Entry next(final int count) {
            final Entry last = chain.get(chain.size() - 1);
            final long position = ring.positionAfter(last.end(), count);
            return new Entry(last.op() + 1, position, count, policy.isTrigger(checkpointEnd, position + count));
        }

        boolean write(final Replica replica, final int sizeOfNew) {
            final Entry entry = replica.head + 1 < chain.size() ? entry(replica.head + 1) : next(sizeOfNew);
            final long reuseOp = CheckpointPolicy.reuseOp(replica.durableCheckpoint, replica.knownQuorum);
            if (!policy.fits(entry(reuseOp).end(), entry.position(), entry.count())) {
                return false;
            }
            if (entry.op() == chain.size()) {
                chain.add(entry);
                if (entry.isCheckpoint()) {
                    checkpointEnd = entry.end();
                }
            }
            for (int i = 0; i < entry.count(); i++) {
                final int place = (int) ring.place(entry.position() + i);
                checkMayGo(replica, replica.opAtPlace[place]);
                replica.opAtPlace[place] = entry.op();
            }
            replica.head = entry.op();
            return true;
        }

        /** What is overwritten is covered by a checkpoint that is durable here and on a quorum. */
        private void checkMayGo(final Replica replica, final long op) {
            assertTrue(op <= replica.durableCheckpoint, "op " + op + " was overwritten before its own checkpoint");
            final long holders = replicas.stream()
                    .filter(each -> each.durableCheckpoint >= op)
                    .count();
            assertTrue(holders >= quorum, "op " + op + " was overwritten with " + holders + " checkpoints above it");
        }

        /** The next checkpoint of a replica becomes durable, if it has written its op. */
        boolean checkpoint(final Replica replica) {
            for (long op = replica.durableCheckpoint + 1; op <= replica.head; op++) {
                if (entry(op).isCheckpoint()) {
                    replica.durableCheckpoint = op;
                    return true;
                }
            }
            return false;
        }

        void announce(final Replica replica) {
            final long[] ops =
                    replicas.stream().mapToLong(each -> each.durableCheckpoint).toArray();
            final long[] before = ops.clone();
            replica.knownQuorum = Math.max(replica.knownQuorum, CheckpointPolicy.quorumOp(ops, quorum));
            assertEquals(Arrays.toString(before), Arrays.toString(ops));
        }
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    @Tag("I2")
    void shouldOverwriteOnlyWhatAQuorumHasWhenReplicasGetOnAtAnySpeed(@ForAll("runs") final Run run) {
        final Model model = new Model(run);
        final Random random = new Random(run.seed());
        for (int step = 0; step < 400; step++) {
            final Replica replica = model.replicas.get(random.nextInt(model.replicas.size()));
            switch (random.nextInt(8)) {
                case 0 -> model.checkpoint(replica);
                case 1 -> model.announce(replica);
                default -> model.write(replica, size(run, random));
            }
        }
        checkCheckpoints(model);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverStandStillWhenCheckpointsAreTakenAndAnnouncedSoonerOrLater(@ForAll("runs") final Run run) {
        final Model model = new Model(run);
        final Random random = new Random(run.seed());
        for (int round = 0; round < 40; round++) {
            for (final Replica replica : model.replicas) {
                while (model.write(replica, size(run, random))) {
                    // Until the ring is full.
                }
            }
            // Full means that a checkpoint is due that can be taken now; without one the log would wait for ever.
            for (final Replica replica : model.replicas) {
                assertTrue(model.checkpoint(replica), () -> "a full log without a checkpoint to take: " + run);
                while (model.checkpoint(replica)) {
                    // All of them.
                }
            }
            model.replicas.forEach(model::announce);
            for (final Replica replica : model.replicas) {
                assertTrue(model.write(replica, run.entrySectorsMax()), () -> "no room after every checkpoint: " + run);
            }
        }
        checkCheckpoints(model);
    }

    /** Checkpoints fall where the chain alone puts them, at most spanMax apart and at least a quarter of the ring. */
    private static void checkCheckpoints(final Model model) {
        Entry last = model.entry(0);
        for (final Entry entry : model.chain.subList(1, model.chain.size())) {
            final boolean isExpected = 4 * (entry.end() - last.end()) >= model.sectors - model.sectors % 4;
            assertEquals(isExpected, entry.isCheckpoint(), () -> "op " + entry.op());
            assertTrue(entry.end() - last.end() <= model.policy.spanMax());
            last = entry.isCheckpoint() ? entry : last;
        }
        assertTrue(model.policy.spanMax() + 1 <= model.sectors, "the next checkpoint fits");
    }

    private static int size(final Run run, final Random random) {
        return switch (run.sizes()) {
            case 0 -> 1;
            case 1 -> run.entrySectorsMax();
            case 2 -> random.nextInt(8) == 0 ? run.entrySectorsMax() : 1;
            default -> 1 + random.nextInt(run.entrySectorsMax());
        };
    }

    @Property(tries = 2000)
    void shouldRefuseWhatBreaksTheLawWhenRingAndEntryAreOfAnySize(
            @ForAll("walBytes") final long walBytes, @ForAll("prepareSizes") final int prepareSizeMax) {
        final long entrySectors = PrepareRing.entrySectors(prepareSizeMax);
        final boolean holds = 3 * walBytes >= 4 * 3 * entrySectors * Storage.SECTOR;
        assertEquals(holds, CheckpointPolicy.brokenLaw(walBytes, prepareSizeMax) == null);
        if (holds) {
            final CheckpointPolicy policy = new CheckpointPolicy(walBytes, prepareSizeMax);
            assertTrue(policy.spanMax() + entrySectors <= walBytes / Storage.SECTOR + 1);
        } else {
            assertThrows(IllegalArgumentException.class, () -> new CheckpointPolicy(walBytes, prepareSizeMax));
        }
    }

    @Test
    void shouldReachTheLongestSpanWhenTheLastEntrySkipsToTheNextLap() {
        final CheckpointPolicy policy = new CheckpointPolicy(16 * Storage.SECTOR, 4 * SectorTag.PAYLOAD_LENGTH);
        final PrepareRing ring = new PrepareRing(16 * Storage.SECTOR, 4 * SectorTag.PAYLOAD_LENGTH);
        assertEquals(4, policy.interval());
        assertFalse(policy.isTrigger(10, 13));
        assertTrue(policy.isTrigger(10, 14));
        assertEquals(16, ring.positionAfter(13, 4));
        assertEquals(policy.spanMax(), ring.positionAfter(13, 4) + 4 - 10);
    }

    @Test
    void shouldCountAReplicaForOlderCheckpointsWhenItHasANewerOne() {
        assertEquals(20, CheckpointPolicy.quorumOp(new long[] {30, 0, 20}, 2));
        assertEquals(0, CheckpointPolicy.quorumOp(new long[] {30, 0, 20}, 3));
        assertEquals(30, CheckpointPolicy.quorumOp(new long[] {30, 0, 20}, 1));
        assertEquals(20, CheckpointPolicy.reuseOp(30, 20));
        assertEquals(10, CheckpointPolicy.reuseOp(10, 20));
    }

    @Provide
    Arbitrary<Run> runs() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.frequencyOf(
                                Tuple.of(1, Arbitraries.just(0)),
                                Tuple.of(2, Arbitraries.integers().between(0, 40))),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, REPLICAS_AND_QUORUM.length - 1),
                        Arbitraries.longs())
                .as((entry, more, sizes, cluster, seed) -> new Run(4 * entry + more, entry, sizes, cluster, seed));
    }

    @Provide
    Arbitrary<Long> walBytes() {
        return Arbitraries.integers().between(1, 40).map(sectors -> (long) sectors * Storage.SECTOR);
    }

    @Provide
    Arbitrary<Integer> prepareSizes() {
        return Arbitraries.integers().between(1, 40_000);
    }
}
