package io.vireo.journal.segment;

import io.vireo.journal.segment.SegmentDamage.Kind;
import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the files of a manifest, some at a time: each must be there and as long as it says; of an active one the last part of a chunk is
 * read and checked, and the hash goes on from there. What lies behind the manifest's size is ignored.
 */
final class SegmentOpener {
    /** As many as load at once: what has been loaded is used before anything else can push it out of the cache. */
    private static final int WINDOW = ChunkCache.LOADS_MAX;

    private static final byte[] NOTHING = {};

    private final Storage storage;
    private final SegmentFiles files;
    private final ChunkCache cache;
    private final SegmentLimits limits;
    private final Manifest manifest;
    private final Segment[] segments;
    private final ArrayList<Integer> current = new ArrayList<>();
    private final List<SegmentDamage> damages = new ArrayList<>();
    private int next;

    /**
     * @param segments of the manifest's entries, in their order.
     */
    SegmentOpener(
            final Storage storage,
            final SegmentFiles files,
            final ChunkCache cache,
            final SegmentLimits limits,
            final Manifest manifest,
            final Segment[] segments) {
        this.storage = storage;
        this.files = files;
        this.cache = cache;
        this.limits = limits;
        this.manifest = manifest;
        this.segments = segments;
    }

    /** What is damaged or missing, in the order of the manifest. */
    List<SegmentDamage> damages() {
        damages.sort((a, b) -> a.key().compareTo(b.key()));
        return List.copyOf(damages);
    }

    /** Files that nothing more is to be found out about. */
    int lookedAt() {
        return next - current.size();
    }

    /** Goes on as far as possible; true once all files have been looked at. */
    boolean pump() {
        int kept = 0;
        for (int i = 0; i < current.size(); i++) {
            if (!isDone(current.get(i))) {
                current.set(kept++, current.get(i));
            }
        }
        current.subList(kept, current.size()).clear();
        while (current.size() < WINDOW && next < segments.length) {
            if (!isDone(next)) {
                current.add(next);
            }
            next++;
        }
        return current.isEmpty() && next == segments.length;
    }

    private boolean isDone(final int index) {
        final Segment segment = segments[index];
        if (!files.use(segment)) {
            if (segment.file.isMissing) {
                damages.add(ofFile(Kind.MISSING, index, 0));
            }
            return segment.file.isMissing;
        }
        final long size = storage.size(segment.file.handle);
        if (size < SegmentFormat.roundUp(segment.size())) {
            damages.add(ofFile(Kind.SHORT, index, size));
            return true;
        }
        if (!segment.isRestoring()) {
            return true;
        }
        final int chunk = segment.size() / limits.chunkBytes();
        final int state = cache.request(segment, chunk, segment.size(), 0);
        if (state == SegmentStore.DAMAGED) {
            damages.add(cache.lastDamage());
            return true;
        }
        final CachedChunk ready = cache.ready(segment, chunk, segment.size());
        if (ready == null) {
            return false;
        }
        for (int i = 0; i < ready.blocks.length; i++) {
            segment.restore(ready.blocks[i].buffer(), ready.blocks[i].offset(), ready.lengthOf(i));
        }
        return true;
    }

    private SegmentDamage ofFile(final Kind kind, final int index, final long position) {
        final ManifestEntry entry = manifest.entry(index);
        return new SegmentDamage(
                kind,
                entry.key(),
                position,
                (int) (entry.size() - Math.min(position, entry.size())),
                entry.root(),
                NOTHING);
    }
}
