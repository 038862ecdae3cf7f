package io.vireo.node.viewchange;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.DoViewChangeFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The DoViewChanges that the primary of one view has collected, the newest of each replica. Cleared when the view changes, so that
 * nothing said for one view is ever counted for another.
 */
public final class DoViewChangeQuorum {
    private final DoViewChangeFlyweight[] byReplica;
    private int count;

    public DoViewChangeQuorum(final int replicas) {
        byReplica = new DoViewChangeFlyweight[replicas];
    }

    public void clear() {
        for (int i = 0; i < byReplica.length; i++) {
            byReplica[i] = null;
        }
        count = 0;
    }

    /** Keeps a copy of a whole frame, in the place of an older one of the same replica. */
    public void put(final DoViewChangeFlyweight frame) {
        final int replica = frame.replica();
        final int size = (int) frame.size();
        final byte[] copy = new byte[size];
        frame.buffer().getBytes(frame.offset(), copy, 0, size);
        if (byReplica[replica] == null) {
            count++;
        }
        byReplica[replica] = new DoViewChangeFlyweight().wrap(new UnsafeBuffer(copy), 0);
    }

    /** Takes out what this replica has sent, if anything. */
    public void remove(final int replica) {
        if (byReplica[replica] != null) {
            byReplica[replica] = null;
            count--;
        }
    }

    public int count() {
        return count;
    }

    public int replicas() {
        return byReplica.length;
    }

    /** The DoViewChange of this replica, or null. */
    public DoViewChangeFlyweight of(final int replica) {
        return byReplica[replica];
    }

    /** Offset in the frame's buffer of the header that stands for {@code op}, or -1 if the frame does not reach it. */
    static int headerOffset(final DoViewChangeFlyweight frame, final long op) {
        final long index = frame.headOp() - op;
        return index >= 0 && index < frame.headerCount()
                ? frame.offset() + HeaderFlyweight.HEADER_LENGTH * (1 + (int) index)
                : -1;
    }
}
