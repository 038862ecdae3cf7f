package io.vireo.sim.transfer;

import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/** Where checkpoints come from: a real store that takes them, and the bytes of every file that one of them lists. */
final class Origin implements SegmentStore.Listener, SimDisk.Watch, Storage.Completions {
    static final int CHUNK = 16 << 10;
    static final SegmentLimits LIMITS = new SegmentLimits(4 * CHUNK, CHUNK, 32 * CHUNK);

    private final EventQueue queue = new EventQueue();
    private final DurableImage image = new DurableImage();
    private final SimDisk disk;
    private final SegmentStore store;
    private final Draws draws;
    private final TreeMap<String, byte[]> contents = new TreeMap<>();
    private final long[] incarnations = new long[16];
    private boolean isSynced;
    private Manifest manifest = Manifest.EMPTY;

    Origin(final long seed) {
        draws = new Draws(seed, Stream.WORKLOAD, 0);
        Arrays.fill(incarnations, 1);
        disk = new SimDisk(
                queue,
                new DiskFaults(1, 10, 10, 10, 0, 0),
                new Draws(seed, Stream.DISK, 7),
                new DiskStatistics(),
                image);
        disk.attach(this);
        store = new SegmentStore(disk, LIMITS, this);
        store.open(Manifest.EMPTY);
    }

    /** So many entries more, of up to a bit more than two chunks, in so many namespaces. */
    Origin append(final int namespaces, final int entries) {
        for (int i = 0; i < entries; i++) {
            appendOne(draws.nextInt(namespaces), 1 + draws.nextInt(5 * CHUNK / 2));
        }
        return this;
    }

    /** An entry of so many bytes more. */
    Origin appendOne(final int namespace, final int length) {
        final byte[] bytes = new byte[(length + Long.BYTES - 1) / Long.BYTES * Long.BYTES];
        draws.fill(bytes);
        store.append(namespace, incarnations[namespace], new UnsafeBuffer(bytes), 0, length);
        settle();
        return this;
    }

    Origin drop(final int namespace) {
        store.drop(namespace);
        incarnations[namespace]++;
        return this;
    }

    Manifest checkpoint() {
        manifest = store.freeze();
        isSynced = false;
        store.sync(manifest);
        while (!isSynced) {
            settle();
        }
        for (int i = 0; i < manifest.count(); i++) {
            final ManifestEntry entry = manifest.entry(i);
            final byte[] bytes = new byte[(entry.size() + Storage.SECTOR - 1) / Storage.SECTOR * Storage.SECTOR];
            image.files().read(entry.key().fileName(), new UnsafeBuffer(bytes));
            contents.put(entry.key().fileName(), bytes);
        }
        store.forget(manifest);
        settle();
        return manifest;
    }

    /** Bytes of the file, of the last checkpoint that had it. */
    byte[] bytes(final ManifestEntry entry) {
        return contents.get(entry.key().fileName());
    }

    private void settle() {
        do {
            disk.poll(this);
        } while (queue.step());
        disk.poll(this);
    }

    @Override
    public void onSynced() {
        isSynced = true;
    }

    @Override
    public void onCompletion(final long token, final long result) {
        store.onCompletion(token, result);
    }

    @Override
    public void onOpened() {
        // Empty, and open at once.
    }

    @Override
    public void onReadable() {
        // Nobody reads.
    }

    @Override
    public void onForgotten(final int files) {
        // Nothing waits for it.
    }

    @Override
    public void onDamaged(final List<SegmentDamage> damages) {
        throw new AssertionError(damages);
    }

    @Override
    public void onFailure(final String message) {
        throw new AssertionError(message);
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void on(final DiskEvent event) {
        // Nothing is aimed at this disk.
    }
}
