package io.vireo.node.gateway.service;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Callback;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.BodyReader;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.MetadataQuery;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;

/** Commands and queries to the metadata group in the name of the system. */
final class MetadataLink {
    static final int GROUP = 0;
    /** Of all that services submit: each of it stands for itself, so their order means nothing. */
    static final int LANE = 0;

    /** Takes why there is no answer. */
    interface Refused {
        /** @param status of the application, see {@link io.vireo.node.stream.machine.MachineStatus}; says nothing of what is unknown. */
        void onRefused(Outcome outcome, int status);
    }

    private final GroupRequests groups;

    MetadataLink(final GroupRequests groups) {
        this.groups = groups;
    }

    GroupRequests groups() {
        return groups;
    }

    void submit(final MetadataCommand command, final Callback callback) {
        final UnsafeBuffer body = new UnsafeBuffer(command.encode(Actor.SYSTEM));
        groups.submit(
                LANE,
                GROUP,
                MetadataMachine.NAMESPACE,
                0,
                command.operation().code(),
                body,
                0,
                body.capacity(),
                GroupRequests.NO_DEADLINE,
                callback);
    }

    <T> void ask(
            final MetadataQuery query,
            final Consistency consistency,
            final Function<BodyReader, T> reader,
            final Consumer<T> onAnswer,
            final Refused onRefused) {
        final UnsafeBuffer body = new UnsafeBuffer(query.encode(Actor.SYSTEM));
        groups.read(
                GROUP,
                MetadataMachine.NAMESPACE,
                consistency,
                body,
                0,
                body.capacity(),
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) -> {
                    if (outcome == Outcome.OK) {
                        final byte[] answer = new byte[length];
                        reply.getBytes(offset, answer);
                        onAnswer.accept(Answers.decode(answer, reader));
                    } else {
                        onRefused.onRefused(outcome, status);
                    }
                });
    }
}
