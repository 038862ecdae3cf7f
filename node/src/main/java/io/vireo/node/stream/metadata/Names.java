package io.vireo.node.stream.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Text in the metadata state: its length counts in bytes of UTF-8, and what UTF-8 cannot carry is no text. */
final class Names {
    private Names() {}

    static boolean isValid(final String text, final int bytesMin, final int bytesMax) {
        // A char takes one byte at least: what is far too long is not encoded to find that out.
        if (text.length() > bytesMax) {
            return false;
        }
        final byte[] bytes = text.getBytes(UTF_8);
        return bytes.length >= bytesMin && bytes.length <= bytesMax && new String(bytes, UTF_8).equals(text);
    }

    static void write(final SnapshotOutput out, final String text) {
        final byte[] bytes = text.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.writeBytes(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    static String read(final SnapshotInput in, final int bytesMin, final int bytesMax, final String what) {
        final byte[] bytes = new byte[in.readLength(bytesMax, 1, "the length of " + what)];
        in.check(bytes.length >= bytesMin, what + " has at least " + bytesMin + " bytes", bytes.length);
        in.readBytes(new UnsafeBuffer(bytes), 0, bytes.length);
        final String text = new String(bytes, UTF_8);
        in.check(Arrays.equals(text.getBytes(UTF_8), bytes), what + " is UTF-8", bytes.length);
        return text;
    }
}
