package io.vireo.journal.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A random log of appends, drops and checkpoints, run by two stores whose disks, reads and crashes differ, against a model that keeps
 * everything. After a crash a store opens its last durable manifest and runs the log again from there, as a replica replays its WAL.
 */
class SegmentStoreProps {
    private static final SegmentLimits LIMITS =
            new SegmentLimits(8 * Storage.SECTOR, 2 * Storage.SECTOR, 4 * Storage.SECTOR);
    private static final int NAMESPACES = 4;
    private static final int STEPS = 120;

    /** One op of the log: an entry; or no entry and the end of an incarnation, or of what is below an offset; or a checkpoint. */
    private record Step(long namespace, long incarnation, byte[] entry, long below) {
        static final long CHECKPOINT = -1;
        static final long ALL = -1;
    }

    /** Of the entries, those from {@code begin} on are kept. */
    private record Log(long incarnation, List<byte[]> entries, long begin) {}

    @Property(tries = 250)
    void shouldHoldWhatTheManifestCoversAndTheSameManifestsWhenDisksAndCrashesDiffer(@ForAll final long seed) {
        final Random random = new Random(seed);
        final List<Step> steps = steps(random);
        final Map<Integer, byte[]> manifests = new TreeMap<>();
        final Map<Integer, Long> begins = new TreeMap<>();
        new Replica(steps, manifests, begins, new Random(random.nextLong()), 0).run();
        new Replica(steps, manifests, begins, new Random(random.nextLong()), 20).run();
        new Replica(steps, manifests, begins, new Random(random.nextLong()), 5).run();
    }

    /** A sweep deletes what a former process left under a name, and meanwhile the replay of the log creates that name anew. */
    @Example
    void shouldNotCreateANameThatIsBeingDeleted() {
        shouldHoldWhatTheManifestCoversAndTheSameManifestsWhenDisksAndCrashesDiffer(3822);
    }

