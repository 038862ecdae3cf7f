package io.vireo.node.gateway.service;

/** Which groups may have partitions: all behind that of the metadata, or that one if it is alone. */
final class PartitionGroups {
    private PartitionGroups() {}

    /** The lowest of them; all above it are some, too. */
    static int first(final int groupCount) {
        return groupCount == 1 ? MetadataLink.GROUP : MetadataLink.GROUP + 1;
    }
}
