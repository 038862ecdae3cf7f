package io.vireo.node.routing;

import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * What the other shards of the process hand to one shard: a bounded queue and the wake-up of its reader. Any shard puts in, one takes out.
 *
 * <p>The reader may sleep while the queue is empty: see {@link Sleep}, whose wake-up follows every frame.
 */
public final class ShardInbox {
    private final MpscVarHandleArrayQueue<Envelope> queue;
    private final Runnable wakeup;

    /**
     * @param shardCount of the replica: there is room for all that the others may have on their way to this one.
     * @param wakeup wakes the reader if it sleeps; called by any thread, after every frame.
     */
    public ShardInbox(final int shardCount, final Runnable wakeup) {
        this.queue = new MpscVarHandleArrayQueue<>(Math.max(1, shardCount - 1) * EnvelopePool.ENVELOPES_MAX);
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
