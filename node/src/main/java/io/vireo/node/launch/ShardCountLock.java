package io.vireo.node.launch;

import io.vireo.bootstrap.open.RecoveryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps all processes of a replica at one number of shards. Their groups alone would not: shard 0 of two and shard 1 of three of four groups
 * have none in common, and together they host each group at most once, at doors that contradict each other. Whoever finds nobody else writes
 * his number; everybody then holds the lock shared, for as long as his process lives, and refuses another number than the one he reads.
 */
final class ShardCountLock implements AutoCloseable {
    static final String FILE_NAME = "shards.lock";

    private static final Pattern CONTENT = Pattern.compile("shards (\\d{1,9}) process (\\d{1,19})\n");
    private static final int CONTENT_MAX = 64;
    /** One who is refused holds the lock for a moment too, and must not be taken for one who stays. */
    private static final int ATTEMPTS = 3;

    private final FileChannel channel;

    private ShardCountLock(final FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock for a process of the replica with this directory, or throws an {@link OperatorException}. */
    static ShardCountLock take(final Path replicaDirectory, final int shardCount) {
        final Path file = replicaDirectory.resolve(FILE_NAME);
        FileChannel channel = null;
        boolean isTaken = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            take(channel, replicaDirectory, shardCount);
            isTaken = true;
            return new ShardCountLock(channel);
        } catch (final IOException e) {
            throw new OperatorException(
                    "cannot lock " + file + ": " + Failures.text(e) + "; the directory must be there and writable", e);
        } finally {
            if (!isTaken && channel != null) {
                close(channel);
            }
        }
    }

    private static void take(final FileChannel channel, final Path replicaDirectory, final int shardCount)
            throws IOException {
        String found = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final FileLock alone = channel.tryLock();
            if (alone != null) {
                write(
                        channel,
                        "shards " + shardCount + " process "
                                + ProcessHandle.current().pid() + "\n");
                alone.release();
            }
            // Waits for one who writes, no longer. Whoever came in between has written, and is believed.
            final FileLock shared = channel.lock(0, Long.MAX_VALUE, true);
            found = read(channel);
            final Matcher content = CONTENT.matcher(found);
            if (content.matches() && Integer.parseInt(content.group(1)) == shardCount) {
                return;
            }
            shared.release();
        }
        throw refusal(replicaDirectory, shardCount, found);
    }

    private static RecoveryException refusal(final Path directory, final int shardCount, final String found) {
        final Matcher content = CONTENT.matcher(found);
        final String other = content.matches()
                ? "process " + content.group(2) + " runs " + content.group(1) + " shards"
                : "another process runs another number of shards";
        return new RecoveryException(
                RecoveryException.Code.LOCKED,
                other + " in " + directory + ", and this one was told " + shardCount
                        + "; all processes of a replica need the same number: stop the others first, or start this one with theirs",
                null);
    }

    private static void write(final FileChannel channel, final String text) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        channel.truncate(0);
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    private static String read(final FileChannel channel) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(CONTENT_MAX);
        int read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
            read = channel.read(bytes, bytes.position());
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(final FileChannel channel) {
        try {
            channel.close();
        } catch (final IOException e) {
            throw new OperatorException("cannot release the file " + FILE_NAME + ": " + Failures.text(e), e);
        }
    }
}
