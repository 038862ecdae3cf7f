package io.vireo.node.stream.metadata;

import io.vireo.node.stream.StreamStatus;

/**
 * What an operation came to.
 *
 * @param status of {@link StreamStatus}; anything but 0 says that nothing was changed.
 * @param number of what was created, or how many things were done; 0 where the operation says nothing of it.
 */
public record MetadataResult(int status, int number) {
    static final MetadataResult OK = new MetadataResult(StreamStatus.OK, 0);

    public static MetadataResult of(final int number) {
        return new MetadataResult(StreamStatus.OK, number);
    }

    public static MetadataResult refused(final int status) {
        return new MetadataResult(status, 0);
    }

    public boolean isOk() {
        return status == StreamStatus.OK;
    }
}
