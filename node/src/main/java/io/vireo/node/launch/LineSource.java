package io.vireo.node.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Lines of files or of a stream as they are: cut at each newline byte and nowhere else, so that carriage returns, bytes that are no UTF-8
 * and empty lines stay. A last line without a newline counts. Used by one thread.
 */
public final class LineSource implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final Iterator<Path> files;
    private InputStream input;
    private String name;
    private byte[] buffer = new byte[CHUNK];
    private int head;
    private int tail;

    private LineSource(final Iterator<Path> files, final InputStream input, final String name) {
        this.files = files;
        this.input = input;
        this.name = name;
    }

    public static LineSource ofFiles(final Iterable<Path> files) {
        return new LineSource(files.iterator(), null, "");
    }

    public static LineSource ofStream(final InputStream stream, final String name) {
        return new LineSource(java.util.Collections.emptyIterator(), stream, name);
    }

    /** Where the last line came from. */
    public String name() {
        return name;
    }

    /** Whether the next line, or the end, is there without waiting for whoever writes the stream. */
    public boolean isReady() throws IOException {
        for (int i = head; i < tail; i++) {
            if (buffer[i] == '\n') {
                return true;
            }
        }
        return input == null || input.available() > 0;
    }

    /** The next line without its newline, or null at the end of everything. */
    public byte[] next() throws IOException {
        int scanned = head;
        while (true) {
            for (; scanned < tail; scanned++) {
                if (buffer[scanned] == '\n') {
                    final byte[] line = Arrays.copyOfRange(buffer, head, scanned);
                    head = scanned + 1;
                    return line;
                }
            }
            if (input == null) {
                if (!files.hasNext()) {
                    return null;
                }
                final Path file = files.next();
                name = file.toString();
                input = Files.newInputStream(file);
            }
            scanned -= head;
            makeRoom();
            scanned += head;
            final int read = input.read(buffer, tail, buffer.length - tail);
            if (read < 0) {
                input.close();
                input = null;
                if (head < tail) {
                    final byte[] line = Arrays.copyOfRange(buffer, head, tail);
                    head = tail;
                    return line;
                }
            } else {
                tail += read;
            }
        }
    }

    private void makeRoom() {
        if (head > 0) {
            System.arraycopy(buffer, head, buffer, 0, tail - head);
            tail -= head;
            head = 0;
        }
        if (tail == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }

    @Override
    public void close() throws IOException {
        if (input != null) {
            input.close();
            input = null;
        }
    }
}
