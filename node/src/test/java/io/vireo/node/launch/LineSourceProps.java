package io.vireo.node.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

/** Cutting loses nothing: lines with their newlines are the text again. */
class LineSourceProps {
    @Property(tries = 300)
    void shouldGiveBackTheTextWhenLinesAreJoined(
            @ForAll @StringLength(max = 40) @Chars({'a', '\r', '\n', '\u00e9'}) final String text) throws IOException {
        final StringBuilder joined = new StringBuilder();
        try (LineSource source = LineSource.ofStream(new ByteArrayInputStream(text.getBytes(ISO_8859_1)), "test")) {
            for (byte[] line = source.next(); line != null; line = source.next()) {
                joined.append(new String(line, ISO_8859_1)).append('\n');
            }
        }
        assertEquals(text.isEmpty() || text.endsWith("\n") ? text : text + "\n", joined.toString());
    }
}
