package io.vireo.node.core;

import io.vireo.bootstrap.replay.ReplySink;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ReplyFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Turns outcomes of single requests into REPLY frames: consecutive outcomes of one client share a frame. Silent while the replica is not
 * the primary, because a backup's clients hear from the primary.
 */
public final class ReplyAssembler implements ReplySink {
    private final ReplicaState state;
    private final EffectQueue effects;
    private final Checksum checksum = new Checksum();
    private final ReplyFlyweight frame = new ReplyFlyweight();
    private final ExpandableArrayBuffer rows = new ExpandableArrayBuffer(4096);
    private final ExpandableArrayBuffer bodies = new ExpandableArrayBuffer(4096);
    private boolean isActive;
    private int count;
    private int bodiesLength;
    private long clientLo;
    private long clientHi;
    private long session;

    public ReplyAssembler(final ReplicaState state, final EffectQueue effects) {
        this.state = state;
        this.effects = effects;
    }

    /** Begins the outcomes of one op, or of one frame that is refused; without {@code isReplying} they go nowhere. */
    public void begin(final boolean isReplying) {
        isActive = isReplying;
        count = 0;
        bodiesLength = 0;
    }

    @Override
    public boolean isListening() {
        return isActive;
    }

    @Override
    public void onReply(
            final long replyClientLo,
            final long replyClientHi,
            final long replySession,
            final long request,
            final int status,
            final long op,
            final long requestDigest,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        if (!isActive) {
            return;
        }
        if (count > 0 && (replyClientLo != clientLo || replyClientHi != clientHi || count == ReplyFlyweight.ROWS_MAX)) {
            send();
        }
        clientLo = replyClientLo;
        clientHi = replyClientHi;
        session = replySession;
        ReplyFlyweight.putRow(
                rows, count * ReplyFlyweight.ROW_LENGTH, request, status, replySession, op, requestDigest, length);
        if (length > 0) {
            bodies.putBytes(bodiesLength, reply, offset, length);
            bodiesLength += length;
        }
        count++;
    }

    /** Sends what is left. */
    public void end() {
        if (isActive && count > 0) {
            send();
        }
    }

    private void send() {
        final int rowsLength = count * ReplyFlyweight.ROW_LENGTH;
        final int size = HeaderFlyweight.HEADER_LENGTH + rowsLength + bodiesLength;
        final int offset = effects.claim(size);
        final int body = offset + HeaderFlyweight.HEADER_LENGTH;
        effects.arena().putBytes(body, rows, 0, rowsLength);
        effects.arena().putBytes(body + rowsLength, bodies, 0, bodiesLength);
        frame.wrap(effects.arena(), offset);
        frame.init(Command.REPLY, state.clusterLo, state.clusterHi, size, state.logView(), state.replica, state.group);
        frame.client(clientLo, clientHi);
        frame.session(session);
        frame.rowCount(count);
        frame.seal(checksum);
        effects.sendToClient(clientLo, clientHi, offset, size);
        count = 0;
        bodiesLength = 0;
    }
}
