package io.vireo.sim.stream;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.node.stream.machine.MetadataOperation;
import io.vireo.node.stream.partition.FrameCursor;
import io.vireo.node.stream.partition.PartitionOperation;
import io.vireo.sim.audit.StreamHistory;
import io.vireo.sim.audit.StreamHistory.Life;
import io.vireo.sim.audit.StreamHistory.Message;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.workload.ForwardingMachine;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The streaming state machine as the node runs it, with an ear at its door that tells the auditors what was executed. */
final class AuditedStreamMachine extends ForwardingMachine<StateMachine> {
    private static final long PRIME = 0x9e37_79b9_7f4a_7c15L;
    /** Places in the body of a request that stores an offset: kind u8, consumer u64, offset u64. */
    private static final int CONSUMER_OFFSET = 1;

    private static final int STORED_OFFSET = 9;

    private final StreamAudits audits;
    private final RunCounters counters;
    private final int replica;
    private final int group;
    private final MetadataReader metadata;

    AuditedStreamMachine(
            final StateMachine machine,
            final StreamAudits audits,
            final RunCounters counters,
            final int replica,
            final int group) {
        super(machine);
        this.audits = audits;
        this.counters = counters;
        this.replica = replica;
        this.group = group;
        this.metadata = new MetadataReader(machine);
        audits.executions.onOpened(replica, group);
    }

    @Override
    public long apply(
            final long op,
            final long timestampNs,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final MutableDirectBuffer reply,
            final int replyOffset) {
        final long result = machine.apply(
                op, timestampNs, namespace, incarnation, operation, body, offset, length, reply, replyOffset);
        long request = mix(mix(mix(timestampNs) + namespace) + incarnation) + operation;
        request = sum(request, body, offset, length);
        final long outcome = sum(result, reply, replyOffset, (int) result);
        final boolean isFirst = audits.executions.onExecuted(replica, group, op, request, outcome);
        counters.machineComparisons = audits.executions.compared();
        if (isFirst && isAboutUsers(operation)) {
            onAboutUsers(op, body, offset, length);
            onAboutUsers(op, reply, replyOffset, (int) result);
        }
        if (isFirst && result >>> 32 == ReplyStatus.OK) {
            counters.machineOks++;
            if (operation < MetadataOperation.FIRST || operation > MetadataOperation.LAST) {
                onPartition(op, namespace, incarnation, operation, body, offset, length, reply, replyOffset);
            } else {
                onMetadata(op, operation);
            }
        }
        return result;
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        counters.machineSnapshots++;
        super.snapshot(out);
    }

    @Override
    public void restore(final SnapshotInput in) {
        counters.machineRestores++;
        super.restore(in);
    }

    private static boolean isAboutUsers(final int operation) {
        return operation >= MetadataOperation.CREATE_USER.code() && operation <= MetadataOperation.CREATE_ROOT.code();
    }

    private void onAboutUsers(final long op, final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        audits.accounts.onReplicated(replica, group, op, bytes);
    }

    private void onMetadata(final long op, final int operation) {
        if (operation == MetadataOperation.RENEW_PARTITION.code()) {
            counters.streams.renewals++;
            audits.history.onPartitions(metadata.partitions());
        } else if (operation <= MetadataOperation.DELETE_PARTITIONS.code()) {
            audits.history.onPartitions(metadata.partitions());
        }
        metadata.groups()
                .forEach(each -> audits.groups.onGroup(replica, op, each.life(), each.partitions(), each.members()));
    }

    private void onPartition(
            final long op,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final DirectBuffer reply,
            final int replyOffset) {
        final Life life = audits.history.life(namespace, incarnation);
        audits.placement.onExecuted(replica, group, op, namespace, incarnation, life);
        if (life == null) {
            return;
        }
        switch (operation) {
            case PartitionOperation.APPEND ->
                onAppended(op, life, body, offset, length, reply.getLong(replyOffset, LITTLE_ENDIAN));
            case PartitionOperation.STORE_OFFSET ->
                audits.offsets.onStored(
                        replica,
                        group,
                        op,
                        life,
                        body.getByte(offset),
                        body.getLong(offset + CONSUMER_OFFSET, LITTLE_ENDIAN),
                        body.getLong(offset + STORED_OFFSET, LITTLE_ENDIAN));
            case PartitionOperation.DELETE_OFFSET ->
                audits.offsets.onStored(
                        replica,
                        group,
                        op,
                        life,
                        body.getByte(offset),
                        body.getLong(offset + CONSUMER_OFFSET, LITTLE_ENDIAN),
                        StreamHistory.NONE);
            case PartitionOperation.DROP -> {
                counters.streams.drops++;
                audits.history.onDropped(namespace, incarnation);
            }
            default -> {
                // Of a partition that holds nothing yet the answer says 0.
                final long begin = reply.getLong(replyOffset, LITTLE_ENDIAN);
                counters.streams.forgotten += begin > life.begin() ? 1 : 0;
                audits.order.onForgotten(replica, group, op, life, begin);
            }
        }
    }

    private void onAppended(
            final long op,
            final Life life,
            final DirectBuffer body,
            final int offset,
            final int length,
            final long baseOffset) {
        final FrameCursor frames = new FrameCursor().wrap(body, offset, length);
        while (frames.next()) {
            audits.placement.onStored(
                    replica,
                    group,
                    op,
                    life,
                    StreamNames.stream(SentMessage.stream(body, frames.payloadOffset())),
                    StreamNames.topic(SentMessage.topic(body, frames.payloadOffset())));
        }
        final List<Message> messages = messages(body, offset, length);
        messages.forEach(message -> audits.refusals.onStored(replica, group, op, message));
        audits.order.onAppended(replica, group, op, life, baseOffset, messages);
    }

    private static List<Message> messages(final DirectBuffer body, final int offset, final int length) {
        final List<Message> messages = new ArrayList<>();
        final FrameCursor frames = new FrameCursor().wrap(body, offset, length);
        while (frames.next()) {
            messages.add(SentMessage.message(body, frames.payloadOffset()));
        }
        return messages;
    }

    private static long sum(final long start, final DirectBuffer buffer, final int offset, final int length) {
        long sum = mix(start + length);
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            sum = mix(sum ^ buffer.getLong(offset + at, LITTLE_ENDIAN));
        }
        for (; at < length; at++) {
            sum = mix(sum ^ buffer.getByte(offset + at));
        }
        return sum;
    }

    private static long mix(final long value) {
        final long mixed = (value ^ value >>> 32) * PRIME;
        return mixed ^ mixed >>> 29;
    }
}
