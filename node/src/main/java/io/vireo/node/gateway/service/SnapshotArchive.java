package io.vireo.node.gateway.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs a zip for people who look for a fault: figures, processes, the files of the data directory with their lengths, and what the node
 * attaches. No message and no secret is in it.
 *
 * <pre>
 *   type                      file
 *   1  file system            files.txt
 *   2  processes              process.txt
 *   3  resources              resources.txt
 *   4  test                   test.txt
 *   5  logs, 6 configuration  what is attached
 * 100  all
 * </pre>
 */
public final class SnapshotArchive {
    public static final int TYPE_FILES = 1;
    public static final int TYPE_PROCESSES = 2;
    public static final int TYPE_RESOURCES = 3;
    public static final int TYPE_TEST = 4;
    public static final int TYPE_LOGS = 5;
    public static final int TYPE_CONFIGURATION = 6;
    public static final int TYPE_ALL = 100;

    /** Of one attachment; of a longer one the end is kept, which is the newest of a log. */
    public static final int ATTACHMENT_BYTES_MAX = 1 << 20;

    static final int STORED = 1;
    static final int DEFLATED = 2;

    private static final int FILES_MAX = 10_000;
    private static final int DEPTH_MAX = 8;

    /**
     * Something the node knows.
     *
     * @param type {@link #TYPE_LOGS} or {@link #TYPE_CONFIGURATION}, or another of the types.
     * @param file name in the archive.
     * @param content asked on another thread than the node's; null if there is none now. Without secrets.
     */
    public record Attachment(int type, String file, Supplier<byte[]> content) {
        /** The end of a file, if it is there. */
        public static Attachment ofFile(final int type, final String file, final Path path) {
            return new Attachment(type, file, () -> tail(path));
        }

        private static byte[] tail(final Path path) {
            try (SeekableByteChannel channel = Files.newByteChannel(path)) {
                final long length = channel.size();
                channel.position(Math.max(0, length - ATTACHMENT_BYTES_MAX));
                final ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, ATTACHMENT_BYTES_MAX));
                while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                    // Until it is full, or the file has become shorter.
                }
                return Arrays.copyOf(bytes.array(), bytes.position());
            } catch (final IOException e) {
                return null;
            }
        }
    }

    private final Path directory;
    private final List<Attachment> attachments;

    SnapshotArchive(final Path directory, final List<Attachment> attachments) {
        this.directory = directory;
        this.attachments = List.copyOf(attachments);
    }

    /** Any thread. @return nothing if it knows no such compression, or has nothing of these types. */
    Optional<byte[]> pack(final int compression, final List<Integer> types, final String resources) {
        if (compression != STORED && compression != DEFLATED) {
            return Optional.empty();
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int files = 0;
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(compression == STORED ? ZipOutputStream.STORED : ZipOutputStream.DEFLATED);
            for (final Attachment each : all(resources)) {
                final byte[] content =
                        types.contains(each.type) || types.contains(TYPE_ALL) ? each.content.get() : null;
                if (content != null) {
                    add(zip, each.file, content);
                    files++;
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("memory takes all that is written to it", e);
        }
        return files == 0 ? Optional.empty() : Optional.of(bytes.toByteArray());
    }

    private List<Attachment> all(final String resources) {
        final List<Attachment> all = new ArrayList<>();
        all.add(new Attachment(TYPE_FILES, "files.txt", this::files));
        all.add(new Attachment(TYPE_PROCESSES, "process.txt", SnapshotArchive::process));
        all.add(new Attachment(TYPE_RESOURCES, "resources.txt", () -> resources.getBytes(UTF_8)));
        all.add(new Attachment(TYPE_TEST, "test.txt", () -> "test\n".getBytes(UTF_8)));
        all.addAll(attachments);
        return all;
    }

    private static void add(final ZipOutputStream zip, final String file, final byte[] content) throws IOException {
        final int from = Math.max(0, content.length - ATTACHMENT_BYTES_MAX);
        final ZipEntry entry = new ZipEntry(file);
        // A stored entry says beforehand what it has; the time is fixed, so that equal content makes equal bytes.
        final CRC32 checksum = new CRC32();
        checksum.update(content, from, content.length - from);
        entry.setCrc(checksum.getValue());
        entry.setSize(content.length - from);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content, from, content.length - from);
        zip.closeEntry();
    }

    private static byte[] process() {
        final ProcessHandle.Info info = ProcessHandle.current().info();
        return String.join(
                        "\n",
                        "command=" + info.command().orElse("unknown"),
                        "java=" + Runtime.version(),
                        "cpu_time="
                                + info.totalCpuDuration().map(Object::toString).orElse("unknown"),
                        "processors=" + Runtime.getRuntime().availableProcessors(),
                        "heap_max_bytes=" + Runtime.getRuntime().maxMemory(),
                        "")
                .getBytes(UTF_8);
    }

    private byte[] files() {
        try (Stream<Path> found = Files.walk(directory, DEPTH_MAX)) {
            final List<String> lines = new ArrayList<>();
            found.filter(Files::isRegularFile).limit(FILES_MAX).forEach(file -> lines.add(line(file)));
            lines.sort(null);
            return (String.join("\n", lines) + "\n").getBytes(UTF_8);
        } catch (final IOException | UncheckedIOException e) {
            return ("unreadable: " + e.getMessage() + "\n").getBytes(UTF_8);
        }
    }

    private String line(final Path file) {
        try {
            return directory.relativize(file) + " " + Files.size(file);
        } catch (final IOException e) {
            return directory.relativize(file) + " gone";
        }
    }
}
