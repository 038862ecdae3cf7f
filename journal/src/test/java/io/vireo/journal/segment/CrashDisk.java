package io.vireo.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Files in memory: completions come in any order the random numbers say, and a crash loses, keeps or tears what no sync covers. Refuses
 * writes below what a checkpoint covers ({@link #protect}).
 */
final class CrashDisk implements Storage {
    private static final class Inode {
        byte[] durable = {};
        byte[] cached = {};
        final List<Operation> unsynced = new ArrayList<>();
        int submittedSize;
        boolean isUnreadable;
    }

    /** A submission; {@code action} takes place at its completion and gives the result. */
    private static final class Operation {
        final long token;
        final Inode inode;
        int position;
        byte[] bytes;
        boolean isSync;
        LongSupplier action;

        Operation(final long token, final Inode inode) {
            this.token = token;
            this.inode = inode;
        }
    }

    private record NameChange(String name, Inode inode) {}

    private final Random random;
    private final Map<Integer, Inode> handles = new HashMap<>();
    private final List<Operation> inFlight = new ArrayList<>();
    private final List<NameChange> nameChanges = new ArrayList<>();
    private final Map<String, Integer> covered = new HashMap<>();
    private TreeMap<String, Inode> names = new TreeMap<>();
    private TreeMap<String, Inode> durableNames = new TreeMap<>();
    private List<String> listed = List.of();
    private int lastHandle;
    private int handlesMost;

    CrashDisk(final Random random) {
        this.random = random;
    }

    /** From now on these bytes of these files may be read only. */
    void protect(final Manifest... manifests) {
        covered.clear();
        for (final Manifest manifest : manifests) {
            cover(manifest);
        }
    }

    private void cover(final Manifest manifest) {
        for (int i = 0; i < manifest.count(); i++) {
            final ManifestEntry entry = manifest.entry(i);
            final String name = entry.key().fileName();
            covered.merge(name, SegmentFormat.roundUp(entry.size()), Math::max);
            assertTrue(durableNames.containsKey(name), "what a checkpoint covers has a durable name");
            assertTrue(durableNames.get(name).durable.length >= entry.size(), "and durable bytes");
        }
    }

    /** Ends the process and the machine; what a test does next it does with a new store. */
    void crash() {
        inFlight.clear();
        handles.clear();
        final int kept = random.nextInt(nameChanges.size() + 1);
        for (int i = 0; i < kept; i++) {
            change(durableNames, nameChanges.get(i));
        }
        nameChanges.clear();
        names = new TreeMap<>(durableNames);
        for (final Inode inode : names.values()) {
            for (final Operation write : inode.unsynced) {
                loseKeepOrTear(inode, write);
            }
            inode.unsynced.clear();
            inode.cached = inode.durable.clone();
            inode.submittedSize = inode.cached.length;
        }
    }

    /** Content of a file, for damaging it. */
    byte[] content(final String name) {
        return names.get(name).cached;
    }

    void cut(final String name, final int size) {
        names.get(name).cached = Arrays.copyOf(names.get(name).cached, size);
    }

    void remove(final String name) {
        assertNotNull(names.remove(name));
    }

    void makeUnreadable(final String name) {
        names.get(name).isUnreadable = true;
    }

    List<String> names() {
        return List.copyOf(names.keySet());
    }

    /** Puts a file there that nobody asked for. */
    void leave(final String name, final int size) {
        final Inode inode = new Inode();
        inode.durable = new byte[size];
        random.nextBytes(inode.durable);
        inode.cached = inode.durable.clone();
        inode.submittedSize = size;
        names.put(name, inode);
        durableNames.put(name, inode);
    }

    int handlesMost() {
        return handlesMost;
    }

    int handles() {
        return handles.size();
    }

    /** One completion, any that may come now; none if there are none. */
    @Override
    public int poll(final Completions receiver) {
        final List<Operation> ready = new ArrayList<>();
        for (int i = 0; i < inFlight.size() && i < 64; i++) {
            if (isReady(inFlight.get(i))) {
                ready.add(inFlight.get(i));
            }
        }
        if (ready.isEmpty()) {
            return 0;
        }
        final Operation operation = ready.get(random.nextInt(ready.size()));
        inFlight.remove(operation);
        receiver.onCompletion(operation.token, operation.action.getAsLong());
        return 1;
    }

    @Override
    public MutableDirectBuffer allocate(final int length) {
        return new UnsafeBuffer(new byte[length]);
    }

    @Override
    public void open(final String name, final long token) {
        submit(token, null, () -> names.containsKey(name) ? handle(names.get(name)) : NOT_FOUND);
    }

    @Override
    public void create(final String name, final long size, final long token) {
        assertEquals(0, size);
        submit(token, null, () -> {
            if (names.containsKey(name)) {
                return EXISTS;
            }
            final Inode inode = new Inode();
            change(names, new NameChange(name, inode));
            nameChanges.add(new NameChange(name, inode));
            return handle(inode);
        });
    }

    @Override
    public long size(final int file) {
        return inode(file).cached.length;
    }

    @Override
    public void close(final int file) {
        assertNotNull(handles.remove(file));
    }

    @Override
    public void read(
            final int file,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        checkWhole(position, length);
        final Inode inode = inode(file);
        submit(token, inode, () -> {
            if (inode.isUnreadable || position + length > inode.cached.length) {
                return READ_FAILED;
            }
            buffer.putBytes(offset, inode.cached, (int) position, length);
            return length;
        });
    }

    @Override
    public void write(
            final int file,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        checkWhole(position, length);
        final Inode inode = inode(file);
        assertTrue(position + length <= inode.submittedSize || position == inode.submittedSize, "inside, or grows");
        names.forEach((name, named) -> assertTrue(
                named != inode || position >= covered.getOrDefault(name, 0),
                "sectors a checkpoint covers are not written again"));
        inode.submittedSize = Math.max(inode.submittedSize, (int) position + length);
        final Operation write = submit(token, inode, null);
        write.position = (int) position;
        write.bytes = new byte[length];
        buffer.getBytes(offset, write.bytes);
        write.action = () -> {
            final byte[] now = new byte[length];
            buffer.getBytes(offset, now);
            assertTrue(Arrays.equals(write.bytes, now), "a buffer that is written does not change");
            inode.cached = put(inode.cached, write.position, write.bytes, 0, length);
            return length;
        };
        inode.unsynced.add(write);
    }

    @Override
    public void sync(final int file, final long token) {
        final Inode inode = inode(file);
        final List<Operation> writes = List.copyOf(inode.unsynced);
        submit(token, inode, () -> {
                    for (final Operation write : writes) {
                        inode.durable = put(inode.durable, write.position, write.bytes, 0, write.bytes.length);
                    }
                    inode.unsynced.removeAll(writes);
                    return 0;
                })
                .isSync = true;
    }

    @Override
    public void rename(final String from, final String to, final long token) {
        throw new UnsupportedOperationException("segments are not renamed");
    }

    @Override
    public void delete(final String name, final long token) {
        submit(token, null, () -> {
            assertNotNull(names.get(name), name);
            assertEquals(null, covered.get(name), "what a checkpoint covers is not deleted");
            change(names, new NameChange(name, null));
            nameChanges.add(new NameChange(name, null));
            return 0;
        });
    }

    @Override
    public void syncDirectory(final long token) {
        final List<NameChange> changes = List.copyOf(nameChanges);
        submit(token, null, () -> {
            // Another sync of the directory may have made some of them durable.
            changes.stream().filter(nameChanges::remove).forEach(change -> change(durableNames, change));
            return 0;
        });
    }

    @Override
    public void list(final long token) {
        submit(token, null, () -> {
            listed = names();
            return listed.size();
        });
    }

    @Override
    public void reset(final long token) {
        throw new UnsupportedOperationException("no test of this class ends the use of all files");
    }

    @Override
    public List<String> listed() {
        return listed;
    }

    @Override
    public void close() {}

    private Operation submit(final long token, final Inode inode, final LongSupplier action) {
        final Operation operation = new Operation(token, inode);
        operation.action = action;
        inFlight.add(operation);
        return operation;
    }

    private boolean isReady(final Operation sync) {
        for (int i = 0; sync.isSync && inFlight.get(i) != sync; i++) {
            if (inFlight.get(i).inode == sync.inode && inFlight.get(i).bytes != null) {
                return false;
            }
        }
        return true;
    }

    private long handle(final Inode inode) {
        handles.put(++lastHandle, inode);
        handlesMost = Math.max(handlesMost, handles.size());
        return lastHandle;
    }

    private Inode inode(final int file) {
        final Inode inode = handles.get(file);
        assertNotNull(inode, "a handle is used while its file is open");
        return inode;
    }

    private void loseKeepOrTear(final Inode inode, final Operation write) {
        final int fate = random.nextInt(4);
        for (int at = 0; at < write.bytes.length && fate > 0; at += SECTOR) {
            final byte[] sector = Arrays.copyOfRange(write.bytes, at, at + SECTOR);
            if (fate == 2 && random.nextBoolean()) {
                continue;
            } else if (fate == 3) {
                random.nextBytes(sector);
            }
            inode.durable = put(inode.durable, write.position + at, sector, 0, SECTOR);
        }
    }

    private static byte[] put(
            final byte[] file, final int position, final byte[] bytes, final int from, final int length) {
        final byte[] grown = Arrays.copyOf(file, Math.max(file.length, position + length));
        System.arraycopy(bytes, from, grown, position, length);
        return grown;
    }

    private static void change(final Map<String, Inode> names, final NameChange change) {
        if (change.inode == null) {
            names.remove(change.name);
        } else {
            names.put(change.name, change.inode);
        }
    }

    private static void checkWhole(final long position, final int length) {
        assertTrue(position % SECTOR == 0 && length % SECTOR == 0 && length > 0, "whole sectors");
    }
}
