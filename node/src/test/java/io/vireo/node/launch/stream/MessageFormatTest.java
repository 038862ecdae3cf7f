package io.vireo.node.launch.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.client.iggy.PolledMessage;
import io.vireo.node.client.iggy.UserHeaders;
import io.vireo.node.iggy.WireWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

/** What people and programs read of messages and of listings. */
class MessageFormatTest {
    private static final byte[] NO_TEXT = {(byte) 0xff, 0, '\n'};

    @Test
    void shouldWritePayloadsAsTheyAre() throws IOException {
        assertEquals("a b\n", text(MessageFormat.LINES, message(new byte[0], bytes("a b"))));
        assertEquals("a b", text(MessageFormat.RAW, message(new byte[0], bytes("a b"))));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        MessageFormat.RAW.write(out, 0, message(new byte[0], NO_TEXT));
        assertArrayEquals(NO_TEXT, out.toByteArray());
    }

    @Test
    void shouldWriteAnObjectInOneLineWhenAskedForJson() throws IOException {
        final Map<String, String> headers = new LinkedHashMap<>();
        headers.put("kind", "order");
        headers.put("note", "two\nlines");
        assertEquals(
                "{\"partition\":3,\"offset\":18446744073709551615,\"timestamp\":\"1970-01-01T00:00:00.000001Z\","
                        + "\"originTimestamp\":\"1970-01-01T00:00:00.000002Z\","
                        + "\"id\":\"00000000000000010000000000000002\","
                        + "\"headers\":{\"kind\":\"order\",\"note\":\"two\\nlines\"},\"payload\":\"\u00e4\\n\\\"\"}\n",
                text(MessageFormat.JSON, message(UserHeaders.write(headers), bytes("\u00e4\n\""))));
    }

    @Test
    void shouldWriteNumbersAndFlagsOfHeadersAsWhatTheyAre() throws IOException {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final WireWriter out = new WireWriter();
        final int start = out.begin(buffer, 0).position();
        header(out, "yes", 3, 1);
        header(out, "minus", 4, 0xff);
        header(out, "small", 6, 0xfe, 0xff, 0xff, 0xff);
        header(out, "large", 12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        header(out, "half", 14, 0, 0, 0, 0x3f);
        header(out, "quarter", 15, 0, 0, 0, 0, 0, 0, 0xd0, 0x3f);
        header(out, "bytes", 1, 0xff);
        header(out, "short", 6, 1);
        final byte[] headers = new byte[out.position() - start];
        buffer.getBytes(start, headers);
        final String line = text(MessageFormat.JSON, message(headers, bytes("x")));
        assertEquals(
                "{\"yes\":true,\"minus\":-1,\"small\":-2,\"large\":18446744073709551615,\"half\":0.5,\"quarter\":0.25,"
                        + "\"bytes\":\"/w==\",\"short\":\"AQ==\"}",
                line.substring(line.indexOf("{\"yes\""), line.indexOf(",\"payload\"")));
    }

    @Test
    void shouldEncodeWhatIsNoTextAndNoHeaders() throws IOException {
        final String line = text(MessageFormat.JSON, message(new byte[] {2, 9}, NO_TEXT));
        assertEquals(
                "\"headersBase64\":\"Agk=\",\"payloadBase64\":\"/wAK\"}\n", line.substring(line.indexOf("\"headers")));
    }

    @Test
    void shouldListAsATableOrAsAnArray() {
        final Listing listing = new Listing("id", "max bytes", "active");
        listing.add(1L, null, true);
        listing.add(Unsigned.u64(-1), "\"", false);
        assertEquals(
                "id                    max bytes  active\n"
                        + "1                     -          true\n"
                        + "18446744073709551615  \"          false\n",
                print(listing, false));
        assertEquals(
                "[{\"id\":1,\"maxBytes\":null,\"active\":true},"
                        + "{\"id\":18446744073709551615,\"maxBytes\":\"\\\"\",\"active\":false}]\n",
                print(listing, true));
        assertEquals("[]\n", print(new Listing("id"), true));
    }

    private static String print(final Listing listing, final boolean isJson) {
        final StringWriter text = new StringWriter();
        listing.print(new PrintWriter(text), isJson);
        return text.toString().replace(System.lineSeparator(), "\n");
    }

    private static void header(final WireWriter out, final String key, final int kind, final int... value) {
        out.u8(2);
        out.u32(key.length());
        out.bytes(bytes(key));
        out.u8(kind);
        out.u32(value.length);
        for (final int each : value) {
            out.u8(each);
        }
    }

    private static PolledMessage message(final byte[] headers, final byte[] payload) {
        return new PolledMessage(-1, 1, 2, 1, 2, headers, payload);
    }

    private static String text(final MessageFormat format, final PolledMessage message) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(out, 3, message);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
