package io.vireo.node.viewchange;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.util.Invariant;
import io.vireo.node.core.Quorums;
import io.vireo.node.message.DoViewChangeFlyweight;

/**
 * Which log a new view starts with: a pure function of the DoViewChanges, independent of their order. (VSR Revisited 4.2, with the
 * corrections of protocol-aware recovery.)
 *
 * <ul>
 *   <li>The log comes from the highest <em>logView</em>, never from the longest log: a longer one may be a left-over of a view that a
 *       later view has already replaced.
 *   <li>An op is truncated only if a nack quorum certainly never acknowledged it. Silence is not a nack, nor is a damaged entry: its
 *       holder may have acknowledged it.
 *   <li>An op that is neither refused by a nack quorum nor present anywhere waits for more DoViewChanges: it may be committed.
 *   <li>Two different entries for one op in the same logView cannot be: that is a broken invariant and stops the node.
 * </ul>
 */
public final class LogMerge {
    /** Outcome of {@link #decide}. */
    public enum Outcome {
        /** Not enough is known yet: more DoViewChanges are needed. */
        AWAIT,
        /** {@link #headOp}, {@link #commitMax} and {@link #header} hold the log of the new view. */
        DECIDED
    }

    private final Quorums quorums;
    private final PrepareFlyweight canonical = new PrepareFlyweight();
    private final PrepareFlyweight candidate = new PrepareFlyweight();
    private PrepareFlyweight[] headers = new PrepareFlyweight[0];
    private long commitMax;
    private long headOp;
    private long truncated;

    public LogMerge(final Quorums quorums) {
        this.quorums = quorums;
    }

    public long headOp() {
        return headOp;
    }

    public long commitMax() {
        return commitMax;
    }

    /** Ops above the new head that some DoViewChange of the winning logView held. */
    public long truncated() {
        return truncated;
    }

    /** Headers decided on: ops {@link #headOp} down to max(1, {@link #commitMax}). */
    public int headerCount() {
        return (int) (headOp - Math.max(commitMax, 1) + 1);
    }

    /** Header of {@code headOp - index}; its bytes are those of the DoViewChange it came from. */
    public PrepareFlyweight header(final int index) {
        return headers[headers.length - 1 - index];
    }

    /**
     * Decides from what has been collected.
     *
     * @param needed DoViewChanges that it takes.
     */
    public Outcome decide(final DoViewChangeQuorum quorum, final int needed) {
        if (quorum.count() < needed) {
            return Outcome.AWAIT;
        }
        long logView = -1;
        long commit = 0;
        for (int r = 0; r < quorum.replicas(); r++) {
            final DoViewChangeFlyweight frame = quorum.of(r);
            if (frame != null) {
                logView = Math.max(logView, frame.logView());
                commit = Math.max(commit, frame.commitMax());
            }
        }
        long head = 0;
        for (int r = 0; r < quorum.replicas(); r++) {
            final DoViewChangeFlyweight frame = quorum.of(r);
            if (frame != null && frame.logView() == logView) {
                head = Math.max(head, frame.headOp());
            }
        }
        Invariant.check(head >= commit, "the log of the highest logView does not reach what is committed");
        final long headBefore = head;
        final long bottom = Math.max(commit, 1);
        final PrepareFlyweight[] decided = new PrepareFlyweight[(int) (head - bottom + 1)];
        for (long op = bottom; op <= head; op++) {
            final PrepareFlyweight header = canonicalHeader(quorum, op, logView, commit);
            if (op > commit && nacks(quorum, op, logView, header) >= quorums.nack()) {
                head = op - 1;
                break;
            }
            if (header == null || (op > commit && copies(quorum, op, header) == 0)) {
                return Outcome.AWAIT;
            }
            if (op > bottom) {
                final PrepareFlyweight below = decided[(int) (op - 1 - bottom)];
                Invariant.check(
                        header.parentLo() == below.checksumLo() && header.parentHi() == below.checksumHi(),
                        "the headers of one logView do not chain");
            }
            decided[(int) (op - bottom)] = header;
        }
        commitMax = commit;
        headOp = head;
        truncated = headBefore - head;
        headers = new PrepareFlyweight[(int) (head - bottom + 1)];
        System.arraycopy(decided, 0, headers, 0, headers.length);
        return Outcome.DECIDED;
    }

    /** The entry that the winning logView has for this op, or null if none of its DoViewChanges knows its header. */
    private PrepareFlyweight canonicalHeader(
            final DoViewChangeQuorum quorum, final long op, final long logView, final long commit) {
        boolean isFound = false;
        for (int r = 0; r < quorum.replicas(); r++) {
            final DoViewChangeFlyweight frame = quorum.of(r);
            // Below a sender's own commitMax its entry is the committed one, whatever its logView.
            if (frame == null || (frame.logView() != logView && op > frame.commitMax())) {
                continue;
            }
            if (!wrapHeader(frame, op, candidate)) {
                continue;
            }
            if (isFound) {
                Invariant.check(isSame(canonical, candidate), "two different entries for one op in the same logView");
            } else {
                canonical.wrap(candidate.buffer(), candidate.offset());
                isFound = true;
            }
        }
        Invariant.check(op <= commit || !isFound || canonical.view() <= logView, "an entry is newer than its log");
        return isFound ? new PrepareFlyweight().wrap(canonical.buffer(), canonical.offset()) : null;
    }

    private int nacks(
            final DoViewChangeQuorum quorum, final long op, final long logView, final PrepareFlyweight header) {
        int nacks = 0;
        for (int r = 0; r < quorum.replicas(); r++) {
            final DoViewChangeFlyweight frame = quorum.of(r);
            if (frame == null) {
                continue;
            }
            if (frame.headOp() < op) {
                // Its log ended below: it never acknowledged this op in the winning logView.
                nacks++;
            } else if (isNackSet(frame, op)) {
                nacks++;
            } else if (wrapHeader(frame, op, candidate)
                    && frame.logView() < logView
                    && (header == null || !isSame(header, candidate))) {
                // It held another entry under an older logView, so it cannot have acknowledged the winner's.
                nacks++;
            }
        }
        return nacks;
    }

    private int copies(final DoViewChangeQuorum quorum, final long op, final PrepareFlyweight header) {
        int copies = 0;
        for (int r = 0; r < quorum.replicas(); r++) {
            final DoViewChangeFlyweight frame = quorum.of(r);
            if (frame != null
                    && isPresentSet(frame, op)
                    && wrapHeader(frame, op, candidate)
                    && isSame(header, candidate)) {
                copies++;
            }
        }
        return copies;
    }

    private static boolean wrapHeader(final DoViewChangeFlyweight frame, final long op, final PrepareFlyweight into) {
        final int offset = DoViewChangeQuorum.headerOffset(frame, op);
        if (offset < 0) {
            return false;
        }
        into.wrap(frame.buffer(), offset);
        return into.commandCode() != 0;
    }

    private static boolean isNackSet(final DoViewChangeFlyweight frame, final long op) {
        return (frame.nack() >>> frame.headOp() - op & 1) != 0 && frame.headOp() - op < frame.headerCount();
    }

    private static boolean isPresentSet(final DoViewChangeFlyweight frame, final long op) {
        return (frame.present() >>> frame.headOp() - op & 1) != 0 && frame.headOp() - op < frame.headerCount();
    }

    private static boolean isSame(final HeaderFlyweight a, final HeaderFlyweight b) {
        return a.checksumLo() == b.checksumLo() && a.checksumHi() == b.checksumHi();
    }
}
