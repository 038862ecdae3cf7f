package io.vireo.node.gateway;

import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.WireWriter;
import io.vireo.node.stream.machine.Actor;
import java.util.function.Consumer;

/** One request under way and the response it will get, exactly one. What comes back when the connection has ended goes nowhere. */
final class Exchange {
    private final GatewayConnection connection;
    private final ResponseQueue.Place place;
    private final Actor actor;
    private long deadlineNs;
    private final int length;
    private boolean isAnswered;

    /** @param length of the request in bytes. */
    Exchange(
            final GatewayConnection connection,
            final ResponseQueue.Place place,
            final Actor actor,
            final long deadlineNs,
            final int length) {
        this.connection = connection;
        this.place = place;
        this.actor = actor;
        this.deadlineNs = deadlineNs;
        this.length = length;
    }

    GatewayConnection connection() {
        return connection;
    }

    /** In whose name, as of the beginning; null if nobody is logged in. */
    Actor actor() {
        return actor;
    }

    /** When to try no longer. */
    long deadlineNs() {
        return deadlineNs;
    }

    /** A part of it has taken effect, and the rest has as long as it had. */
    void onPartDone(final long newDeadlineNs) {
        deadlineNs = newDeadlineNs;
    }

    int length() {
        return length;
    }

    boolean isAnswered() {
        return isAnswered;
    }

    /** All it needs of the bytes of the request is taken, and its ops have their place in the log: the next one may begin. */
    void started() {
        connection.onStarted(this);
    }

    void answerEmpty() {
        answer(out -> {});
    }

    void answer(final Consumer<WireWriter> body) {
        final WireWriter writer = new WireWriter();
        respond((into, offset) -> {
            body.accept(writer.begin(into, offset));
            return writer.end();
        });
    }

    void respond(final ResponseQueue.Response response) {
        end();
        connection.responses().complete(place, response);
        connection.onAnswered(this);
    }

    void fail(final IggyError error) {
        end();
        connection.responses().fail(place, error);
        connection.onAnswered(this);
    }

    private void end() {
        if (isAnswered) {
            throw new IllegalStateException("a request was answered twice");
        }
        isAnswered = true;
    }
}
