package io.vireo.node.stream.metadata;

import java.util.Arrays;

/**
 * Chooses the group of a new partition: the one with the fewest, of these the lowest. Group 0 keeps to the metadata unless it is the only
 * one. What is chosen is recorded with the partition; the counts here follow from that.
 */
final class GroupPlacement {
    private final int first;
    private final int[] partitions;

    GroupPlacement(final int groupCount) {
        this.first = groupCount == 1 ? 0 : 1;
        this.partitions = new int[groupCount];
    }

    boolean isForPartitions(final int group) {
        return group >= first && group < partitions.length;
    }

    int choose() {
        int best = first;
        for (int group = first + 1; group < partitions.length; group++) {
            if (partitions[group] < partitions[best]) {
                best = group;
            }
        }
        return best;
    }

    void onAdded(final int group) {
        partitions[group]++;
    }

    void onRemoved(final int group) {
        partitions[group]--;
    }

    void clear() {
        Arrays.fill(partitions, 0);
    }
}
