package io.vireo.node.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.util.Invariant;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.ReplyAssembler;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where requests enter a replica. At a primary that is ready it admits what is new, answers at once what has been applied before, drops
 * what is already on its way, and queues the rest until a prepare is formed; everywhere else it says who the client should ask. Admission
 * only saves work: what is executed is decided where a prepare is applied.
 */
public final class RequestIntake {
    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private final ReplicaState state;
    private final EffectQueue effects;
    private final ClientSessions sessions;
    private final RequestAdmission admission;
    private final RequestQueue queue;
    private final ReplyAssembler replies;
    private final TraceSink trace;
    private final int batchMax;
    private final Checksum checksum = new Checksum();
    private final HeaderFlyweight viewNotice = new HeaderFlyweight();
    private final ExpandableArrayBuffer filtered = new ExpandableArrayBuffer(4096);
    private final UnsafeBuffer registerReply = new UnsafeBuffer(new byte[Long.BYTES]);
    private final boolean[] isAdmitted;

    /**
     * @param batchMax bytes of the largest body that fits a prepare.
     * @param requestsMax requests of one frame.
     */
    public RequestIntake(
            final ReplicaState state,
            final EffectQueue effects,
            final ClientSessions sessions,
            final RequestAdmission admission,
            final RequestQueue queue,
            final ReplyAssembler replies,
            final TraceSink trace,
            final int batchMax,
            final int requestsMax) {
        this.state = state;
        this.effects = effects;
        this.sessions = sessions;
        this.admission = admission;
        this.queue = queue;
        this.replies = replies;
        this.trace = trace;
        this.batchMax = batchMax;
        this.isAdmitted = new boolean[requestsMax];
    }

    /** What waits to be put into a prepare. */
    public RequestQueue queue() {
        return queue;
    }

    /** The view has changed: what was only queued may be asked again at the next primary. */
    public void reset() {
        queue.clear();
        admission.reset();
    }

    /** A REQUEST frame. */
    public void onRequest(final MutableDirectBuffer buffer, final int offset, final boolean isReadyPrimary) {
        final int batch = offset + HeaderFlyweight.HEADER_LENGTH;
        final int length =
                buffer.getInt(offset + HeaderFlyweight.SIZE_OFFSET, LITTLE_ENDIAN) - HeaderFlyweight.HEADER_LENGTH;
        final int count = RequestBatch.count(buffer, batch);
        if (!isReadyPrimary) {
            refuseAll(buffer, batch, count, state.isNormalPrimary() ? ReplyStatus.RETRY : ReplyStatus.NOT_PRIMARY);
            return;
        }
        if (length > batchMax || count > isAdmitted.length) {
            refuseAll(buffer, batch, count, ReplyStatus.TOO_LARGE);
            return;
        }
        replies.begin(true);
        int admitted = 0;
        for (int i = 0; i < count; i++) {
            isAdmitted[i] = admit(buffer, RequestBatch.row(batch, i));
            admitted += isAdmitted[i] ? 1 : 0;
        }
        replies.end();
        if (admitted == 0) {
            return;
        }
        final boolean isQueued = admitted == count
                ? queue.offer(buffer, batch, length)
                : queue.offer(filtered, 0, filter(buffer, batch, count, admitted));
        if (!isQueued) {
            replies.begin(true);
            for (int i = count - 1; i >= 0; i--) {
                if (isAdmitted[i]) {
                    admission.withdrawn(buffer, RequestBatch.row(batch, i));
                    refuse(buffer, RequestBatch.row(batch, i), ReplyStatus.BUSY);
                }
            }
            replies.end();
        }
    }

    /** Decides about one row; answers it unless it is admitted or on its way. */
    private boolean admit(final MutableDirectBuffer buffer, final int row) {
        switch (admission.decide(buffer, row)) {
            case ADMIT -> {
                // At once, because the next row of the frame follows this one in its session.
                admission.queued(buffer, row);
                return true;
            }
            case DUPLICATE_IN_FLIGHT ->
                trace.event(state.group, TraceEvent.DUPLICATE_REQUEST, state.view(), RequestBatch.request(buffer, row));
            case ALREADY_APPLIED -> answerAgain(buffer, row);
            case GAP -> refuse(buffer, row, ReplyStatus.GAP);
            case NO_SESSION -> refuse(buffer, row, ReplyStatus.NO_SESSION);
            case TOO_OLD -> refuse(buffer, row, ReplyStatus.TOO_OLD);
            case MALFORMED -> refuse(buffer, row, ReplyStatus.MALFORMED);
            case CLOSED -> refuse(buffer, row, ReplyStatus.RETRY);
        }
        return false;
    }

