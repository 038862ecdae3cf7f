package io.vireo.journal.segment;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A store and its listener: waits for what a test asks for. */
final class StoreHarness implements SegmentStore.Listener, Storage.Completions {
    private static final int INTO_LENGTH = 64 << 10;

    final SegmentStore store;
    private final Storage storage;
    private final Semaphore wakeups;
    private final UnsafeBuffer into = new UnsafeBuffer(new byte[INTO_LENGTH]);
    private List<SegmentDamage> damages;
    private boolean isOpened;
    private boolean isReadable;
    private int syncs;
    private int forgotten = -1;

    StoreHarness(final Storage storage, final SegmentLimits limits) {
        this(storage, limits, null);
    }

    /** Over a storage with its own thread, which releases {@code wakeups}. */
    StoreHarness(final Storage storage, final SegmentLimits limits, final Semaphore wakeups) {
        this.storage = storage;
        this.wakeups = wakeups;
        store = new SegmentStore(storage, limits, this);
    }

    /** Opens; null, or what is damaged. */
    List<SegmentDamage> open(final Manifest manifest) {
        store.open(manifest);
        while (!isOpened && damages == null) {
            assertTrue(poll(), "an open ends");
        }
        assertEquals(isOpened, store.isOpen());
        return damages;
    }

    boolean poll() {
        while (storage.poll(this) == 0) {
            if (wakeups == null) {
                return false;
            }
            wakeups.acquireUninterruptibly();
        }
        return true;
    }

    /** As a whole if its length is even, else in two parts. */
    long append(final long namespace, final long incarnation, final byte[] entry) {
        final UnsafeBuffer buffer = new UnsafeBuffer(entry);
        if (entry.length % 2 == 0) {
            return store.append(namespace, incarnation, buffer, 0, entry.length);
        }
        final int prefixLength = entry.length / 3;
        final UnsafeBuffer prefix = new UnsafeBuffer(new byte[1 + prefixLength]);
        prefix.putBytes(1, buffer, 0, prefixLength);
        buffer.setMemory(0, prefixLength, (byte) 0);
        final long offset = store.append(
                namespace, incarnation, prefix, 1, prefixLength, buffer, prefixLength, entry.length - prefixLength);
        buffer.putBytes(0, prefix, 1, prefixLength);
        return offset;
    }

    Manifest checkpoint() {
        final int former = syncs;
        final Manifest manifest = store.freeze();
        store.sync(manifest);
        awaitSyncs(former + 1);
        return manifest;
    }

    int syncs() {
        return syncs;
    }

    void awaitSyncs(final int count) {
        while (syncs < count) {
            assertTrue(poll(), "a sync ends");
        }
    }

    /** Files deleted. */
    int forget(final Manifest durable) {
        forgotten = -1;
        store.forget(durable);
        return awaitForgotten();
    }

    /** Files deleted since the sweep began. */
    int awaitForgotten() {
        while (forgotten < 0) {
            assertTrue(poll(), "a sweep ends");
        }
        return forgotten;
    }

    /** The entries from this offset on that one read gives; null if damaged. */
    List<byte[]> read(final long namespace, final long from, final int maxEntries) {
        int length;
        while ((length = store.read(namespace, from, maxEntries, INTO_LENGTH - 1, into, 1)) == SegmentStore.PENDING) {
            isReadable = false;
            while (!isReadable) {
                assertTrue(poll(), "a read that is pending becomes readable");
            }
        }
        if (length == SegmentStore.DAMAGED) {
            return null;
        }
        final List<byte[]> entries = new ArrayList<>();
        for (int at = 1; at < 1 + length; ) {
            final byte[] entry = new byte[into.getInt(at, LITTLE_ENDIAN)];
            into.getBytes(at + 4, entry);
            at += 4 + entry.length;
            entries.add(entry);
        }
        assertEquals(store.lastReadCount(), entries.size());
        return entries;
    }

    /** The heads of the entries from this offset on that one read gives, none of which is damaged. */
    List<byte[]> readHeads(final long namespace, final long from, final int maxEntries, final int headLength) {
        int length;
        while ((length = store.readHeads(namespace, from, maxEntries, headLength, INTO_LENGTH - 1, into, 1))
                == SegmentStore.PENDING) {
            isReadable = false;
            while (!isReadable) {
                assertTrue(poll(), "a read that is pending becomes readable");
            }
        }
        final List<byte[]> heads = new ArrayList<>();
        for (int at = 1; at < 1 + length; ) {
            final byte[] head = new byte[Math.min(headLength, into.getInt(at, LITTLE_ENDIAN))];
            into.getBytes(at + 4, head);
            at += 4 + head.length;
            heads.add(head);
        }
        assertEquals(store.lastReadCount(), heads.size());
        return heads;
    }

    /** The bytes of a segment that a manifest lists, chunk by chunk as another replica fetches them; null if one is not there. */
    byte[] fetch(final ManifestEntry entry, final int chunkBytes) {
        final byte[] bytes = new byte[entry.size()];
        for (int at = 0; at < bytes.length; at += chunkBytes) {
            final int length = Math.min(chunkBytes, bytes.length - at);
            int result;
            while ((result = store.readBytes(entry.key(), at, length, into, 1)) == SegmentStore.PENDING) {
                isReadable = false;
                while (!isReadable) {
                    assertTrue(poll(), "a fetch that is pending becomes readable");
                }
            }
            if (result != length) {
                return null;
            }
            into.getBytes(1, bytes, at, length);
        }
        return bytes;
    }

    static byte[] encoded(final Manifest manifest, final SegmentLimits limits) {
        final ManifestCodec codec = new ManifestCodec(limits);
        final ExpandableArrayBuffer out = new ExpandableArrayBuffer();
        codec.encode(manifest, out, 0);
        final byte[] bytes = new byte[codec.encodedLength(manifest)];
        out.getBytes(0, bytes);
        return bytes;
    }

    @Override
    public void onCompletion(final long token, final long result) {
        assertTrue(SegmentStore.owns(token));
        store.onCompletion(token, result);
    }

    @Override
    public void onFailure(final String message) {
        throw new AssertionError(message);
    }

    @Override
    public void onOpened() {
        isOpened = true;
    }

    @Override
    public void onDamaged(final List<SegmentDamage> newDamages) {
        damages = newDamages;
    }

    @Override
    public void onSynced() {
        syncs++;
    }

    @Override
    public void onReadable() {
        isReadable = true;
    }

    @Override
    public void onForgotten(final int files) {
        forgotten = files;
    }
}
