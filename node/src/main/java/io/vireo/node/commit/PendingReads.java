package io.vireo.node.commit;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import java.util.ArrayDeque;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Queries that do not go through the log. A committed read is answered at once from what is applied here. A linearizable one is the
 * primary's: it waits for a leadership round <em>started after it arrived</em>, because an older round says nothing about the time
 * since, and for everything that was committed when it arrived, the inherited log included. A view change fails all that wait. What a read
 * needs may have to be fetched from disk; then it is tried again whenever something has come.
 */
public final class PendingReads {
    /** Reads that may wait; more are refused as busy. */
    public static final int WAITING_MAX = 1024;

    /** Reads that may wait for the disk. */
    public static final int FETCHING_MAX = 64;

    /** It knows what it has to learn, and not how fast that comes. */
    private static final int LEARNER_RETRY_MS = 250;

    private record Waiting(ReadFlyweight read, long round, long readIndex) {}

    private final ReplicaState state;
    private final StateMachine stateMachine;
    private final EffectQueue effects;
    private final int answerMax;
    private final Checksum checksum = new Checksum();
    private final ReadFlyweight read = new ReadFlyweight();
    private final ReadReplyFlyweight reply = new ReadReplyFlyweight();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    /** Covered, but their bytes are on their way from disk. */
    private final ArrayDeque<ReadFlyweight> fetching = new ArrayDeque<>();

    private int retries;

    public PendingReads(
            final ReplicaState state, final StateMachine stateMachine, final EffectQueue effects, final int answerMax) {
        this.state = state;
        this.stateMachine = stateMachine;
        this.effects = effects;
        this.answerMax = answerMax;
    }

    /** Reads that wait for a leadership round. */
    public int waiting() {
        return waiting.size();
    }

    /** Reads that wait for the disk. */
    public int fetching() {
        return fetching.size();
    }

    /** The view ends: whoever waits is told to ask again. */
    public void reset() {
        while (!waiting.isEmpty()) {
            refuse(waiting.remove().read, ReplyStatus.NOT_PRIMARY);
        }
    }

    /**
     * A READ frame.
     *
     * @param nextRound the number of the first leadership round that will start after this moment.
     * @param inheritedHead head of the log that the present view started with.
     */
    public void onRead(
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final boolean isReadyPrimary,
            final long nextRound,
            final long inheritedHead) {
        read.wrap(buffer, offset);
        if (read.consistency() == ReadFlyweight.COMMITTED && !state.isVoter()) {
            // Its disk was lost: what it has applied may be far behind what this replica has shown before.
            refuse(read, ReplyStatus.CATCHING_UP);
        } else if (read.consistency() == ReadFlyweight.COMMITTED) {
            if (!answer(read)) {
                fetch(copy(buffer, offset, length));
            }
        } else if (!isReadyPrimary) {
            refuse(read, ReplyStatus.NOT_PRIMARY);
        } else if (waiting.size() == WAITING_MAX) {
            refuse(read, ReplyStatus.BUSY);
        } else {
            waiting.add(
                    new Waiting(copy(buffer, offset, length), nextRound, Math.max(state.commitMax(), inheritedHead)));
        }
    }

    private static ReadFlyweight copy(final MutableDirectBuffer buffer, final int offset, final int length) {
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        return new ReadFlyweight().wrap(new UnsafeBuffer(copy), 0);
    }

    private void fetch(final ReadFlyweight kept) {
        if (fetching.size() == FETCHING_MAX) {
            refuse(kept, ReplyStatus.BUSY);
        } else {
            fetching.add(kept);
        }
    }

    /** Something was read from disk: the reads that wait for it are to be tried again, each once. */
    public void onReadable() {
        retries = fetching.size();
    }

    /** Tries one read that waits for the disk, if there is a new reason to; true if there was. */
    public boolean retry() {
        if (retries == 0) {
            return false;
        }
        retries--;
        final ReadFlyweight next = fetching.remove();
        if (!answer(next)) {
            fetching.add(next);
        }
        return true;
    }

    /** True if a read waits for a round after the newest one. */
    public boolean wantsRound(final long startedRound) {
        return !waiting.isEmpty() && waiting.peekLast().round > startedRound;
    }

    /** Answers one read that is covered by a confirmed round and applied; true if there was one. */
    public boolean answer(final long confirmedRound) {
        if (waiting.isEmpty()
                || waiting.peek().round > confirmedRound
                || waiting.peek().readIndex > state.commitMin()) {
            return false;
        }
        final ReadFlyweight next = waiting.remove().read;
        if (!answer(next)) {
            fetch(next);
        }
        return true;
    }

    /** True if there was an answer; false if its bytes have to come from disk first. */
    private boolean answer(final ReadFlyweight query) {
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH + answerMax);
        final int queryOffset = query.offset() + HeaderFlyweight.HEADER_LENGTH;
        final long result = stateMachine.read(
                query.namespace(),
                query.buffer(),
                queryOffset,
                (int) query.size() - HeaderFlyweight.HEADER_LENGTH,
                effects.arena(),
                offset + HeaderFlyweight.HEADER_LENGTH,
                answerMax);
        if (result == StateMachine.PENDING) {
            effects.trim(offset);
            return false;
        }
        send(query, (int) (result >>> 32), offset, (int) result);
        return true;
    }

    private void refuse(final ReadFlyweight query, final int status) {
        send(query, status, effects.claim(HeaderFlyweight.HEADER_LENGTH), 0);
    }

    private void send(final ReadFlyweight query, final int status, final int offset, final int bodyLength) {
        final int size = HeaderFlyweight.HEADER_LENGTH + bodyLength;
        effects.trim(offset + size);
        reply.wrap(effects.arena(), offset);
        reply.init(
                Command.READ_REPLY,
                state.clusterLo,
                state.clusterHi,
                size,
                state.logView(),
                state.replica,
                state.group);
        reply.client(query.clientLo(), query.clientHi());
        reply.readNumber(query.readNumber());
        reply.status(status);
        reply.retryAfterMs(status == ReplyStatus.CATCHING_UP ? LEARNER_RETRY_MS : 0);
        reply.commitMin(state.commitMin());
        reply.seal(checksum);
        effects.sendToClient(query.clientLo(), query.clientHi(), offset, size);
    }
}
