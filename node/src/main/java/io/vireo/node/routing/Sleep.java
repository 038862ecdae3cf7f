package io.vireo.node.routing;

import java.lang.invoke.VarHandle;

/**
 * Sleeping without a lost wake-up. A shard sleeps where it can be woken by a call (in its selector), but a needless call is a system call on
 * the path of every acknowledgement and of every frame from another shard. So:
 *
 * <pre>
 *   shard                                     I/O thread, or another shard
 *   1  begin: isSleeping = true               a  put the completion, or the frame, into the queue
 *   2         full fence                      b  wake: full fence
 *   3  poll the queues once more              c        if (isSleeping) call
 *   4  if they were empty: sleep
 *   5  end:   isSleeping = false
 * </pre>
 *
 * The fences make it impossible that both 3 misses a and c misses 1. If 3 sees it, nothing sleeps. If it does not, then a came after 2, so c
 * sees 1 and wakes: before 4, and the sleep ends at once, because a wake-up is remembered, or during it. A c that reads the flag just before 5
 * wakes a later sleep for nothing, which costs one empty cycle. Nobody but the shard writes the flag.
 */
public final class Sleep {
    private final Runnable call;
    private volatile boolean isSleeping;

    /** @param call ends the sleep, or makes the next one end at once; from any thread. */
    public Sleep(final Runnable call) {
        this.call = call;
    }

    /** The shard is going to sleep, once it has looked into its queues for the last time. Its own thread. */
    public void begin() {
        isSleeping = true;
        VarHandle.fullFence();
    }

    /** The shard is awake. Its own thread. */
    public void end() {
        isSleeping = false;
    }

    /** Something lies in a queue of the shard. Any thread. */
    public void wake() {
        VarHandle.fullFence();
        if (isSleeping) {
            call.run();
        }
    }
}