    private void answerAgain(final MutableDirectBuffer buffer, final int row) {
        final long clientLo = RequestBatch.clientLo(buffer, row);
        final long clientHi = RequestBatch.clientHi(buffer, row);
        final long request = RequestBatch.request(buffer, row);
        trace.event(state.group, TraceEvent.DUPLICATE_REQUEST, state.view(), request);
        if (RequestBatch.operation(buffer, row) == RequestBatch.OPERATION_REGISTER) {
            final int slot = sessions.slotOf(clientLo, clientHi);
            registerReply.putLong(0, sessions.session(slot), LITTLE_ENDIAN);
            checksum.hash(EMPTY, 0, 0);
            replies.onReply(
                    clientLo,
                    clientHi,
                    sessions.session(slot),
                    0,
                    ReplyStatus.OK,
                    sessions.registerOp(slot),
                    checksum.lo(),
                    registerReply,
                    0,
                    Long.BYTES);
            return;
        }
        final int slot = sessions.find(clientLo, clientHi, RequestBatch.session(buffer, row));
        Invariant.check(slot != SessionTable.NO_SLOT, "a request applied before has a session");
        replies.onReply(
                clientLo,
                clientHi,
                RequestBatch.session(buffer, row),
                request,
                sessions.storedStatus(slot, request),
                sessions.storedOp(slot, request),
                sessions.storedDigest(slot, request),
                sessions.replyBuffer(slot),
                sessions.replyOffset(slot, request),
                sessions.storedLength(slot, request));
    }

    private int filter(final MutableDirectBuffer buffer, final int batch, final int count, final int admitted) {
        RequestBatch.count(filtered, 0, admitted);
        int to = RequestBatch.row(0, 0);
        for (int i = 0; i < count; i++) {
            if (isAdmitted[i]) {
                filtered.putBytes(to, buffer, RequestBatch.row(batch, i), RequestBatch.ROW_LENGTH);
                to += RequestBatch.ROW_LENGTH;
            }
        }
        int body = RequestBatch.bodies(buffer, batch);
        for (int i = 0; i < count; i++) {
            final int bodyLength = RequestBatch.length(buffer, RequestBatch.row(batch, i));
            if (isAdmitted[i]) {
                filtered.putBytes(to, buffer, body, bodyLength);
                to += bodyLength;
            }
            body += bodyLength;
        }
        return to;
    }

    /** The primary has applied all it inherited: from now on requests are admitted. */
    public void open() {
        admission.open();
    }

    /** Tells all clients which view serves now, so that they need not find out by waiting. */
    public void announceView() {
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        viewNotice.wrap(effects.arena(), offset);
        viewNotice.init(
                Command.CLIENT_VIEW,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.logView(),
                state.replica,
                state.group);
        viewNotice.seal(checksum);
        effects.sendToClients(offset, HeaderFlyweight.HEADER_LENGTH);
    }

    private void refuseAll(final MutableDirectBuffer buffer, final int batch, final int count, final int status) {
        replies.begin(true);
        for (int i = 0; i < count; i++) {
            refuse(buffer, RequestBatch.row(batch, i), status);
        }
        replies.end();
        trace.event(state.group, TraceEvent.REQUEST_REFUSED, state.view(), status);
    }

    private void refuse(final MutableDirectBuffer buffer, final int row, final int status) {
        replies.onReply(
                RequestBatch.clientLo(buffer, row),
                RequestBatch.clientHi(buffer, row),
                RequestBatch.session(buffer, row),
                RequestBatch.request(buffer, row),
                status,
                0,
                0,
                EMPTY,
                0,
                0);
    }
}
