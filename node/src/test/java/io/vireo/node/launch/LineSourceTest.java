package io.vireo.node.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are what lies between newline bytes, whatever else the bytes are. */
class LineSourceTest {
    @TempDir
    Path temp;

    private static List<String> all(final LineSource source) throws IOException {
        final List<String> lines = new ArrayList<>();
        try (source) {
            for (byte[] line = source.next(); line != null; line = source.next()) {
                lines.add(new String(line, ISO_8859_1));
            }
            assertNull(source.next());
        }
        return lines;
    }

    private static List<String> of(final String text) throws IOException {
        return all(LineSource.ofStream(new ByteArrayInputStream(text.getBytes(ISO_8859_1)), "test"));
    }

    @Test
    void shouldKeepEmptyLinesReturnsAndForeignBytesWhenCutting() throws IOException {
        assertEquals(List.of(), of(""));
        assertEquals(List.of(""), of("\n"));
        assertEquals(List.of("a\r", "", "\u00ff\u0000"), of("a\r\n\n\u00ff\u0000"));
        assertEquals(List.of("a\r", "", "\u00ff\u0000"), of("a\r\n\n\u00ff\u0000\n"));
    }

    @Test
    void shouldNotJoinFilesWhenOneEndsWithoutNewline() throws IOException {
        final List<Path> files = new ArrayList<>();
        for (final String content : List.of("a\nb", "", "c\n", "\n", "d")) {
            files.add(Files.writeString(temp.resolve(Integer.toString(files.size())), content, ISO_8859_1));
        }
        assertEquals(List.of("a", "b", "c", "", "d"), all(LineSource.ofFiles(files)));
    }

    @Test
    void shouldGrowWhenALineIsLongerThanTheBuffer() throws IOException {
        final String line = "x".repeat(300_000);
        assertEquals(List.of("a", line, "b"), of("a\n" + line + "\nb"));
    }

    @Test
    void shouldBeReadyOnlyWhenSomethingIsThereToBeRead() throws IOException {
        try (PipedOutputStream writer = new PipedOutputStream();
                LineSource source = LineSource.ofStream(new PipedInputStream(writer), "test")) {
            writer.write("a\nb\n".getBytes(ISO_8859_1));
            assertEquals("a", new String(source.next(), ISO_8859_1));
            assertTrue(source.isReady(), "a whole line was read with the one before");
            assertEquals("b", new String(source.next(), ISO_8859_1));
            assertFalse(source.isReady(), "whoever writes has written no more");
            writer.write('c');
            assertFalse(source.isReady(), "half a line is none");
            writer.write('\n');
            assertTrue(source.isReady());
            assertEquals("c", new String(source.next(), ISO_8859_1));
        }
    }

    @Test
    void shouldSayWhichLineIsTooLongWhenOneIs() throws IOException {
        final Path first = Files.writeString(temp.resolve("first"), "abc\nabc\nabc");
        final Path second = Files.writeString(temp.resolve("second"), "abc\nabcd\nabc");
        try (LineSource source = LineSource.ofFiles(List.of(first, second)).withLineMax(3)) {
            for (int i = 0; i < 4; i++) {
                assertEquals("abc", new String(source.next(), ISO_8859_1));
            }
            assertEquals(
                    "line 2 of " + second + " is longer than 3 bytes, which is the most",
                    assertThrows(OperatorException.class, source::next).getMessage());
        }
    }

    @Test
    void shouldTakeNoMoreThanALineMayHaveWhenThereIsNoNewline() throws IOException {
        final int max = 300_000;
        final AtomicLong taken = new AtomicLong();
        final InputStream zeros = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("one by one");
            }

            @Override
            public int read(final byte[] into, final int offset, final int length) {
                Arrays.fill(into, offset, offset + length, (byte) 0);
                taken.addAndGet(length);
                return length;
            }

            @Override
            public int available() {
                return Integer.MAX_VALUE;
            }
        };
        try (LineSource source = LineSource.ofStream(zeros, "zeros").withLineMax(max)) {
            assertTrue(source.isReady(), "there is something to say");
            assertEquals(
                    "line 1 of zeros is longer than 300000 bytes, which is the most",
                    assertThrows(OperatorException.class, source::next).getMessage());
        }
        assertTrue(taken.get() <= 4L * max, taken + " bytes were read");
    }
}
