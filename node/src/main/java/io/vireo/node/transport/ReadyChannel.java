package io.vireo.node.transport;

import java.nio.channels.SelectionKey;

/** What a channel on a shard's selector has as its attachment: whoever takes what the channel is ready for. */
public interface ReadyChannel {
    /**
     * The channel is ready for something, or its key has been cancelled since. On the shard's thread, inside the poll of the selector's owner.
     *
     * @param nowNs monotonic time.
     */
    void onReady(SelectionKey key, long nowNs);
}
