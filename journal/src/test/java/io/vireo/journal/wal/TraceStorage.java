package io.vireo.journal.wal;

import io.vireo.journal.storage.Storage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Records what the journal submits and keeps the bytes; decides nothing. A test says when a submission completes, and composes from the
 * record every image that a crash could leave: what a completed sync covers is durable, of the rest every sector is old or new.
 */
final class TraceStorage implements Storage {
    /** A write as submitted. */
    static final class Write {
        final long position;
        final byte[] bytes;
        final long token;
        boolean isCompleted;
        int completion;

        Write(final long position, final byte[] bytes, final long token) {
            this.position = position;
            this.bytes = bytes;
            this.token = token;
        }
    }

    /** A sync as submitted: it covers the first {@code covers} writes of the record. */
    record Sync(long token, int covers) {}

    /** Sees every write before it is recorded. */
    interface Observer {
        void onWrite(long position, byte[] bytes);
    }

    /** A read as submitted; its bytes are composed when it completes. */
    record Read(long position, MutableDirectBuffer buffer, int offset, int length, long token) {}

    final byte[] durable;
    Observer observer = (position, bytes) -> {};
    /** If set, reads wait here for the test; else they complete with what is durable when they are submitted. */
    List<Read> heldReads;

    final List<Write> writes = new ArrayList<>();
    final List<Sync> syncs = new ArrayList<>();
    /** Writes of the record that are durable already. */
    int durableWrites;

    private int completed;

    private final ArrayDeque<long[]> completions = new ArrayDeque<>();

    TraceStorage(final byte[] image) {
        durable = image.clone();
    }

    /** The versions a sector can have after a crash: the durable one first, a torn one last. */
    List<byte[]> versions(final int sector) {
        final List<byte[]> versions = new ArrayList<>();
        versions.add(Arrays.copyOfRange(durable, sector * SECTOR, (sector + 1) * SECTOR));
        for (int i = durableWrites; i < writes.size(); i++) {
            final Write write = writes.get(i);
            final int first = (int) (write.position / SECTOR);
            if (sector >= first && sector < first + write.bytes.length / SECTOR) {
                final int from = (sector - first) * SECTOR;
                versions.add(Arrays.copyOfRange(write.bytes, from, from + SECTOR));
            }
        }
        if (versions.size() > 1) {
            // A write that power cut in the middle of a sector.
            final byte[] garbage = versions.get(versions.size() - 1).clone();
            Arrays.fill(garbage, SECTOR / 2, SECTOR, (byte) 0x5a);
            versions.add(garbage);
        }
        return versions;
    }

    /** Fills the buffer of a held read: every sector as it is durable or as some write still to be synced has it, or torn. */
    void fill(final Read read, final SplittableRandom random) {
        for (int at = 0; at < read.length(); at += SECTOR) {
            final List<byte[]> versions = versions((int) (read.position() + at) / SECTOR);
            read.buffer().putBytes(read.offset() + at, versions.get(random.nextInt(versions.size())));
        }
        heldReads.remove(read);
    }

    boolean canComplete(final Sync sync) {
        for (int i = 0; i < sync.covers(); i++) {
            if (!writes.get(i).isCompleted) {
                return false;
            }
        }
        return true;
    }

    void complete(final Write write) {
        write.isCompleted = true;
        write.completion = ++completed;
    }

    /** Makes durable what the sync covers and takes it (and what it implies) from the record. */
    void complete(final Sync sync) {
        // Writes in flight together land in any order: the one that completed last is what the disk holds.
        final List<Write> covered = new ArrayList<>();
        for (int i = durableWrites; i < sync.covers(); i++) {
            covered.add(writes.get(i));
        }
        covered.sort(Comparator.comparingInt(write -> write.completion));
        for (final Write write : covered) {
            System.arraycopy(write.bytes, 0, durable, (int) write.position, write.bytes.length);
        }
        durableWrites = Math.max(durableWrites, sync.covers());
        syncs.remove(sync);
    }

    @Override
    public MutableDirectBuffer allocate(final int length) {
        return new UnsafeBuffer(new byte[length]);
    }

    @Override
    public void read(
            final int file,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        if (heldReads != null) {
            heldReads.add(new Read(position, buffer, offset, length, token));
            return;
        }
        buffer.putBytes(offset, durable, (int) position, length);
        completions.add(new long[] {token, length});
    }

    @Override
    public void write(
            final int file,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        observer.onWrite(position, bytes);
        writes.add(new Write(position, bytes, token));
    }

    @Override
    public void sync(final int file, final long token) {
        syncs.add(new Sync(token, writes.size()));
    }

    /** Ends everything submitted by a recovery, which only syncs and reads. */
    void completeRecovery(final JournalRecovery recovery) {
        while (!recovery.isDone()) {
            if (!syncs.isEmpty()) {
                recovery.onCompletion(syncs.remove(0).token(), 0);
            } else {
                final long[] completion = completions.remove();
                recovery.onCompletion(completion[0], completion[1]);
            }
        }
    }

    void completeReads(final PrepareJournal journal) {
        while (!completions.isEmpty()) {
            final long[] completion = completions.remove();
            journal.onCompletion(completion[0], completion[1]);
        }
    }

    @Override
    public int poll(final Completions receiver) {
        throw new UnsupportedOperationException("the test completes submissions itself");
    }

    @Override
    public void open(final String name, final long token) {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public void create(final String name, final long size, final long token) {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public long size(final int file) {
        return durable.length;
    }

    @Override
    public void rename(final String from, final String to, final long token) {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public void delete(final String name, final long token) {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public void syncDirectory(final long token) {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public void close(final int file) {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public void list(final long token) {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public void reset(final long token) {
        throw new UnsupportedOperationException("no test of this class ends the use of all files");
    }

    @Override
    public List<String> listed() {
        throw new UnsupportedOperationException("no files here");
    }

    @Override
    public void close() {}
}
