package io.vireo.node.client;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.RequestFlyweight;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes down what a session sends and reports, one line each, and keeps the frames. */
final class ScriptedPort implements ClientSession.Port {
    final List<String> events = new ArrayList<>();
    final List<byte[]> frames = new ArrayList<>();
    final boolean[] isConnected = {true, true, true};
    final boolean[] isFull = new boolean[3];
    private final MessageCheck check;

    ScriptedPort(final ClientContext context) {
        this.check = new MessageCheck(context.clusterLo(), context.clusterHi(), context.frameSizeMax());
    }

    @Override
    public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
        if (!isConnected[replica]) {
            events.add("no connection to " + replica);
            return false;
        }
        if (isFull[replica]) {
            events.add("no room to " + replica);
            return false;
        }
        final byte[] copy = new byte[length];
        frame.getBytes(offset, copy);
        frames.add(copy);
        events.add("to " + replica + ": " + describe(copy));
        return true;
    }

    @Override
    public boolean isFull(final int replica) {
        return isConnected[replica] && isFull[replica];
    }

    private String describe(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final String reason = check.invalidReason(buffer, 0, frame.length);
        if (reason != null) {
            return "invalid, " + reason;
        }
        final RequestFlyweight request = new RequestFlyweight().wrap(buffer, 0);
        if (request.command() != Command.REQUEST) {
            return request.command().toString();
        }
        final StringBuilder text = new StringBuilder();
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        int body = RequestBatch.bodies(buffer, batch);
        for (int i = 0; i < RequestBatch.count(buffer, batch); i++) {
            final int row = RequestBatch.row(batch, i);
            final int length = RequestBatch.length(buffer, row);
            text.append(i == 0 ? "" : " ");
            if (RequestBatch.operation(buffer, row) == RequestBatch.OPERATION_REGISTER) {
                text.append("register");
            } else {
                text.append("s")
                        .append(RequestBatch.session(buffer, row))
                        .append('#')
                        .append(RequestBatch.request(buffer, row));
                text.append('=').append(new String(frame, body, length, StandardCharsets.UTF_8));
            }
            body += length;
        }
        return text + " (view " + request.view() + ")";
    }

    @Override
    public void onOutcome(
            final long request,
            final Outcome outcome,
            final int status,
            final long op,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        events.add("#" + request + " " + outcome + " status " + status + " op " + op);
    }

    /** The events since the last call. */
    List<String> take() {
        final List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }
}
