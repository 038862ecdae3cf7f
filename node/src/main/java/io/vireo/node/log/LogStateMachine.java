package io.vireo.node.log;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A plain replicated log per namespace: append bytes, get their offset; read from an offset. Offsets are dense and start at 0; a namespace
 * begins to exist with its first entry. Driven by the group's thread; holds all entries of the namespaces of its group in memory, which the
 * WAL bounds. All formats are little-endian.
 *
 * <pre>
 * append   request: the entry's bytes, none allowed       reply: offset u64
 * read     query:   from u64, maxEntries u32, maxBytes u32 (0 = as many as the answer may take)
 *          answer:  end u64 (offset of the next append), count u32, zero u32, then per entry length u32, bytes
 * snapshot count u32 of namespaces with entries, then of each, ascending: namespace u64, entries u64, per entry length u32, bytes
 * </pre>
 *
 * An answer carries the first entry even if that alone exceeds maxBytes, so that a reader always gets on.
 */
public final class LogStateMachine implements StateMachine {
    public static final int OPERATION_APPEND = 16;

    public static final int APPEND_REPLY_LENGTH = 8;
    public static final int QUERY_LENGTH = 16;
    public static final int QUERY_FROM_OFFSET = 0;
    public static final int QUERY_MAX_ENTRIES_OFFSET = 8;
    public static final int QUERY_MAX_BYTES_OFFSET = 12;
    public static final int ANSWER_PREFIX_LENGTH = 16;
    public static final int ANSWER_END_OFFSET = 0;
    public static final int ANSWER_COUNT_OFFSET = 8;

    private static final int CHUNK_BYTES = 1 << 20;
    private static final NamespaceLog[] NONE = {};

    private final Placement placement;
    private final int group;
    private final int chunkBytes;
    private EntryArena arena;
    /** By namespace / groupCount; null where nothing was appended. Grows with the highest namespace in use. */
    private NamespaceLog[] logs = NONE;

    public LogStateMachine(final ClusterConfig config, final int group) {
        this.placement = config.placement();
        this.group = group;
        // A small ring holds little: do not reserve more than a part of it at a time.
        this.chunkBytes = (int) Math.max(config.prepareSizeMax(), Math.min(CHUNK_BYTES, config.walBytes() / 16));
        this.arena = new EntryArena(chunkBytes);
    }

    @Override
    public int replySizeMax() {
        return APPEND_REPLY_LENGTH;
    }

    /** Entries in a namespace, which is the offset of its next one. */
    public long end(final long namespace) {
        final NamespaceLog log = placement.groupOf(namespace) == group ? existing(namespace) : null;
        return log == null ? 0 : log.count();
    }

    /** Bytes of all entries. */
    public long bytes() {
        return arena.bytes();
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
        final int refusal = refusal(namespace, operation, length);
        if (refusal != ReplyStatus.OK) {
            return StateMachine.result(refusal, 0);
        }
        final NamespaceLog log = log(namespace);
        reply.putLong(replyOffset, log.count(), LITTLE_ENDIAN);
        log.add(arena.add(body, offset, length));
        return StateMachine.result(ReplyStatus.OK, APPEND_REPLY_LENGTH);
    }

    private int refusal(final long namespace, final int operation, final int length) {
        if (operation != OPERATION_APPEND) {
            return ReplyStatus.MALFORMED;
        }
        if (placement.groupOf(namespace) != group) {
            return ReplyStatus.UNKNOWN_NAMESPACE;
        }
        return length > arena.entrySizeMax() ? ReplyStatus.TOO_LARGE : ReplyStatus.OK;
    }

