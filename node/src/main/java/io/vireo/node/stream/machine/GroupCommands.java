package io.vireo.node.stream.machine;

import static io.vireo.node.stream.StreamStatus.OK;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;

/** Commands of users about consumer groups. A member is a connection: the gateway that has it says which. */
public final class GroupCommands {
    private GroupCommands() {}

    public record CreateGroup(Identifier stream, Identifier topic, String name) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CREATE_GROUP;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).text(name);
        }

        static CreateGroup read(final BodyReader in) {
            return new CreateGroup(in.id(), in.id(), in.text());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.READ_TOPIC, stream, topic);
            return refusal == OK
                    ? state.consumerGroups().create(stream, topic, name, nowMicros)
                    : MetadataResult.refused(refusal);
        }
    }

    public record DeleteGroup(Identifier stream, Identifier topic, Identifier group) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.DELETE_GROUP;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).id(group);
        }

        static DeleteGroup read(final BodyReader in) {
            return new DeleteGroup(in.id(), in.id(), in.id());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.READ_TOPIC, stream, topic);
            return refusal == OK
                    ? state.consumerGroups().delete(stream, topic, group)
                    : MetadataResult.refused(refusal);
        }
    }

    public record JoinGroup(Identifier stream, Identifier topic, Identifier group, Connection connection)
            implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.JOIN_GROUP;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).id(group).connection(connection);
        }

        static JoinGroup read(final BodyReader in) {
            return new JoinGroup(in.id(), in.id(), in.id(), in.connection());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.READ_TOPIC, stream, topic);
            return refusal == OK
                    ? state.consumerGroups().join(stream, topic, group, connection, nowMicros)
                    : MetadataResult.refused(refusal);
        }
    }

    /** Of the connection that {@link JoinGroup} named. */
    public record LeaveGroup(Identifier stream, Identifier topic, Identifier group, Connection connection)
            implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.LEAVE_GROUP;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).id(group).connection(connection);
        }

        static LeaveGroup read(final BodyReader in) {
            return new LeaveGroup(in.id(), in.id(), in.id(), in.connection());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(AccessRules.READ_TOPIC, stream, topic);
            return refusal == OK
                    ? state.consumerGroups().leave(stream, topic, group, connection)
                    : MetadataResult.refused(refusal);
        }
    }
}
