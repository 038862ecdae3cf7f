package io.vireo.sim.stream;

import io.vireo.node.iggy.CommandCode;
import org.agrona.concurrent.UnsafeBuffer;

/** A request of a client to a gateway, and what is to be done with its answer. */
final class IggyCall {
    /** Takes the answer to a request. */
    interface Judge {
        /**
         * @param sent event at which it was sent.
         * @param status 0 for success.
         * @param payload of a success, from 0 on; valid during the call.
         */
        void onAnswer(long sent, int status, UnsafeBuffer payload, int length);
    }

    private final CommandCode code;
    private final byte[] payload;
    /** The payload is all of the bytes. */
    private final boolean isFrame;

    private final Judge judge;
    private final Runnable onLost;
    private long sent;

    IggyCall(final CommandCode code, final byte[] payload, final Judge judge) {
        this(code, payload, judge, () -> {});
    }

    /** @param onLost what is to be done when no answer comes any more. */
    IggyCall(final CommandCode code, final byte[] payload, final Judge judge, final Runnable onLost) {
        this(code, payload, false, judge, onLost);
    }

    private IggyCall(
            final CommandCode code,
            final byte[] payload,
            final boolean isFrame,
            final Judge judge,
            final Runnable onLost) {
        this.code = code;
        this.payload = payload;
        this.isFrame = isFrame;
        this.judge = judge;
        this.onLost = onLost;
    }

    CommandCode code() {
        return code;
    }

    /** A frame that is no request, as its bytes; it goes by the name of a request that changes nothing. */
    static IggyCall strange(final byte[] frame, final Judge judge) {
        return new IggyCall(CommandCode.PING, frame, true, judge, () -> {});
    }

    /** It is sent at this event; its bytes. */
    byte[] send(final long event) {
        sent = event;
        return isFrame ? payload : IggyFrames.request(code, payload);
    }

    /** The same, with somebody who takes the answer after its judge. */
    IggyCall before(final Judge next) {
        return new IggyCall(
                code,
                payload,
                isFrame,
                (at, status, answer, length) -> {
                    judge.onAnswer(at, status, answer, length);
                    next.onAnswer(at, status, answer, length);
                },
                onLost);
    }

    /** Its connection has ended before its answer. */
    void onLost() {
        onLost.run();
    }

    void onAnswer(final int status, final UnsafeBuffer answer, final int length) {
        judge.onAnswer(sent, status, answer, length);
    }

    @Override
    public String toString() {
        return code + " sent at event " + sent;
    }
}
