package io.vireo.node.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            assertTrue(source.isReady());
        }
    }
}
