package io.vireo.node.client;

import org.agrona.DirectBuffer;

/** Hears the outcome of one request. */
@FunctionalInterface
public interface RequestCallback {
    /**
     * Called once, on the client's I/O thread (on the submitting one if the client would not take the request). May submit; must neither
     * block nor throw.
     *
     * @param op that applied the request, 0 if none did or none is known.
     * @param reply valid during the call only.
     */
    void onOutcome(Outcome outcome, int status, long op, DirectBuffer reply, int offset, int length);
}