    private static List<Step> steps(final Random random) {
        final long[] incarnations = new long[NAMESPACES];
        final List<Step> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            final int namespace = random.nextInt(NAMESPACES);
            final int kind = random.nextInt(24);
            if (kind < 3) {
                steps.add(new Step(Step.CHECKPOINT, 0, null, Step.ALL));
            } else if (kind == 3) {
                steps.add(new Step(namespace, incarnations[namespace]++, null, Step.ALL));
            } else if (kind < 6) {
                steps.add(new Step(namespace, incarnations[namespace], null, random.nextInt(24)));
            } else {
                incarnations[namespace] += kind == 6 ? 1 : 0;
                final byte[] entry = new byte[length(random)];
                random.nextBytes(entry);
                steps.add(new Step(namespace, incarnations[namespace], entry, Step.ALL));
            }
        }
        steps.add(new Step(Step.CHECKPOINT, 0, null, Step.ALL));
        return steps;
    }

    private static int length(final Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextInt(LIMITS.entrySizeMax() + 1);
            // Ends at, or a few bytes before or behind, a boundary of sectors.
            case 2 -> Storage.SECTOR * (1 + random.nextInt(4)) - random.nextInt(12);
            default -> random.nextInt(2_000);
        };
    }

    /** One run through the log. */
    private static final class Replica {
        private final List<Step> steps;
        private final Map<Integer, byte[]> manifests;
        /** Where a namespace began after the step; the first run finds it out. */
        private final Map<Integer, Long> begins;

        private final Random random;
        private final int crashEvery;
        private final CrashDisk disk;
        private final Map<Long, Log> model = new TreeMap<>();
        private StoreHarness harness;
        private int next;
        private Manifest durable = Manifest.EMPTY;
        private int durableNext;
        private Manifest frozen;
        private int frozenNext;
        /** What is frozen is synced: a superblock that names it may be on its way, so that a crash finds this manifest or the durable one. */
        private boolean isSynced;

        Replica(
                final List<Step> steps,
                final Map<Integer, byte[]> manifests,
                final Map<Integer, Long> begins,
                final Random random,
                final int crashEvery) {
            this.steps = steps;
            this.manifests = manifests;
            this.begins = begins;
            this.random = random;
            this.crashEvery = crashEvery;
            disk = new CrashDisk(random);
            harness = new StoreHarness(disk, LIMITS);
            assertNull(harness.open(durable));
        }

        void run() {
            int crashes = crashEvery == 0 ? 0 : STEPS / crashEvery;
            while (next < steps.size()) {
                if (crashes > 0 && random.nextInt(crashEvery) == 0) {
                    crashes--;
                    crash();
                }
                step(steps.get(next));
                for (int polls = random.nextInt(12); polls > 0 && poll(); polls--) {
                    // More or less of it gets to the disk.
                }
                if (isSynced && random.nextInt(4) == 0) {
                    onNamed();
                }
                if (random.nextInt(3) == 0) {
                    readSome();
                }
                if (random.nextInt(8) == 0) {
                    fetchSome();
                }
            }
            awaitNamed();
            while (poll()) {
                // Until nothing is in flight.
            }
            assertEquals(0, harness.store.unwrittenBytes());
            assertFalse(harness.store.isBacklogged());
            readAll();
            harness.forget(durable);
            final List<String> files = new ArrayList<>();
            for (int i = 0; i < durable.count(); i++) {
                files.add(durable.entry(i).key().fileName());
            }
            assertEquals(files, disk.names());
            crash();
        }

        private void step(final Step step) {
            if (step.namespace == Step.CHECKPOINT) {
                awaitNamed();
                checkpoint();
            } else if (step.entry == null && step.below == Step.ALL) {
                harness.store.drop(step.namespace);
            } else if (step.entry == null) {
                dropBelow(step);
            } else {
                final long offset = harness.append(step.namespace, step.incarnation, step.entry);
                final Log log = model.get(step.namespace);
                final boolean isFirst = log == null || log.incarnation != step.incarnation;
                assertEquals(isFirst ? 0 : log.entries.size(), offset);
            }
            applyToModel(step);
            next++;
        }

        private void dropBelow(final Step step) {
            final long former = harness.store.begin(step.namespace);
            final long end = harness.store.end(step.namespace);
            harness.store.dropBelow(step.namespace, step.below);
            final long begin = harness.store.begin(step.namespace);
            assertTrue(begin == former || begin > former && begin <= step.below, "only what is below goes");
            assertEquals(end, harness.store.end(step.namespace));
            if (step.below >= end) {
                assertEquals(harness.store.lastSegmentBegin(step.namespace), begin);
            }
            begins.putIfAbsent(next, begin);
            assertEquals(begins.get(next), begin, "all replicas drop the same");
        }

        private void applyToModel(final Step step) {
            if (step.namespace == Step.CHECKPOINT) {
                return;
            } else if (step.entry == null && step.below == Step.ALL) {
                model.remove(step.namespace);
                return;
            } else if (step.entry == null) {
                model.computeIfPresent(
                        step.namespace, (key, log) -> new Log(log.incarnation, log.entries, begins.get(next)));
                return;
            }
            Log log = model.get(step.namespace);
            if (log == null || log.incarnation != step.incarnation) {
                log = new Log(step.incarnation, new ArrayList<>(), 0);
                model.put(step.namespace, log);
            }
            log.entries.add(step.entry);
        }

        private void checkpoint() {
            frozen = harness.store.freeze();
            final byte[] bytes = StoreHarness.encoded(frozen, LIMITS);
            final byte[] first = manifests.putIfAbsent(next, bytes);
            assertArrayEquals(first == null ? bytes : first, bytes, "all replicas have the same manifest");
            frozenNext = next + 1;
            final int syncs = harness.syncs();
            harness.store.sync(frozen);
            if (harness.syncs() > syncs) {
                onSynced();
            }
        }

        private boolean poll() {
            final int syncs = harness.syncs();
            final boolean isAny = harness.poll();
            if (harness.syncs() > syncs) {
                onSynced();
            }
            return isAny;
        }

        private void onSynced() {
            isSynced = true;
            disk.protect(durable, frozen);
            if (random.nextInt(4) == 0) {
                harness.forget(durable);
            }
        }

        /** The superblock names what was synced. */
        private void onNamed() {
            durable = frozen;
            durableNext = frozenNext;
            frozen = null;
            isSynced = false;
            disk.protect(durable);
            harness.store.forget(durable);
        }

        private void awaitNamed() {
            while (frozen != null && !isSynced) {
                assertTrue(poll(), "a sync ends");
            }
            if (isSynced) {
                onNamed();
            }
        }

        /** Another replica fetches the durable checkpoint, whatever has been dropped since. */
        private void fetchSome() {
            final ChunkCheck check = new ChunkCheck(LIMITS);
            for (int i = 0; i < durable.count(); i++) {
                final ManifestEntry entry = durable.entry(i);
                if (random.nextInt(4) == 0) {
                    final int syncs = harness.syncs();
                    final byte[] bytes = harness.fetch(entry, LIMITS.chunkBytes());
                    if (harness.syncs() > syncs) {
                        onSynced();
                    }
                    assertNotNull(bytes, "the durable checkpoint can be fetched");
                    for (int chunk = 0; chunk < entry.chunkCount(); chunk++) {
                        assertTrue(check.matches(entry, chunk, new UnsafeBuffer(bytes), chunk * LIMITS.chunkBytes()));
                    }
                }
            }
        }

        private void crash() {
            disk.crash();
            if (isSynced && random.nextBoolean()) {
                durable = frozen;
                durableNext = frozenNext;
            }
            frozen = null;
            isSynced = false;
            disk.protect(durable);
            final ManifestCodec codec = new ManifestCodec(LIMITS);
            final byte[] bytes = StoreHarness.encoded(durable, LIMITS);
            durable = codec.decode(new UnsafeBuffer(bytes), 0, bytes.length);
            harness = new StoreHarness(disk, LIMITS);
            assertNull(harness.open(durable));
            model.clear();
            for (next = 0; next < durableNext; next++) {
                applyToModel(steps.get(next));
            }
            readAll();
        }

        private void readSome() {
            final long namespace = random.nextInt(NAMESPACES);
            final Log log = model.get(namespace);
            final int begin = log == null ? 0 : (int) log.begin;
            final int end = log == null ? 0 : log.entries.size();
            readFrom(namespace, begin + random.nextInt(end - begin + 1), 1 + random.nextInt(5));
            if (begin > 0) {
                assertEquals(List.of(), harness.read(namespace, random.nextInt(begin), 1));
            }
        }

        private void readAll() {
            for (long namespace = 0; namespace < NAMESPACES; namespace++) {
                int offset = (int) harness.store.begin(namespace);
                assertEquals(model.containsKey(namespace) ? model.get(namespace).begin : 0, offset);
                int count;
                while ((count = readFrom(namespace, offset, 3)) > 0) {
                    offset += count;
                }
                assertEquals(offset, harness.store.end(namespace));
            }
        }

        private int readFrom(final long namespace, final int from, final int maxEntries) {
            final Log log = model.get(namespace);
            final List<byte[]> expected = log == null ? List.of() : log.entries;
            assertEquals(expected.size(), harness.store.end(namespace));
            final int syncs = harness.syncs();
            final List<byte[]> found = harness.read(namespace, from, maxEntries);
            final int headLength = random.nextInt(3) == 0 ? random.nextInt(10_000) : 5;
            final List<byte[]> heads = harness.readHeads(namespace, from, maxEntries, headLength);
            if (harness.syncs() > syncs) {
                onSynced();
            }
            assertNotNull(found, "nothing is damaged");
            assertTrue(found.size() <= maxEntries && (found.size() > 0 || from == expected.size()));
            for (int i = 0; i < found.size(); i++) {
                assertArrayEquals(expected.get(from + i), found.get(i));
            }
            assertTrue(heads.size() > 0 || from == expected.size());
            for (int i = 0; i < heads.size(); i++) {
                final byte[] entry = expected.get(from + i);
                assertArrayEquals(Arrays.copyOf(entry, Math.min(entry.length, headLength)), heads.get(i));
            }
            return found.size();
        }
    }
}
