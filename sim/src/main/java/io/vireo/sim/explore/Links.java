package io.vireo.sim.explore;

import java.util.ArrayList;
import java.util.List;

/** The frames under way, by link, each link in the order of sending. */
final class Links {
    private final int ends;
    private final boolean isReordering;
    private final List<List<Frame>> links = new ArrayList<>();

    Links(final int ends, final boolean isReordering) {
        this.ends = ends;
        this.isReordering = isReordering;
        for (int i = 0; i < ends * ends; i++) {
            links.add(new ArrayList<>());
        }
    }

    private List<Frame> link(final int from, final int to) {
        return links.get(from * ends + to);
    }

    void put(final Frame frame) {
        link(frame.from, frame.to).add(frame);
    }

    /** Takes this frame off its link. */
    Frame take(final Choice choice) {
        final List<Frame> link = link(choice.from(), choice.end());
        for (int i = 0; i < link.size(); i++) {
            if (link.get(i).is(choice)) {
                return link.remove(i);
            }
            if (!isReordering) {
                break;
            }
        }
        throw new IllegalStateException("a frame that was under way in this state once is not now: " + choice);
    }

    /** The connections of an end are reset: what is under way to it is lost. */
    void reset(final int to) {
        for (int from = 0; from < ends; from++) {
            link(from, to).clear();
        }
    }

    /** The frames to an end that may arrive next: of each link the first, or each different one. */
    List<Frame> next(final int to) {
        final List<Frame> next = new ArrayList<>();
        for (int from = 0; from < ends; from++) {
            final int before = next.size();
            for (final Frame frame : link(from, to)) {
                if (next.subList(before, next.size()).stream()
                        .noneMatch(other -> other.lo == frame.lo && other.hi == frame.hi)) {
                    next.add(frame);
                }
                if (!isReordering) {
                    break;
                }
            }
        }
        return next;
    }

    /** The oldest frame of the first link that has one; null if there is none. */
    Frame any() {
        for (final List<Frame> link : links) {
            if (!link.isEmpty()) {
                return link.remove(0);
            }
        }
        return null;
    }

    /** Of links in order their sequences count, of others their multisets. */
    void addTo(final Fingerprint fingerprint) {
        for (final List<Frame> link : links) {
            fingerprint.add(link.size());
            long sumLo = 0;
            long sumHi = 0;
            for (final Frame frame : link) {
                if (isReordering) {
                    sumLo += frame.lo;
                    sumHi += frame.hi;
                } else {
                    fingerprint.add(frame.lo).add(frame.hi);
                }
            }
            fingerprint.add(sumLo).add(sumHi);
        }
    }
}
