package io.vireo.node.routing;

import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * What the other shards of the process hand to one shard: a bounded queue and the wake-up of its reader. Any shard puts in, one takes out.
 *
 * <p>The reader may sleep while the queue is empty: see {@link Sleep}, whose wake-up follows every frame.
 */
public final class ShardInbox {
    /** Frames that may wait. */
    public static final int CAPACITY = 4096;

    private final MpscVarHandleArrayQueue<Envelope> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final Runnable wakeup;

    /** @param wakeup wakes the reader if it sleeps; called by any thread, after every frame. */
    public ShardInbox(final Runnable wakeup) {
        this.wakeup = wakeup;
    }

    /** False if the reader does not keep up. Any shard's thread. */
    boolean offer(final Envelope envelope) {
        if (!queue.offer(envelope)) {
            return false;
        }
        wakeup.run();
        return true;
    }

    /** The oldest one, or null. The reader's thread. */
    Envelope poll() {
        return queue.poll();
    }
}
