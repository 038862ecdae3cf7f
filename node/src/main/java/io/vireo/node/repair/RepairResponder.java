package io.vireo.node.repair;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.PrepareCache;
import io.vireo.node.core.ReadToken;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.core.SuperblockUpdates;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.HeadersFlyweight;
import io.vireo.node.message.RequestHeadersFlyweight;
import io.vireo.node.message.RequestPrepareFlyweight;

/**
 * Answers other replicas that repair their logs, in any status, from what is intact and confirmed here. What is not here is not answered:
 * silence says nothing. Where a checkpoint has taken the place of what is asked for, the answer is that checkpoint.
 */
public final class RepairResponder {
    /** Prepares read back for others at a time; more requests are dropped and come again. */
    private static final int READS_MAX = 16;

    private final ReplicaState state;
    private final PrepareJournal journal;
    private final EffectQueue effects;
    private final PrepareCache cache;
    private final SuperblockUpdates superblock;
    private final TraceSink trace;
    private final int headersMax;
    private final Checksum checksum = new Checksum();
    private final HeadersFlyweight headers = new HeadersFlyweight();
    private final CheckpointFlyweight checkpoint = new CheckpointFlyweight();
    private final PrepareFlyweight header = new PrepareFlyweight();
    private int reads;

    public RepairResponder(
            final ReplicaState state,
            final PrepareJournal journal,
            final EffectQueue effects,
            final PrepareCache cache,
            final SuperblockUpdates superblock,
            final TraceSink trace,
            final int headersMax) {
        this.state = state;
        this.journal = journal;
        this.effects = effects;
        this.cache = cache;
        this.superblock = superblock;
        this.trace = trace;
        this.headersMax = headersMax;
    }

    public void onRequestPrepare(final RequestPrepareFlyweight request) {
        final long op = request.op();
        final long lo = request.prepareChecksumLo();
        final long hi = request.prepareChecksumHi();
        if (op <= state.commitMin() + cache.span() && cache.holds(op, lo, hi)) {
            effects.send(request.replica(), cache.prepare(op), 0, cache.size(op));
            trace.event(state.group, TraceEvent.PREPARE_SERVED, state.view(), op);
        } else if (reads < READS_MAX
                && journal.isServable(op)
                && journal.read(op, lo, hi, ReadToken.serve(request.replica()))) {
            reads++;
        } else {
            sendCheckpoint(request.replica(), op);
        }
    }

    /** Says that a checkpoint stands for this op here, if one does. */
    private void sendCheckpoint(final int to, final long op) {
        final CheckpointState durable = superblock.checkpoint();
        if (op > durable.op() || durable.op() == 0) {
            return;
        }
        final int offset = effects.claim(HeaderFlyweight.HEADER_LENGTH);
        checkpoint.wrap(effects.arena(), offset);
        checkpoint.init(
                Command.CHECKPOINT,
                state.clusterLo,
                state.clusterHi,
                HeaderFlyweight.HEADER_LENGTH,
                state.durableView(),
                state.replica,
                state.group);
        checkpoint
                .op(durable.op())
                .snapshotId(durable.snapshotIdLo(), durable.snapshotIdHi())
                .seal(checksum);
        effects.send(to, offset, HeaderFlyweight.HEADER_LENGTH);
    }

    /** A read for another replica came back; {@code length} 0 means that the entry is damaged here too. */
    public void onPrepareRead(final long token, final PrepareFlyweight prepare, final int length) {
        reads--;
        if (length > 0) {
            effects.send(ReadToken.replica(token), prepare.buffer(), prepare.offset(), length);
            trace.event(state.group, TraceEvent.PREPARE_SERVED, state.view(), prepare.op());
        }
    }

    public void onRequestHeaders(final RequestHeadersFlyweight request) {
        long top = Math.min(request.opMax(), journal.head());
        final long lowest = Math.max(request.opMin(), Math.min(journal.lowestServableOp(), journal.checkpointOp()));
        while (top >= lowest && !journal.isServable(top)) {
            top--;
        }
        long bottom = top;
        while (bottom - 1 >= lowest && top - (bottom - 1) < headersMax && journal.isServable(bottom - 1)) {
            bottom--;
        }
        if (top < lowest) {
            sendCheckpoint(request.replica(), request.opMin());
            return;
        }
        if (bottom > request.opMin() && !journal.isServable(bottom - 1)) {
            // The asker cannot connect what it gets to what it has.
            sendCheckpoint(request.replica(), bottom - 1);
        }
        final int count = (int) (top - bottom + 1);
        final int size = HeaderFlyweight.HEADER_LENGTH * (1 + count);
        final int offset = effects.claim(size);
        headers.wrap(effects.arena(), offset);
        headers.init(
                Command.HEADERS,
                state.clusterLo,
                state.clusterHi,
                size,
                state.durableView(),
                state.replica,
                state.group);
        for (int i = 0; i < count; i++) {
            journal.header(top - i, header);
            effects.arena()
                    .putBytes(
                            offset + HeaderFlyweight.HEADER_LENGTH * (1 + i),
                            header.buffer(),
                            header.offset(),
                            HeaderFlyweight.HEADER_LENGTH);
        }
        headers.headerCount(count)
                .logView(state.logView())
                .isNormal(state.status() == Status.NORMAL)
                .seal(checksum);
        effects.send(request.replica(), offset, size);
    }
}
