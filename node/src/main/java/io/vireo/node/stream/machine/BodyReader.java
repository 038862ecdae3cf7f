package io.vireo.node.stream.machine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.NodeNumber;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.metadata.Connection;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.agrona.DirectBuffer;

/**
 * Reads a command, query or answer from front to back. Bytes that are none make it malformed for good, whereupon every read gives 0 or an
 * empty text; nothing throws and nothing is reserved by a length that is not there. What was read counts only if {@link #isWhole} says so.
 */
public final class BodyReader {
    static final int ID_NUMBER = 1;
    static final int ID_NAME = 2;

    private DirectBuffer buffer;
    private int position;
    private int end;
    private boolean isMalformed;

    public BodyReader wrap(final DirectBuffer newBuffer, final int offset, final int length) {
        buffer = newBuffer;
        position = offset;
        end = offset + length;
        isMalformed = false;
        return this;
    }

    /** True if all was as it must be, and nothing is left. */
    public boolean isWhole() {
        return !isMalformed && position == end;
    }

    boolean isMalformed() {
        return isMalformed;
    }

    /** What was read is no value of its kind. */
    void refuse() {
        isMalformed = true;
    }

    int u8() {
        final int at = advance(1);
        return at < 0 ? 0 : buffer.getByte(at) & 0xff;
    }

    int u16() {
        final int at = advance(2);
        return at < 0 ? 0 : buffer.getShort(at, LITTLE_ENDIAN) & 0xffff;
    }

    int u32() {
        final int at = advance(4);
        return at < 0 ? 0 : buffer.getInt(at, LITTLE_ENDIAN);
    }

    long u64() {
        final int at = advance(8);
        return at < 0 ? 0 : buffer.getLong(at, LITTLE_ENDIAN);
    }

    /** 0 or 1. */
    public boolean bool() {
        final int value = u8();
        isMalformed |= value > 1;
        return value == 1;
    }

    /** A number of things that follow, of which each takes {@code bytesEach} at least. */
    int count(final int bytesEach) {
        final int count = u32();
        if (count < 0 || (long) count * bytesEach > end - position) {
            isMalformed = true;
        }
        return isMalformed ? 0 : count;
    }

    /** See {@link NodeNumber}. */
    int node() {
        final int node = u32();
        isMalformed |= node < 0 || node >= NodeNumber.END;
        return node;
    }

    /** Where a page begins: not negative, so that {@link PageWriter#NO_MORE} is never asked for as if it were a place. */
    int from() {
        final int from = u32();
        isMalformed |= from < 0;
        return from;
    }

    /** A life of a node. */
    long start() {
        final long start = u64();
        isMalformed |= start < 0;
        return start;
    }

    Connection connection() {
        return new Connection(node(), start(), u32());
    }

    /** UTF-8 behind its length in two bytes. */
    String text() {
        final int length = u16();
        final int at = advance(length);
        if (at < 0) {
            return "";
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(at, bytes);
        final String text = new String(bytes, UTF_8);
        isMalformed |= !Arrays.equals(text.getBytes(UTF_8), bytes);
        return text;
    }

    Identifier id() {
        final int kind = u8();
        if (kind == ID_NUMBER) {
            return Identifier.of(u32());
        }
        isMalformed |= kind != ID_NAME;
        return Identifier.of(text());
    }

    /** Null if there are none. Numbers ascend, so that one set of permissions has one form. */
    Permissions permissions() {
        if (!bool()) {
            return null;
        }
        final int global = u32();
        final SortedMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        for (int left = count(12); left > 0 && !isMalformed; left--) {
            final int stream = u32();
            isMalformed |= !streams.isEmpty() && stream <= streams.lastKey();
            final int set = u32();
            final SortedMap<Integer, Integer> topics = new TreeMap<>();
            for (int topicsLeft = count(8); topicsLeft > 0 && !isMalformed; topicsLeft--) {
                final int topic = u32();
                isMalformed |= !topics.isEmpty() && topic <= topics.lastKey();
                topics.put(topic, u32());
            }
            streams.put(stream, new Permissions.OfStream(set, topics));
        }
        return new Permissions(global, streams);
    }

    /** Offset of the next {@code length} bytes, or -1 if they are not there. */
    private int advance(final int length) {
        if (isMalformed || length > end - position) {
            isMalformed = true;
            return -1;
        }
        final int at = position;
        position += length;
        return at;
    }
}
