package io.vireo.node.iggy;

import io.vireo.node.stream.Permission;
import io.vireo.node.stream.Permissions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Permissions on the wire: flags of one byte each, the global ones, then lists of streams and their topics in which every entry comes
 * behind a 1 and the end is a 0.
 *
 * <pre>
 *  10 x bool   global
 *  { 1, stream u32, 6 x bool, { 1, topic u32, 4 x bool }, 0 }, 0
 * </pre>
 */
public final class PermissionsCodec {
    private static final int ALL = Permission.values().length;

    private PermissionsCodec() {}

    /** Reads them behind their length in four bytes, which has to be exact. Of two entries for one thing the last stands. */
    static Permissions read(final WireReader in) throws WireException {
        final long length = in.u32();
        final int start = in.position();
        final int global = readSet(in, ALL);
        final SortedMap<Integer, Permissions.OfStream> streams = new TreeMap<>();
        while (in.bool()) {
            final int stream = in.u32Bits();
            final int set = readSet(in, Permission.OF_STREAM);
            streams.put(stream, new Permissions.OfStream(set, readTopics(in)));
        }
        if (in.position() - start != length) {
            throw WireReader.invalid("permissions of another length than they say");
        }
        return new Permissions(global, streams);
    }

    /** Writes them behind their length in four bytes. */
    public static void write(final WireWriter out, final Permissions permissions) {
        final int lengthAt = out.position();
        out.u32(0);
        final int start = out.position();
        writeSet(out, permissions.global(), ALL);
        for (final Map.Entry<Integer, Permissions.OfStream> stream :
                permissions.streams().entrySet()) {
            out.bool(true);
            out.u32(stream.getKey());
            writeSet(out, stream.getValue().set(), Permission.OF_STREAM);
            for (final Map.Entry<Integer, Integer> topic :
                    stream.getValue().topics().entrySet()) {
                out.bool(true);
                out.u32(topic.getKey());
                writeSet(out, topic.getValue(), Permission.OF_TOPIC);
            }
            out.bool(false);
        }
        out.bool(false);
        out.u32At(lengthAt, out.position() - start);
    }

    private static SortedMap<Integer, Integer> readTopics(final WireReader in) throws WireException {
        final SortedMap<Integer, Integer> topics = new TreeMap<>();
        while (in.bool()) {
            final int topic = in.u32Bits();
            topics.put(topic, readSet(in, Permission.OF_TOPIC));
        }
        return topics;
    }

    /** The last {@code count} permissions of all, as bits. */
    private static int readSet(final WireReader in, final int count) throws WireException {
        int set = 0;
        for (int i = ALL - count; i < ALL; i++) {
            set |= in.bool() ? 1 << i : 0;
        }
        return set;
    }

    private static void writeSet(final WireWriter out, final int set, final int count) {
        for (int i = ALL - count; i < ALL; i++) {
            out.bool((set & 1 << i) != 0);
        }
    }
}
