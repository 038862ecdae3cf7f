package io.vireo.node.stream.machine;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.stream.StreamLimits;
import org.agrona.concurrent.UnsafeBuffer;

/** State machines asked as a replica asks them: bodies, replies and answers lie somewhere in larger buffers. */
final class Machines {
    /** So small that scripts meet all of them. */
    static final StreamLimits LIMITS = new StreamLimits(3, 3, 9, 16, 2, 3, 4, 100);

    private static final int AT = 5;
    private static final int REPLY_AT = 7;
    private static final byte UNTOUCHED = 0x55;

    private Machines() {}

    /** What came back; an empty body unless it is OK. */
    @SuppressWarnings("ArrayRecordComponent")
    record Result(int status, byte[] body) {
        MetadataReply reply() {
            return MetadataReply.read(new UnsafeBuffer(body), 0);
        }
    }

    static Result apply(
            final StateMachine machine, final int operation, final byte[] body, final long namespace, final long now) {
        final UnsafeBuffer request = placed(body);
        final int max = machine.replySizeMax();
        final UnsafeBuffer reply = new UnsafeBuffer(new byte[REPLY_AT + max + REPLY_AT]);
        reply.setMemory(0, reply.capacity(), UNTOUCHED);
        final long result =
                machine.apply(9, now * 1_000 + 7, namespace, 0, operation, request, AT, body.length, reply, REPLY_AT);
        return result(result, reply, max);
    }

    static Result apply(final StateMachine machine, final MetadataCommand command, final Actor actor, final long now) {
        return apply(machine, command.operation().code(), command.encode(actor), MetadataMachine.NAMESPACE, now);
    }

    static Result read(final StateMachine machine, final byte[] query, final long namespace, final int limit) {
        final UnsafeBuffer answer = new UnsafeBuffer(new byte[REPLY_AT + limit + REPLY_AT]);
        answer.setMemory(0, answer.capacity(), UNTOUCHED);
        final long result = machine.read(namespace, placed(query), AT, query.length, answer, REPLY_AT, limit);
        return result(result, answer, limit);
    }

    static Result read(final StateMachine machine, final MetadataQuery query, final Actor actor, final int limit) {
        return read(machine, query.encode(actor), MetadataMachine.NAMESPACE, limit);
    }

    static byte[] snapshot(final StateMachine machine) {
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            machine.snapshot(writer.begin(SnapshotSection.STATE));
            try (Snapshot snapshot = writer.finish()) {
                final SnapshotInput in = snapshot.section(SnapshotSection.STATE);
                final byte[] bytes = new byte[(int) in.remaining()];
                in.readBytes(new UnsafeBuffer(bytes), 0, bytes.length);
                return bytes;
            }
        }
    }

    static <T extends StateMachine> T restore(final byte[] bytes, final T into) {
        try (SnapshotWriter writer = new SnapshotWriter(anchor())) {
            writer.begin(SnapshotSection.STATE).writeBytes(new UnsafeBuffer(bytes), 0, bytes.length);
            try (Snapshot snapshot = writer.finish()) {
                into.restore(snapshot.section(SnapshotSection.STATE));
            }
        }
        return into;
    }

    private static UnsafeBuffer placed(final byte[] body) {
        final UnsafeBuffer placed = new UnsafeBuffer(new byte[AT + body.length + AT]);
        placed.setMemory(0, placed.capacity(), (byte) 1);
        placed.putBytes(AT, body);
        return placed;
    }

    private static Result result(final long result, final UnsafeBuffer buffer, final int max) {
        final int length = (int) result;
        if (length < 0 || length > max) {
            throw new AssertionError("a reply of " + length + " bytes, at most " + max);
        }
        for (int i = 0; i < buffer.capacity(); i++) {
            if ((i < REPLY_AT || i >= REPLY_AT + max) && buffer.getByte(i) != UNTOUCHED) {
                throw new AssertionError("byte " + i + " outside of the reply was written");
            }
        }
        final byte[] body = new byte[length];
        buffer.getBytes(REPLY_AT, body);
        return new Result((int) (result >>> 32), body);
    }

    private static SnapshotAnchor anchor() {
        return new SnapshotAnchor(
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0), 1);
    }
}
