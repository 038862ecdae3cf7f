package io.vireo.node.launch;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveredState;
import io.vireo.bootstrap.open.RecoveryProgress;
import io.vireo.bootstrap.open.ReplicaRecovery;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.host.StorageFailureException;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.session.ClientSessions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Brings the journal of a group to the state of a process that was killed at a certain moment, which a load over the network meets only by
 * chance: opens the directory as a replica does, appends prepares of a session of its own to the journal, as the primary of the last view,
 * and applies none. For a group of one replica, which commits whatever its journal has. On the calling thread.
 */
final class TailWriter implements AutoCloseable {
    private static final int NAMESPACE = 0;
    /** Only the bound of one wait: the storage wakes the thread. */
    private static final long PARK_NS = 10_000_000L;

    private static final long SETTLE_MAX_NS = 60_000_000_000L;

    private final ClusterConfig cluster;
    private final DirectoryLocks locks;
    private final FileStorage storage;
    private final int entrySize;
    private final int entriesPerOp;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Checksum checksum = new Checksum();
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private final UnsafeBuffer buffer;
    private final long clientLo;
    private ReplicaRecovery recovery;
    private RecoveredState recovered;
    private ClientSessions sessions;
    private PrepareJournal journal;
    private VsrState state;
    private long session;
    private long request;
    private long timestampNs;

    /** What lies above the checkpoint. */
    record Tail(long ops, long bytes) {}

