package io.vireo.node.stream.metadata;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.Permissions.OfStream;
import java.util.SortedMap;
import java.util.TreeMap;

/** Permissions in a snapshot. */
final class PermissionsCodec {
    private static final int STREAM_BYTES = 12;
    private static final int TOPIC_BYTES = 8;

    private PermissionsCodec() {}

    /** @param permissions null for none. */
    static void write(final SnapshotOutput out, final Permissions permissions) {
        out.writeByte(permissions == null ? 0 : 1);
        if (permissions != null) {
            out.writeInt(permissions.global());
            out.writeInt(permissions.streams().size());
            permissions.streams().forEach((stream, ofStream) -> {
                out.writeInt(stream);
                out.writeInt(ofStream.set());
                out.writeInt(ofStream.topics().size());
                ofStream.topics().forEach((topic, set) -> {
                    out.writeInt(topic);
                    out.writeInt(set);
                });
            });
        }
    }

    /** Null if there are none. */
    static Permissions read(final SnapshotInput in) {
        final int has = in.readByte();
        in.check(has <= 1, "permissions are there or not", has);
        if (has == 0) {
            return null;
        }
        final int global = in.readInt();
        final SortedMap<Integer, OfStream> streams = new TreeMap<>();
        final int count =
                in.readLength(Permissions.ENTRIES_MAX, STREAM_BYTES, "the number of streams with permissions");
        for (int i = 0; i < count; i++) {
            final int stream = in.readInt();
            in.check(streams.isEmpty() || stream > streams.lastKey(), "streams with permissions ascend", stream);
            streams.put(stream, new OfStream(in.readInt(), topics(in)));
        }
        final Permissions permissions = new Permissions(global, streams);
        in.check(permissions.isValid(), "permissions are known ones", global);
        return permissions;
    }

    private static SortedMap<Integer, Integer> topics(final SnapshotInput in) {
        final SortedMap<Integer, Integer> topics = new TreeMap<>();
        final int count = in.readLength(Permissions.ENTRIES_MAX, TOPIC_BYTES, "the number of topics with permissions");
        for (int i = 0; i < count; i++) {
            final int topic = in.readInt();
            in.check(topics.isEmpty() || topic > topics.lastKey(), "topics with permissions ascend", topic);
            topics.put(topic, in.readInt());
        }
        return topics;
    }
}