    @Override
    public long read(
            final long namespace,
            final DirectBuffer query,
            final int offset,
            final int length,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        if (placement.groupOf(namespace) != group) {
            return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
        }
        if (length != QUERY_LENGTH) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        if (limit < ANSWER_PREFIX_LENGTH) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        final long from = query.getLong(offset + QUERY_FROM_OFFSET, LITTLE_ENDIAN);
        if (from < 0) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final long maxEntries = boundOrAll(query.getInt(offset + QUERY_MAX_ENTRIES_OFFSET, LITTLE_ENDIAN));
        final long maxBytes = boundOrAll(query.getInt(offset + QUERY_MAX_BYTES_OFFSET, LITTLE_ENDIAN));
        final NamespaceLog log = existing(namespace);
        final long end = log == null ? 0 : log.count();
        int count = 0;
        int size = ANSWER_PREFIX_LENGTH;
        for (long at = from; at < end && count < maxEntries; at++) {
            final long entry = log.entry(at);
            final int next = size + 4 + EntryArena.length(entry);
            if (next > limit || (count > 0 && next - ANSWER_PREFIX_LENGTH > maxBytes)) {
                break;
            }
            answer.putInt(answerOffset + size, EntryArena.length(entry), LITTLE_ENDIAN);
            arena.get(entry, answer, answerOffset + size + 4);
            size = next;
            count++;
        }
        if (count == 0 && from < end) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        answer.putLong(answerOffset + ANSWER_END_OFFSET, end, LITTLE_ENDIAN);
        answer.putLong(answerOffset + ANSWER_COUNT_OFFSET, count, LITTLE_ENDIAN);
        return StateMachine.result(ReplyStatus.OK, size);
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        int count = 0;
        for (final NamespaceLog log : logs) {
            count += log == null ? 0 : 1;
        }
        out.writeInt(count);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[arena.entrySizeMax()]);
        for (int place = 0; place < logs.length; place++) {
            if (logs[place] != null) {
                out.writeLong((long) place * placement.groupCount() + group);
                snapshot(logs[place], bytes, out);
            }
        }
    }

    private void snapshot(final NamespaceLog log, final UnsafeBuffer bytes, final SnapshotOutput out) {
        out.writeLong(log.count());
        for (long at = 0; at < log.count(); at++) {
            final int length = EntryArena.length(log.entry(at));
            arena.get(log.entry(at), bytes, 0);
            out.writeInt(length);
            out.writeBytes(bytes, 0, length);
        }
    }

    @Override
    public void restore(final SnapshotInput in) {
        arena = new EntryArena(chunkBytes);
        logs = NONE;
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[arena.entrySizeMax()]);
        final int count = in.readLength(placement.namespacesMax(), 2 * Long.BYTES, "the number of namespaces");
        long last = -1;
        for (int i = 0; i < count; i++) {
            final long namespace = in.readLong();
            in.check(
                    namespace > last && placement.groupOf(namespace) == group,
                    "namespaces ascend in a group",
                    namespace);
            restore(log(namespace), bytes, in);
            last = namespace;
        }
        in.checkEnd();
    }

    private void restore(final NamespaceLog log, final UnsafeBuffer bytes, final SnapshotInput in) {
        final long entries = in.readLong();
        in.check(entries > 0, "a namespace begins to exist with its first entry", entries);
        for (long at = 0; at < entries; at++) {
            final int length = in.readLength(arena.entrySizeMax(), 1, "the length of an entry");
            in.readBytes(bytes, 0, length);
            log.add(arena.add(bytes, 0, length));
        }
    }

    private static long boundOrAll(final int value) {
        return value == 0 ? Long.MAX_VALUE : value & 0xffff_ffffL;
    }

    private NamespaceLog existing(final long namespace) {
        final int place = (int) (namespace / placement.groupCount());
        return place < logs.length ? logs[place] : null;
    }

    private NamespaceLog log(final long namespace) {
        final int place = (int) (namespace / placement.groupCount());
        if (place >= logs.length) {
            logs = Arrays.copyOf(logs, Math.max(place + 1, Math.max(16, logs.length * 2)));
        }
        if (logs[place] == null) {
            logs[place] = new NamespaceLog();
        }
        return logs[place];
    }
}
