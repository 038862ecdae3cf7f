package io.vireo.journal.segment;

import io.vireo.journal.util.Invariant;
import java.util.function.Predicate;

/**
 * What may change from one manifest to the next: files come, files grow, and files go that a state machine released; nothing else goes, and
 * nothing shrinks. Source: bootstrap and transfer, section 1, X17. Called at each checkpoint; stateless.
 */
final class ManifestSuccession {
    private ManifestSuccession() {}

    /**
     * Story: a defect loses an entry of the manifest. Its file is on the disk still, and nothing is wrong to be seen; but the superblock
     * names the new manifest, and the first sweep after a restart takes the file for one that is left over, on every replica, for all
     * compute the same manifest. The replica stops instead while the file is there and the older checkpoint lists it.
     *
     * @param isReleased says of a segment that the former lists and the next does not whether a state machine has given it up.
     */
    static void check(final Manifest former, final Manifest next, final Predicate<SegmentKey> isReleased) {
        int n = 0;
        for (int f = 0; f < former.count(); f++) {
            final ManifestEntry entry = former.entry(f);
            final SegmentKey key = entry.key();
            int order = 1;
            while (n < next.count() && (order = next.entry(n).key().compareTo(key)) < 0) {
                n++;
            }
            if (n < next.count() && order == 0) {
                Invariant.check(
                        next.entry(n).size() >= entry.size(),
                        "a file does not shrink from one checkpoint to the next (namespace, base offset)",
                        key.namespace(),
                        key.baseOffset());
            } else {
                Invariant.check(
                        isReleased.test(key),
                        "a checkpoint lists every file of the one before that was not released (namespace, base offset)",
                        key.namespace(),
                        key.baseOffset());
            }
        }
    }
}
