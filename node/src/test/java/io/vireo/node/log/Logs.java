package io.vireo.node.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.SectorBuffer;
import io.vireo.journal.storage.Storage;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Logs for tests that need no disk: nothing that is submitted ever completes, so that all entries stay in memory. */
public final class Logs {
    private Logs() {}

    /** An empty log of a group. */
    public static LogStateMachine open(final ClusterConfig config, final int group) {
        final SegmentStore segments = new SegmentStore(new SilentStorage(), config.segmentLimits(), new NoListener());
        segments.open(Manifest.EMPTY);
        assertTrue(segments.isOpen());
        return new LogStateMachine(config, group, segments);
    }

    /** Appends the entries of one log to another, which is empty: what a restored checkpoint does with its files. */
    public static void copy(final LogStateMachine from, final LogStateMachine to, final long namespace) {
        final UnsafeBuffer reply = new UnsafeBuffer(new byte[LogStateMachine.APPEND_REPLY_LENGTH]);
        for (long offset = 0; offset < from.end(namespace); offset++) {
            final byte[] entry = Reads.entry(from, namespace, offset);
            to.apply(
                    1,
                    1,
                    namespace,
                    0,
                    LogStateMachine.OPERATION_APPEND,
                    new UnsafeBuffer(entry),
                    0,
                    entry.length,
                    reply,
                    0);
        }
        assertEquals(from.end(namespace), to.end(namespace));
    }

    private static final class NoListener implements SegmentStore.Listener {
        @Override
        public void onOpened() {}

        @Override
        public void onDamaged(final List<SegmentDamage> damages) {
            throw new AssertionError(damages);
        }

        @Override
        public void onSynced() {}

        @Override
        public void onReadable() {}

        @Override
        public void onForgotten(final int files) {}
    }

    private static final class SilentStorage implements Storage {
        @Override
        public MutableDirectBuffer allocate(final int length) {
            return SectorBuffer.allocate(length);
        }

        @Override
        public void open(final String name, final long token) {}

        @Override
        public void create(final String name, final long size, final long token) {}

        @Override
        public long size(final int file) {
            return 0;
        }

        @Override
        public void close(final int file) {}

        @Override
        public void read(
                final int file,
                final long position,
                final MutableDirectBuffer buffer,
                final int offset,
                final int length,
                final long token) {}

        @Override
        public void write(
                final int file,
                final long position,
                final DirectBuffer buffer,
                final int offset,
                final int length,
                final long token) {}

        @Override
        public void sync(final int file, final long token) {}

        @Override
        public void rename(final String from, final String to, final long token) {}

        @Override
        public void delete(final String name, final long token) {}

        @Override
        public void syncDirectory(final long token) {}

        @Override
        public void list(final long token) {}

        @Override
        public void reset(final long token) {}

        @Override
        public List<String> listed() {
            return List.of();
        }

        @Override
        public int poll(final Completions completions) {
            return 0;
        }

        @Override
        public void close() {}
    }
}
