package io.vireo.node.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.MessageCheck;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A frame of an open connection: validated here, once, looked at for what its sender may say, and handed to whom it is for. One that fails
 * costs its connection, never the process. Belongs to the thread of the transport.
 */
final class FrameDispatch {
    private static final int CLIENT_OFFSET = HeaderFlyweight.OWN_FIELDS_OFFSET;

    private final TransportContext context;
    private final MessageCheck check;
    private final FrameGuard guard;
    private final Connections connections;
    private final Rejections rejections;
    private final Handshake handshake;
    private final ClientDirectory clients;
    private final TransportCounters counters;
    private final TransportListener listener;
    private final HeaderFlyweight header = new HeaderFlyweight();

    FrameDispatch(
            final TransportContext context,
            final MessageCheck check,
            final Connections connections,
            final Rejections rejections,
            final Handshake handshake,
            final ClientDirectory clients,
            final TransportCounters counters) {
        this.context = context;
        this.check = check;
        this.guard = new FrameGuard(context);
        this.connections = connections;
        this.rejections = rejections;
        this.handshake = handshake;
        this.clients = clients;
        this.counters = counters;
        this.listener = context.listener;
    }

    void onFrame(final Connection connection, final int length) {
        final UnsafeBuffer buffer = connection.received.buffer();
        final int offset = connection.received.offset();
        final String invalid = check.invalidReason(buffer, offset, length);
        if (invalid != null) {
            counters.invalid(invalid);
            connections.close(connection, CloseReason.INVALID_FRAME, invalid);
            return;
        }
        header.wrap(buffer, offset);
        final Command command = header.command();
        final String refusal = guard.refusal(connection, header, command);
        if (refusal != null) {
            connections.close(connection, CloseReason.UNEXPECTED_FRAME, refusal);
            return;
        }
        final String forgery = Admission.forgery(connection, command, buffer, offset);
        if (forgery != null) {
            connections.close(connection, CloseReason.AUTHENTICATION, forgery);
            return;
        }
        switch (command) {
            case HELLO -> {
                // "Still here", which lastReceivedNs has noted.
            }
            case SCRUB -> listener.onScrubRequest(connection);
            case STATUS -> listener.onStatusRequest(connection);
            default -> {
                if (guard.isElsewhere(connection, header.group())) {
                    rejections.reject(
                            connection, handshake.wrongDoor("group " + header.group()), CloseReason.WRONG_DOOR);
                } else if (isClientKnown(connection, buffer, offset)) {
                    listener.onFrame(header.group(), buffer, offset, length);
                }
            }
        }
    }

    /** False if this is one client id too many, and the connection is closed; true for a replica. */
    private boolean isClientKnown(final Connection connection, final UnsafeBuffer buffer, final int offset) {
        if (!connection.isClient()) {
            return true;
        }
        final long lo = buffer.getLong(offset + CLIENT_OFFSET, LITTLE_ENDIAN);
        final long hi = buffer.getLong(offset + CLIENT_OFFSET + Long.BYTES, LITTLE_ENDIAN);
        if (clients.learn(lo, hi, connection)) {
            return true;
        }
        connections.close(
                connection,
                CloseReason.TOO_MANY_CLIENTS,
                "more than " + context.clientsPerConnectionMax + " client ids on a connection or " + context.clientsMax
                        + " in all");
        return false;
    }
}
