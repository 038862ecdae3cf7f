package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamStatus.INVALID_STREAM_NAME;
import static io.vireo.node.stream.StreamStatus.OK;
import static io.vireo.node.stream.StreamStatus.STREAM_NAME_ALREADY_EXISTS;
import static io.vireo.node.stream.StreamStatus.STREAM_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.TOO_MANY_STREAMS;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.StreamLimits;

/** The operations on streams. An operation that is refused changes nothing. */
public final class Streams {
    private static final int ENTRY_BYTES = 21;

    private final StreamLimits limits;
    private final Partitions partitions;
    private final Memberships memberships;
    private final NumberedNames<Stream> streams = new NumberedNames<>();

    Streams(final StreamLimits limits, final Partitions partitions, final Memberships memberships) {
        this.limits = limits;
        this.partitions = partitions;
        this.memberships = memberships;
    }

    public NumberedNames<Stream> all() {
        return streams;
    }

    /** Null if there is none. */
    public Stream find(final Identifier stream) {
        return streams.find(stream);
    }

    /** @return number of the stream, or 1012, 1013, 1020. */
    public MetadataResult create(final String name, final long timestampMicros) {
        if (!Names.isValid(name, 1, StreamLimits.NAME_BYTES_MAX)) {
            return MetadataResult.refused(INVALID_STREAM_NAME);
        }
        if (streams.named(name) != null) {
            return MetadataResult.refused(STREAM_NAME_ALREADY_EXISTS);
        }
        if (streams.size() == limits.streamsMax()) {
            return MetadataResult.refused(TOO_MANY_STREAMS);
        }
        final Stream stream = new Stream(streams.lowestFree(), name, timestampMicros);
        streams.add(stream);
        return MetadataResult.of(stream.number());
    }

    /** Renames. @return 1009, 1012 or 1013 if refused. */
    public MetadataResult update(final Identifier identifier, final String name) {
        if (!Names.isValid(name, 1, StreamLimits.NAME_BYTES_MAX)) {
            return MetadataResult.refused(INVALID_STREAM_NAME);
        }
        final Stream stream = find(identifier);
        if (stream == null) {
            return MetadataResult.refused(STREAM_NOT_FOUND);
        }
        final Stream namesake = streams.named(name);
        if (namesake != null && namesake != stream) {
            return MetadataResult.refused(STREAM_NAME_ALREADY_EXISTS);
        }
        streams.rename(stream, name);
        return MetadataResult.OK;
    }

    /** With all topics. @return 1009 if refused. */
    public MetadataResult delete(final Identifier identifier) {
        final Stream stream = find(identifier);
        if (stream == null) {
            return MetadataResult.refused(STREAM_NOT_FOUND);
        }
        for (final Topic topic : stream.topics()) {
            memberships.onTopicDeleted(stream.number(), topic);
            partitions.removeFrom(0, stream.number(), topic);
        }
        streams.remove(stream);
        return MetadataResult.OK;
    }

    /** Gives every partition of every topic a new life. @return 1009, or 58 if too many drops wait. */
    public MetadataResult purge(final Identifier identifier) {
        final Stream stream = find(identifier);
        if (stream == null) {
            return MetadataResult.refused(STREAM_NOT_FOUND);
        }
        int drops = 0;
        for (final Topic topic : stream.topics()) {
            drops += partitions.withoutDrop(stream.number(), topic);
        }
        final int refusal = partitions.refusalToRenew(drops);
        if (refusal != OK) {
            return MetadataResult.refused(refusal);
        }
        for (final Topic topic : stream.topics()) {
            partitions.renew(stream.number(), topic);
        }
        return MetadataResult.OK;
    }

    void writeTo(final SnapshotOutput out, final Topics topics) {
        out.writeInt(streams.size());
        for (final Stream stream : streams) {
            out.writeInt(stream.number());
            out.writeLong(stream.createdAtMicros());
            Names.write(out, stream.name());
            topics.writeTo(out, stream);
        }
    }

    void readFrom(final SnapshotInput in, final Topics topics) {
        streams.clear();
        partitions.clear();
        memberships.clear();
        int last = -1;
        for (int left = in.readLength(limits.streamsMax(), ENTRY_BYTES, "the number of streams"); left > 0; left--) {
            final int number = in.readInt();
            in.check(number > last && number < limits.streamsMax(), "numbers of streams ascend", number);
            final long created = in.readLong();
            final String name = Names.read(in, 1, StreamLimits.NAME_BYTES_MAX, "the name of a stream");
            in.check(streams.named(name) == null, "a name is given to one stream", number);
            final Stream stream = new Stream(number, name, created);
            streams.add(stream);
            topics.readInto(stream, in);
            last = number;
        }
    }
}