    /**
     * Opens replica 0's group 0.
     *
     * @param entrySize bytes of an entry.
     * @param entriesPerOp entries that share a prepare.
     */
    TailWriter(final ClusterConfig cluster, final Path dataDir, final int entrySize, final int entriesPerOp) {
        this.cluster = cluster;
        this.entrySize = entrySize;
        this.entriesPerOp = entriesPerOp;
        buffer = new UnsafeBuffer(new byte[opSize(entrySize, entriesPerOp)]);
        clientLo = new SecureRandom().nextLong() | 1;
        locks = DirectoryLocks.take(
                dataDir, 0, IntStream.range(0, cluster.groupCount()).toArray());
        final Thread caller = Thread.currentThread();
        storage = new FileStorage(NodeSettings.groupDir(dataDir, 0, 0), () -> LockSupport.unpark(caller));
        try {
            open();
        } catch (final RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Bytes of a prepare of this shape. */
    static int opSize(final int entrySize, final int entriesPerOp) {
        return HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(entriesPerOp, entriesPerOp * entrySize);
    }

    private void open() {
        recovery = new ReplicaRecovery(
                cluster,
                0,
                0,
                storage,
                segments -> new LogStateMachine(cluster, 0, segments),
                replySizeMax ->
                        sessions = new ClientSessions(cluster.sessionsMax(), cluster.sessionWindow(), replySizeMax),
                RecoveryProgress.NONE);
        recovery.start();
        while (!recovery.isDone()) {
            await();
        }
        if (recovery.failure() != null) {
            throw new FailedException(
                    "the directory cannot be opened: " + recovery.failure().getMessage(), recovery.failure());
        }
        recovered = recovery.recovered();
        state = recovered.superblock().state();
        timestampNs = recovered.lastTimestampNs();
        journal = recovered.journal();
        journal.listener(new Ignored());
    }

    /** Appends until the next op would trigger a checkpoint. */
    Tail toCheckpoint() {
        final CheckpointPolicy policy = policy();
        final long sectors = (buffer.capacity() + Storage.SECTOR - 1) / Storage.SECTOR + 1L;
        while (!policy.isTrigger(end(journal.checkpointOp()), end(journal.head()) + 2 * sectors)) {
            append();
        }
        return settle();
    }

    /** True if an op above the checkpoint triggers the next one, which the process that wrote it had no time to make durable. */
    boolean isCheckpointDue() {
        return policy().isTrigger(end(journal.checkpointOp()), end(journal.head()));
    }

    /**
     * True if the process that was stopped had ended its view change. One that had not has promised which log it brings into the next view, and
     * what is appended after that does not count.
     */
    boolean isInView() {
        return state.view() == state.logView();
    }

    long checkpointOp() {
        return journal.checkpointOp();
    }

    private CheckpointPolicy policy() {
        return new CheckpointPolicy(cluster.walBytes(), cluster.prepareSizeMax());
    }

    /** Appends until the ring has no room. */
    Tail toFull() {
        while (journal.hasSpaceFor(buffer.capacity())) {
            append();
        }
        return settle();
    }

    private long end(final long op) {
        return journal.endPosition(op);
    }

    private void append() {
        final long op = journal.head() + 1;
        fill(op);
        journal.append(prepare);
        while (!journal.isWritable(op)) {
            journal.flush();
            await();
        }
        journal.write(op, buffer, 0);
        journal.tick(System.nanoTime());
        journal.flush();
        storage.poll(new Outcomes());
    }

    private void fill(final long op) {
        final boolean isRegister = session == 0;
        final int count = isRegister ? 1 : entriesPerOp;
        final int length = isRegister ? 0 : entrySize;
        final int size = opSize(length, count);
        prepare.wrap(buffer, 0);
        prepare.init(Command.PREPARE, cluster.clusterLo(), cluster.clusterHi(), size, state.logView(), 0, 0);
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        RequestBatch.count(buffer, batch, count);
        for (int i = 0; i < count; i++) {
            RequestBatch.putRow(
                    buffer,
                    RequestBatch.row(batch, i),
                    clientLo,
                    0,
                    session,
                    isRegister ? 0 : ++request,
                    isRegister ? RequestBatch.OPERATION_REGISTER : LogStateMachine.OPERATION_APPEND,
                    NAMESPACE,
                    0,
                    length);
        }
        for (int at = RequestBatch.bodies(buffer, batch); at + Long.BYTES <= size; at += Long.BYTES) {
            buffer.putLong(at, random.nextLong());
        }
        if (isRegister) {
            session = sessions.nextSession();
        }
        timestampNs = Math.max(timestampNs + 1, System.currentTimeMillis() * 1_000_000);
        prepare.parent(journal.checksumLo(op - 1), journal.checksumHi(op - 1))
                .op(op)
                .commit(op - 1)
                .timestamp(timestampNs)
                .checkpointQuorum(state.checkpointQuorumOp())
                .checkpointId(0, 0)
                .requestCount(count)
                .seal(checksum);
    }

    /** Waits until all is durable and may be acknowledged. */
    private Tail settle() {
        final long deadlineNs = System.nanoTime() + SETTLE_MAX_NS;
        while (journal.ackableOp() < journal.head()) {
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new FailedException("the disk took longer than 60 s to make the log durable");
            }
            journal.tick(System.nanoTime());
            journal.flush();
            await();
        }
        return tail();
    }

    /** What lies above the checkpoint now. */
    Tail tail() {
        return new Tail(
                journal.head() - journal.checkpointOp(),
                (end(journal.head()) - end(journal.checkpointOp())) * Storage.SECTOR);
    }

    private void await() {
        if (storage.poll(new Outcomes()) == 0) {
            LockSupport.parkNanos(PARK_NS);
        }
    }

    @Override
    public void close() {
        storage.close();
        locks.close();
    }

    private final class Outcomes implements Storage.Completions {
        @Override
        public void onCompletion(final long token, final long result) {
            recovery.onCompletion(token, result);
        }

        @Override
        public void onFailure(final String message) {
            throw new StorageFailureException(message);
        }
    }

    /** Nobody acknowledges and nothing is read. */
    private static final class Ignored implements PrepareJournal.Listener {
        @Override
        public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
            // Nobody waits for it: the log is asked at the end how far it is durable.
        }

        @Override
        public void onPrepareRead(
                final long token,
                final long op,
                final long checksumLo,
                final long checksumHi,
                final DirectBuffer prepare,
                final int offset,
                final int length) {
            throw new IllegalStateException("nothing was asked for, op " + op);
        }
    }
}
