package io.vireo.journal.segment;

import io.vireo.journal.util.Invariant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.TreeMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;

/**
 * The segments of all namespaces, and the manifest that grows from one checkpoint to the next by what has changed. Two manifests count at a
 * time: the durable one, which others may be fetching and a crash goes back to, and the last one, which may take its place at any moment.
 */
final class SegmentTable {
    private final Segment.Shared shared;
    private final Long2ObjectHashMap<NamespaceSegments> logs = new Long2ObjectHashMap<>();
    /** Active or just sealed, changed since the last checkpoint. */
    private final ArrayList<Segment> touched = new ArrayList<>();
    /** No longer of any namespace; a manifest may list them, and their files may be in use. */
    private final TreeMap<SegmentKey, Segment> dropped = new TreeMap<>();

    /** Namespaces whose incarnation has ended since the last manifest. */
    private final LongArrayList ended = new LongArrayList();

    private boolean hasDropped;
    private Manifest manifest = Manifest.EMPTY;
    private Manifest durable = Manifest.EMPTY;

    SegmentTable(final Segment.Shared shared) {
        this.shared = shared;
    }

    /** Namespaces that have segments, or had them since the last manifest. */
    int namespaceCount() {
        return logs.size();
    }

    /** The segments of a namespace; null if it has none. */
    NamespaceSegments find(final long namespace) {
        return logs.get(namespace);
    }

    /** The segment of this key, dropped or not; null if there is none. */
    Segment find(final SegmentKey key) {
        return isCurrent(key) ? logs.get(key.namespace()).get(key) : dropped.get(key);
    }

    /** True if the file of this key is needed: it is a segment, or a manifest that counts lists it. */
    boolean isNeeded(final SegmentKey key) {
        return find(key) != null || isListed(key);
    }

    /** The dropped segments in the order of their keys; those that are removed are found no more. */
    Iterator<Segment> dropped() {
        return dropped.values().iterator();
    }

    /** True if a manifest that counts lists this segment. */
    boolean isListed(final SegmentKey key) {
        return durable.find(key) != null || manifest.find(key) != null;
    }

    /** The last manifest. */
    Manifest manifest() {
        return manifest;
    }

    /** The durable manifest: every byte that it lists is on the disk. */
    Manifest durable() {
        return durable;
    }

    /** This manifest is the durable one now. Stops before anything is deleted if it lacks a file that was not released. */
    void onDurable(final Manifest newDurable) {
        if (newDurable != durable) {
            ManifestSuccession.check(durable, newDurable, dropped::containsKey);
        }
        durable = newDurable;
    }

    /** Takes over what a manifest lists. */
    Segment[] restore(final Manifest newManifest) {
        manifest = newManifest;
        durable = newManifest;
        final Segment[] segments = new Segment[manifest.count()];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new Segment(shared, manifest.entry(i));
            final SegmentKey key = segments[i].key;
            NamespaceSegments log = logs.get(key.namespace());
            if (log == null) {
                log = new NamespaceSegments(key.incarnation());
                logs.put(key.namespace(), log);
            }
            log.add(segments[i]);
        }
        return segments;
    }

    /** The segments of this incarnation, which is not before the one the namespace has; a later one begins with none. */
    NamespaceSegments incarnation(final long namespace, final long incarnation) {
        final NamespaceSegments log = logs.get(namespace);
        if (log != null && log.incarnation == incarnation && !log.isEnded) {
            return log;
        }
        final NamespaceSegments fresh = new NamespaceSegments(incarnation);
        if (log != null) {
            Invariant.check(
                    Long.compareUnsigned(incarnation, log.incarnation) > 0,
                    "incarnations of a namespace only rise",
                    incarnation,
                    log.incarnation);
            drop(log);
        }
        logs.put(namespace, fresh);
        return fresh;
    }

    /**
     * Ends the incarnation of a namespace. That it has is known until the next manifest, as it is to a store that begins with that one: which
     * incarnations may come is decided by who has the segments written, and what namespaces there were must not add up.
     */
    void end(final long namespace) {
        final NamespaceSegments log = logs.get(namespace);
        if (log != null && !log.isEnded) {
            final NamespaceSegments endedLog = new NamespaceSegments(log.incarnation);
            endedLog.isEnded = true;
            drop(log);
            logs.put(namespace, endedLog);
            ended.addLong(namespace);
        }
    }

    /** Takes out the sealed segments that end at or below this offset, but the last one. */
    void dropBelow(final long namespace, final long offset) {
        final NamespaceSegments log = logs.get(namespace);
        int removed = 0;
        while (log != null
                && removed < log.count() - 1
                && log.get(removed).isSealed()
                && log.get(removed).nextOffset() <= offset) {
            drop(log.get(removed++));
        }
        if (removed > 0) {
            log.removeFirst(removed);
        }
    }

    void touch(final Segment segment) {
        if (!segment.isTouched) {
            segment.isTouched = true;
            touched.add(segment);
        }
    }

    /** The manifest as of now; every segment that has changed goes to the writer. */
    Manifest freeze(final SegmentWriter writer) {
        touched.removeIf(segment -> segment.isDropped);
        touched.sort((a, b) -> a.key.compareTo(b.key));
        final ManifestEntry[] fresh = new ManifestEntry[touched.size()];
        for (int i = 0; i < fresh.length; i++) {
            final Segment segment = touched.get(i);
            fresh[i] = segment.freeze();
            segment.isTouched = false;
            writer.onFrozen(segment);
        }
        touched.clear();
        final Manifest former = manifest;
        manifest = merge(former, fresh, hasDropped);
        // Before anything names the new one. What is released stays in dropped as long as the former one counts.
        ManifestSuccession.check(former, manifest, dropped::containsKey);
        hasDropped = false;
        forgetEnded();
        return manifest;
    }

    private void forgetEnded() {
        for (int i = 0; i < ended.size(); i++) {
            final NamespaceSegments log = logs.get(ended.getLong(i));
            if (log != null && log.isEnded) {
                logs.remove(ended.getLong(i));
            }
        }
        ended.clear();
    }

    private Manifest merge(final Manifest former, final ManifestEntry[] fresh, final boolean isFiltered) {
        final ArrayList<ManifestEntry> merged = new ArrayList<>(former.count() + fresh.length);
        int f = 0;
        for (int i = 0; i < former.count(); i++) {
            final ManifestEntry entry = former.entry(i);
            int order = -1;
            while (f < fresh.length && (order = fresh[f].key().compareTo(entry.key())) < 0) {
                merged.add(fresh[f++]);
            }
            final boolean isReplaced = f < fresh.length && order == 0;
            if (!isReplaced && (!isFiltered || isCurrent(entry.key()))) {
                merged.add(entry);
            }
        }
        while (f < fresh.length) {
            merged.add(fresh[f++]);
        }
        return new Manifest(merged.toArray(new ManifestEntry[0]));
    }

    /** True if this is a segment of the incarnation a namespace has now. */
    private boolean isCurrent(final SegmentKey key) {
        final NamespaceSegments log = logs.get(key.namespace());
        return log != null && log.contains(key);
    }

    private void drop(final NamespaceSegments log) {
        for (int i = 0; i < log.count(); i++) {
            drop(log.get(i));
        }
    }

    private void drop(final Segment segment) {
        hasDropped = true;
        segment.drop();
        Invariant.check(dropped.put(segment.key, segment) == null, "a segment is dropped once", segment.number);
    }
}
