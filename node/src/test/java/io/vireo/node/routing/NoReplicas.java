package io.vireo.node.routing;

import io.vireo.node.port.MessageBus;
import org.agrona.DirectBuffer;

/** The bus of a replica that is alone; a router gives it nothing for clients, who are its edges' business. */
final class NoReplicas implements MessageBus {
    @Override
    public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        throw new AssertionError("nothing goes to replica " + replica);
    }

    @Override
    public void sendToClient(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        throw new AssertionError("an answer goes to an edge");
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        throw new AssertionError("a view goes to the edges");
    }
}
