package io.vireo.node.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Lines of files or of a stream as they are: cut at each newline byte and nowhere else, so that carriage returns, bytes that are no UTF-8
 * and empty lines stay. A last line without a newline counts. A line that is longer than it may be is the operator's mistake, and so is told
 * before it fills the memory: a file of zeros has no newline at all. Used by one thread.
 */
public final class LineSource implements AutoCloseable {
    /** Bytes of a line where nothing else is said. */
    public static final int LINE_MAX = 64 << 20;

    private static final int CHUNK = 1 << 16;

    private final Iterator<Path> files;
    private InputStream input;
    private String name;
    private byte[] buffer = new byte[CHUNK];
    private int head;
    private int tail;
    private int lineMax = LINE_MAX;
    private long lineNumber;

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

    /** @param bytes that a line may have, its newline not counted, at most {@link #LINE_MAX}. */
    public LineSource withLineMax(final int bytes) {
        if (bytes < 1 || bytes > LINE_MAX) {
            throw new IllegalArgumentException("a line of at most " + bytes + " bytes, must be 1 to " + LINE_MAX);
        }
        lineMax = bytes;
        return this;
    }

    /** Where the last line came from. */
    public String name() {
        return name;
    }

    /** Of the last line there, from 1 on. */
    public long lineNumber() {
        return lineNumber;
    }

    /** Whether the next line, or the end, is there as a whole, without waiting for whoever writes the stream. */
    public boolean isReady() throws IOException {
        int scanned = head;
        while (true) {
            for (; scanned < tail; scanned++) {
                if (buffer[scanned] == '\n') {
                    return true;
                }
            }
            if (input == null || tail - head > lineMax) {
                return true;
            }
            final int available = input.available();
            if (available == 0) {
                return false;
            }
            scanned -= head;
            makeRoom();
            scanned += head;
            final int read = input.read(buffer, tail, Math.min(available, buffer.length - tail));
            if (read < 0) {
                return true;
            }
            tail += read;
        }
    }

    /** The next line without its newline, or null at the end of everything. @throws OperatorException if it is too long. */
    public byte[] next() throws IOException {
        int scanned = head;
        while (true) {
            for (; scanned < tail; scanned++) {
                if (buffer[scanned] == '\n') {
                    return line(scanned, scanned + 1);
                }
            }
            if (tail - head > lineMax) {
                return line(tail, tail);
            }
            if (input == null) {
                if (!files.hasNext()) {
                    return null;
                }
                final Path file = files.next();
                name = file.toString();
                lineNumber = 0;
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
                    return line(tail, tail);
                }
            } else {
                tail += read;
            }
        }
    }

    private byte[] line(final int end, final int next) {
        lineNumber++;
        if (end - head > lineMax) {
            throw new OperatorException(
                    "line " + lineNumber + " of " + name + " is longer than " + lineMax + " bytes, which is the most");
        }
        final byte[] line = Arrays.copyOfRange(buffer, head, end);
        head = next;
        return line;
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
