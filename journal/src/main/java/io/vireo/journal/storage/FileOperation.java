package io.vireo.journal.storage;

import java.nio.ByteBuffer;
import java.util.List;

/** One submission to a {@link FileStorage}; belongs to the group's thread, then to the I/O thread, then to the group's thread again. */
final class FileOperation {
    /** What is to be done. */
    enum Kind {
        OPEN,
        CREATE,
        READ,
        WRITE,
        SYNC,
        CLOSE,
        RENAME,
        DELETE,
        SYNC_DIRECTORY,
        LIST,
        RESET
    }

    Kind kind;
    long token;
    int file;

    // A read or write.

    long position;
    int length;
    ByteBuffer bytes;
    int offset;
    long address;

    // A change of names.

    String name;
    String newName;
    long size;

    // The outcome.

    long result;
    List<String> listed;

    /** True if this transfer lies directly behind {@code count} bytes from another one on, in memory and in the file, and becomes one with them. */
    boolean isBehind(final FileOperation first, final int count, final int mergedLengthMax) {
        return kind == first.kind
                && file == first.file
                && position == first.position + count
                && address == first.address + count
                && first.offset + count + length <= first.bytes.capacity()
                && count + length <= mergedLengthMax;
    }
}
