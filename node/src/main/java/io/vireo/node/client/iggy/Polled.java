package io.vireo.node.client.iggy;

import java.util.List;

/**
 * What a poll gave.
 *
 * @param partition it is of; 0 where a member of a group has none.
 * @param currentOffset of the last message of the partition, 0 if there is none.
 */
public record Polled(int partition, long currentOffset, List<PolledMessage> messages) {
    public Polled {
        messages = List.copyOf(messages);
    }
}
