package io.vireo.node.stream.machine;

import static io.vireo.node.stream.StreamStatus.OK;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.TopicSettings;

/** Commands that make and change streams, topics and partitions. */
public final class StreamCommands {
    private StreamCommands() {}

    public record CreateStream(String name) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CREATE_STREAM;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(name);
        }

        static CreateStream read(final BodyReader in) {
            return new CreateStream(in.text());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CREATE_STREAM);
            return refusal == OK ? state.streams().create(name, nowMicros) : MetadataResult.refused(refusal);
        }
    }

    public record UpdateStream(Identifier stream, String name) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.UPDATE_STREAM;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).text(name);
        }

        static UpdateStream read(final BodyReader in) {
            return new UpdateStream(in.id(), in.text());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_STREAM, stream);
            return refusal == OK ? state.streams().update(stream, name) : MetadataResult.refused(refusal);
        }
    }

    public record DeleteStream(Identifier stream) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.DELETE_STREAM;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream);
        }

        static DeleteStream read(final BodyReader in) {
            return new DeleteStream(in.id());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_STREAM, stream);
            return refusal == OK ? state.streams().delete(stream) : MetadataResult.refused(refusal);
        }
    }

    public record PurgeStream(Identifier stream) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.PURGE_STREAM;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream);
        }

        static PurgeStream read(final BodyReader in) {
            return new PurgeStream(in.id());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_STREAM, stream);
            return refusal == OK ? state.streams().purge(stream) : MetadataResult.refused(refusal);
        }
    }

    /** @param settings resolved: defaults are put in before the log. */
    public record CreateTopic(Identifier stream, String name, int partitions, TopicSettings settings)
            implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CREATE_TOPIC;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            write(out.id(stream).text(name).u32(partitions), settings);
        }

        static CreateTopic read(final BodyReader in) {
            return new CreateTopic(in.id(), in.text(), in.u32(), readSettings(in));
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CREATE_TOPIC, stream);
            return refusal == OK
                    ? state.topics().create(stream, name, partitions, settings, nowMicros)
                    : MetadataResult.refused(refusal);
        }
    }

    /** @param settings all of them, resolved. */
    public record UpdateTopic(Identifier stream, Identifier topic, String name, TopicSettings settings)
            implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.UPDATE_TOPIC;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            write(out.id(stream).id(topic).text(name), settings);
        }

        static UpdateTopic read(final BodyReader in) {
            return new UpdateTopic(in.id(), in.id(), in.text(), readSettings(in));
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_TOPIC, stream, topic);
            return refusal == OK
                    ? state.topics().update(stream, topic, name, settings)
                    : MetadataResult.refused(refusal);
        }
    }

    public record DeleteTopic(Identifier stream, Identifier topic) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.DELETE_TOPIC;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic);
        }

        static DeleteTopic read(final BodyReader in) {
            return new DeleteTopic(in.id(), in.id());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_TOPIC, stream, topic);
            return refusal == OK ? state.topics().delete(stream, topic) : MetadataResult.refused(refusal);
        }
    }

    public record PurgeTopic(Identifier stream, Identifier topic) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.PURGE_TOPIC;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic);
        }

        static PurgeTopic read(final BodyReader in) {
            return new PurgeTopic(in.id(), in.id());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_TOPIC, stream, topic);
            return refusal == OK ? state.topics().purge(stream, topic) : MetadataResult.refused(refusal);
        }
    }

    public record CreatePartitions(Identifier stream, Identifier topic, int count) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CREATE_PARTITIONS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).u32(count);
        }

        static CreatePartitions read(final BodyReader in) {
            return new CreatePartitions(in.id(), in.id(), in.u32());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_TOPIC, stream, topic);
            return refusal == OK
                    ? state.topics().createPartitions(stream, topic, count, nowMicros)
                    : MetadataResult.refused(refusal);
        }
    }

    /** Those with the highest numbers. */
    public record DeletePartitions(Identifier stream, Identifier topic, int count) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.DELETE_PARTITIONS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).u32(count);
        }

        static DeletePartitions read(final BodyReader in) {
            return new DeletePartitions(in.id(), in.id(), in.u32());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.CHANGE_TOPIC, stream, topic);
            return refusal == OK
                    ? state.topics().deletePartitions(stream, topic, count)
                    : MetadataResult.refused(refusal);
        }
    }

    static void write(final BodyWriter out, final TopicSettings settings) {
        out.u8(settings.compression())
                .u64(settings.messageExpiryMicros())
                .u64(settings.sizeMaxBytes())
                .u32(settings.replicationFactor());
    }

    static TopicSettings readSettings(final BodyReader in) {
        return new TopicSettings(in.u8(), in.u64(), in.u64(), in.u32());
    }
}
