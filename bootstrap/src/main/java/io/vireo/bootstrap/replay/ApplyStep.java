package io.vireo.bootstrap.replay;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.util.Invariant;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Applies prepares to the state machine and the session table of one group: the only place where it is decided whether a request takes
 * effect. The replay at start and the live commit both run through it, on the group's thread, op after op. It never asks who leads.
 *
 * <p>Why here and not where the request comes in: 1. request 5 sits in a prepare that the new primary inherits; 2. the client, without an
 * answer, sends 5 again to that primary, whose table still says 4; 3. both prepares commit. Only their order in the log, which is the same
 * on every replica, can say which of the two is the request and which the repetition.
 */
public final class ApplyStep {
    private static final int SESSION_LENGTH = 8;

    private final StateMachine stateMachine;
    private final SessionTable sessions;
    private final Checksum checksum = new Checksum();
    private final MutableDirectBuffer registerReply = new UnsafeBuffer(new byte[SESSION_LENGTH]);

    private long appliedOp;

    /** @param appliedOp op that the state machine and the table stand for: the checkpoint's. */
    public ApplyStep(final StateMachine stateMachine, final SessionTable sessions, final long appliedOp) {
        this.stateMachine = stateMachine;
        this.sessions = sessions;
        this.appliedOp = appliedOp;
    }

    /** The last op applied. */
    public long appliedOp() {
        return appliedOp;
    }

    /** Applies the prepare of op {@link #appliedOp} + 1; a validated one. Every row's outcome goes to the sink. */
    public void apply(final DirectBuffer prepare, final int offset, final ReplySink sink) {
        final long op = prepare.getLong(offset + PrepareFlyweight.OP_OFFSET, LITTLE_ENDIAN);
        final long timestampNs = prepare.getLong(offset + PrepareFlyweight.TIMESTAMP_OFFSET, LITTLE_ENDIAN);
        Invariant.check(op == appliedOp + 1, "ops are applied one after another (op, last applied)", op, appliedOp);
        final int batch = offset + HeaderFlyweight.HEADER_LENGTH;
        final int count = RequestBatch.count(prepare, batch);
        int body = RequestBatch.row(batch, count);
        for (int i = 0; i < count; i++) {
            final int row = RequestBatch.row(batch, i);
            final int length = RequestBatch.length(prepare, row);
            if (RequestBatch.operation(prepare, row) == RequestBatch.OPERATION_REGISTER) {
                register(op, prepare, row, body, length, sink);
            } else {
                request(op, timestampNs, prepare, row, body, length, sink);
            }
            body += length;
        }
        appliedOp = op;
    }

    private void register(
            final long op,
            final DirectBuffer prepare,
            final int row,
            final int body,
            final int length,
            final ReplySink sink) {
        final long clientLo = RequestBatch.clientLo(prepare, row);
        final long clientHi = RequestBatch.clientHi(prepare, row);
        if (RequestBatch.session(prepare, row) != 0 || RequestBatch.request(prepare, row) != 0 || length != 0) {
            refuse(prepare, row, ReplyStatus.MALFORMED, sink);
            return;
        }
        final int slot = sessions.register(clientLo, clientHi, op);
        final long session = sessions.session(slot);
        registerReply.putLong(0, session, LITTLE_ENDIAN);
        final long digest = digest(prepare, body, length);
        sink.onReply(
                clientLo,
                clientHi,
                session,
                0,
                ReplyStatus.OK,
                sessions.registerOp(slot),
                digest,
                registerReply,
                0,
                SESSION_LENGTH);
    }

    private void request(
            final long op,
            final long timestampNs,
            final DirectBuffer prepare,
            final int row,
            final int body,
            final int length,
            final ReplySink sink) {
        final long request = RequestBatch.request(prepare, row);
        final long session = RequestBatch.session(prepare, row);
        final int slot =
                sessions.find(RequestBatch.clientLo(prepare, row), RequestBatch.clientHi(prepare, row), session);
        if (slot == SessionTable.NO_SLOT) {
            refuse(prepare, row, ReplyStatus.NO_SESSION, sink);
        } else if (request == 0) {
            refuse(prepare, row, ReplyStatus.MALFORMED, sink);
        } else {
            switch (sessions.decide(slot, request)) {
                case GAP -> refuse(prepare, row, ReplyStatus.GAP, sink);
                case TOO_OLD -> refuse(prepare, row, ReplyStatus.TOO_OLD, sink);
                case REPEAT -> replyStored(slot, prepare, row, sink);
                case APPLY -> {
                    execute(op, timestampNs, slot, prepare, row, body, length);
                    replyStored(slot, prepare, row, sink);
                }
            }
        }
    }

    private void execute(
            final long op,
            final long timestampNs,
            final int slot,
            final DirectBuffer prepare,
            final int row,
            final int body,
            final int length) {
        final long request = RequestBatch.request(prepare, row);
        final int operation = RequestBatch.operation(prepare, row);
        final long result;
        if (operation >= RequestBatch.OPERATION_STATE_MACHINE) {
            result = stateMachine.apply(
                    op,
                    timestampNs,
                    RequestBatch.namespace(prepare, row),
                    RequestBatch.incarnation(prepare, row),
                    operation,
                    prepare,
                    body,
                    length,
                    sessions.replyBuffer(slot),
                    sessions.replyOffset(slot, request));
        } else {
            // An unknown operation takes its number as well: its sender gets an answer and its later requests no gap.
            result = StateMachine.result(
                    operation == RequestBatch.OPERATION_NOOP ? ReplyStatus.OK : ReplyStatus.MALFORMED, 0);
        }
        final int status = (int) (result >>> 32);
        final int replyLength = (int) result;
        Invariant.check(ReplyStatus.isOfStateMachine(status), "the status is one a state machine may return", status);
        Invariant.check(
                replyLength >= 0 && replyLength <= stateMachine.replySizeMax(),
                "a reply is at most replySizeMax long (length, max)",
                replyLength,
                stateMachine.replySizeMax());
        sessions.applied(slot, request, op, status, digest(prepare, body, length), replyLength);
    }

    private void replyStored(final int slot, final DirectBuffer prepare, final int row, final ReplySink sink) {
        if (!sink.isListening()) {
            return;
        }
        final long request = RequestBatch.request(prepare, row);
        sink.onReply(
                RequestBatch.clientLo(prepare, row),
                RequestBatch.clientHi(prepare, row),
                RequestBatch.session(prepare, row),
                request,
                sessions.storedStatus(slot, request),
                sessions.storedOp(slot, request),
                sessions.storedDigest(slot, request),
                sessions.replyBuffer(slot),
                sessions.replyOffset(slot, request),
                sessions.storedLength(slot, request));
    }

    private void refuse(final DirectBuffer prepare, final int row, final int status, final ReplySink sink) {
        sink.onReply(
                RequestBatch.clientLo(prepare, row),
                RequestBatch.clientHi(prepare, row),
                RequestBatch.session(prepare, row),
                RequestBatch.request(prepare, row),
                status,
                0,
                0,
                registerReply,
                0,
                0);
    }

    private long digest(final DirectBuffer prepare, final int body, final int length) {
        checksum.hash(prepare, body, length);
        return checksum.lo();
    }
}
