package io.vireo.node.launch;

import io.vireo.journal.storage.DataFileLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an opened replica changes in the directory of a group although nobody appends: superblock, sync marks and snapshots. To bring it
 * back as it was brings back the checkpoint, and with it all that has to be replayed. Entries in segments above the checkpoint stay: as
 * after a crash they do not count.
 */
final class GroupImage {
    private static final String SNAPSHOTS = "snapshots";

    private final Path group;
    private final byte[] front;
    private final Map<String, byte[]> snapshots = new LinkedHashMap<>();

    /** Reads the directory of a group, in which nothing runs. */
    GroupImage(final Path group, final DataFileLayout layout) throws IOException {
        this.group = group;
        try (FileChannel data = FileChannel.open(group.resolve(DataFileLayout.FILE_NAME), StandardOpenOption.READ)) {
            front = new byte[(int) layout.walOffset()];
            final ByteBuffer bytes = ByteBuffer.wrap(front);
            while (bytes.hasRemaining()) {
                if (data.read(bytes, bytes.position()) < 0) {
                    throw new IOException("the data file ends before its ring");
                }
            }
        }
        for (final Path file : snapshotFiles()) {
            snapshots.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
    }

    /** Brings the directory back as it was read; nothing runs in it. */
    void restore() throws IOException {
        try (FileChannel data = FileChannel.open(group.resolve(DataFileLayout.FILE_NAME), StandardOpenOption.WRITE)) {
            final ByteBuffer bytes = ByteBuffer.wrap(front);
            while (bytes.hasRemaining()) {
                data.write(bytes, bytes.position());
            }
            data.force(true);
        }
        for (final Path file : snapshotFiles()) {
            Files.delete(file);
        }
        for (final Map.Entry<String, byte[]> snapshot : snapshots.entrySet()) {
            Files.write(group.resolve(SNAPSHOTS).resolve(snapshot.getKey()), snapshot.getValue());
        }
    }

    private List<Path> snapshotFiles() throws IOException {
        final Path directory = group.resolve(SNAPSHOTS);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return new ArrayList<>(files.toList());
        }
    }
}
