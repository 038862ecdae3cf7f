package io.vireo.bootstrap.open;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.inspect.DataInspector;
import io.vireo.bootstrap.inspect.GroupInspection;
import io.vireo.bootstrap.inspect.GroupPlace;
import io.vireo.bootstrap.inspect.InspectedParts;
import io.vireo.bootstrap.inspect.InspectionProgress;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.ReadOnlyStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.PrepareJournal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One group's directory with real files, for tests: formats, opens, writes prepares, damages bytes, and dies after any number of
 * completions. Waits for the storage asleep.
 */
final class GroupDirectory implements Storage.Completions, AutoCloseable {
    static final int ALL = Integer.MAX_VALUE;
    static final int GROUP = 2;

    final List<String> stages = new ArrayList<>();
    final CountingMachine machine = new CountingMachine();
    private final Path directory;
    private final ClusterConfig config;
    private final Semaphore wakeups = new Semaphore(0);
    private FileStorage storage;
    private DataFileFormatter formatter;
    private ReplicaRecovery recovery;
    private PrepareJournal journal;
    private Superblock superblock;
    private int completions;
    private int completionsMax;
    private boolean isWritten;
    private RecoveryStage damageStage;
    private long damageOffset;
    private int damageLength;

    GroupDirectory(final Path directory, final ClusterConfig config) {
        this.directory = directory;
        this.config = config;
    }

    static NodeContext settings() {
        return new NodeContext()
                .clusterId(0x11, 0x22)
                .replicaCount(3)
                .prepareSizeMax(16 << 10)
                .walBytes(256 << 10)
                .sessionsMax(4)
                .sessionWindow(4);
    }

    /** 1 where there is one. */
    private static int replica(final ClusterConfig config) {
        return Math.min(1, config.replicaCount() - 1);
    }

    private static SuperblockIdentity identity(final ClusterConfig config) {
        return config.identity(replica(config), GROUP, 7, 8);
    }

    /** Formats, but dies after this many completions; true if it got to its end. */
    boolean format(final int deathAfter) {
        restart(deathAfter);
        formatter = new DataFileFormatter(storage, identity(config));
        formatter.start();
        while (!formatter.isDone() && completions < completionsMax) {
            poll();
        }
        if (!formatter.isDone()) {
            die();
        }
        return formatter.isDone();
    }

    RecoveryException formatFailure() {
        return formatter.failure();
    }

    /** Opens, but dies after this many completions; true if it got to its end. */
    boolean open(final int deathAfter) {
        restart(deathAfter);
        stages.clear();
        machine.applied.clear();
        recovery = new ReplicaRecovery(
                config,
                replica(config),
                GROUP,
                storage,
                segments -> machine,
                replySizeMax -> new OneSession(),
                this::onStage);
        recovery.start();
        while (!recovery.isDone() && completions < completionsMax) {
            poll();
        }
        if (recovery.isDone() && recovery.failure() == null) {
            journal = recovery.recovered().journal();
            superblock = recovery.recovered().superblock();
            recovery.handOver(new Written());
            journal.listener(new Outcomes());
        }
        return recovery.isDone();
    }

    RecoveredState opened() {
        open(ALL);
        return recovery.recovered();
    }

    RecoveryException refused() {
        open(ALL);
        return recovery.failure();
    }

    /** Appends this many prepares of one request each, durably; each says that all but {@code behind} ops below it are committed. */
    void append(final int count, final int behind) {
        for (int i = 0; i < count; i++) {
            final long op = journal.head() + 1;
            final UnsafeBuffer prepare = prepare(op, Math.max(0, op - 1 - behind));
            journal.append(new PrepareFlyweight().wrap(prepare, 0));
            journal.write(op, prepare, 0);
            journal.flush();
            while (journal.ackableOp() < op) {
                journal.flush();
                poll();
            }
        }
    }

    /** What there is to see while nobody works in the directory. */
    GroupInspection inspect(final boolean isVerifying) {
        return inspect(isVerifying, GroupPlace.UNKNOWN);
    }

    GroupInspection inspect(final boolean isVerifying, final GroupPlace place) {
        die();
        return new DataInspector(
                        () -> new ReadOnlyStorage(directory), config, place, new Parts(), InspectionProgress.NONE)
                .inspect(isVerifying);
    }

    void writeSuperblock(final VsrState state) {
        isWritten = false;
        superblock.write(state);
        while (!isWritten) {
            poll();
        }
    }

    VsrState state() {
        return superblock.state();
    }

    /** Overwrites bytes of the data file while it is closed. */
    void damage(final long offset, final int length) throws IOException {
        die();
        overwrite(offset, length);
    }

    /** Overwrites bytes of the data file once, when the next opening comes to this stage. */
    void damageAt(final RecoveryStage stage, final long offset, final int length) {
        damageStage = stage;
        damageOffset = offset;
        damageLength = length;
    }

    private void onStage(final RecoveryStage stage, final String found) {
        stages.add(stage + " " + found);
        if (stage == damageStage) {
            damageStage = null;
            try {
                overwrite(damageOffset, damageLength);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void overwrite(final long offset, final int length) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(DataFileLayout.FILE_NAME).toFile(), "rw")) {
            file.seek(offset);
            final byte[] garbage = new byte[length];
            Arrays.fill(garbage, (byte) 0x5a);
            file.write(garbage);
        }
    }

    /** Offset in the data file of the sector of {@code op}: all entries of these tests take one. */
    long offsetOf(final long op) {
        return new DataFileLayout(config.walBytes()).walOffset() + (op - 1) * Storage.SECTOR;
    }

    private UnsafeBuffer prepare(final long op, final long commit) {
        final byte[] body = {(byte) op, (byte) (op >> 8)};
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, body.length);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[size]);
        final PrepareFlyweight header = new PrepareFlyweight().wrap(bytes, 0);
        header.init(Command.PREPARE, config.clusterLo(), config.clusterHi(), size, 0, 0, GROUP);
        header.parent(journal.checksumLo(op - 1), journal.checksumHi(op - 1))
                .op(op)
                .commit(commit)
                .timestamp(op * 1000)
                .requestCount(1);
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        RequestBatch.count(bytes, batch, 1);
        RequestBatch.putRow(
                bytes,
                RequestBatch.row(batch, 0),
                5,
                6,
                op == 1 ? 0 : 1,
                op - 1,
                op == 1 ? 1 : 16,
                0,
                0,
                op == 1 ? 0 : body.length);
        if (op == 1) {
            header.init(Command.PREPARE, config.clusterLo(), config.clusterHi(), size - body.length, 0, 0, GROUP);
            header.parent(journal.checksumLo(0), journal.checksumHi(0))
                    .op(op)
                    .commit(0)
                    .timestamp(1000)
                    .requestCount(1);
        } else {
            bytes.putBytes(size - body.length, body);
        }
        header.seal(new Checksum());
        return bytes;
    }

    private void restart(final int deathAfter) {
        die();
        storage = new FileStorage(directory, wakeups::release, false);
        completions = 0;
        completionsMax = deathAfter;
    }

    private void poll() {
        if (storage.poll(this) == 0) {
            wakeups.acquireUninterruptibly();
        }
    }

    @Override
    public void onCompletion(final long token, final long result) {
        if (completions++ >= completionsMax) {
            return;
        }
        if (recovery == null) {
            formatter.onCompletion(token, result);
        } else if (!recovery.isDone()) {
            recovery.onCompletion(token, result);
        } else if (token >>> 56 == PrepareJournal.TOKEN_OWNER) {
            journal.onCompletion(token, result);
        } else {
            superblock.onCompletion(token, result);
        }
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public void close() {
        die();
    }

    /** Ends the process, so to speak: the files stay as they are. */
    void die() {
        if (storage != null) {
            storage.close();
            storage = null;
            recovery = null;
        }
    }

    private static final class Outcomes implements PrepareJournal.Listener {
        @Override
        public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {}

        @Override
        public void onPrepareRead(
                final long token,
                final long op,
                final long checksumLo,
                final long checksumHi,
                final DirectBuffer prepare,
                final int offset,
                final int length) {}
    }

    private final class Written implements ReplicaRecovery.Running {
        @Override
        public void onSuperblockWritten(final VsrState state) {
            isWritten = true;
        }

        @Override
        public void onCheckpointSaved(final CheckpointState checkpoint) {}

        @Override
        public void onReadable() {}
    }

    private static final class Parts implements InspectedParts {
        @Override
        public StateMachineFactory stateMachines(final ClusterConfig config, final int group) {
            return segments -> new CountingMachine();
        }

        @Override
        public SessionTable sessions(final ClusterConfig config, final int replySizeMax) {
            return new OneSession();
        }

        @Override
        public long sessionCount(final SnapshotInput sessions) {
            return 1;
        }
    }

    /** Remembers what was applied, in order. */
    static final class CountingMachine implements StateMachine {
        final List<Long> applied = new ArrayList<>();

        @Override
        public int replySizeMax() {
            return 8;
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
            if ((body.getShort(offset, LITTLE_ENDIAN) & 0xffff) != op || timestampNs != op * 1000) {
                throw new IllegalStateException("op " + op + " has the bytes of another");
            }
            applied.add(op);
            return StateMachine.result(0, 0);
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
            return 0;
        }

        @Override
        public void snapshot(final SnapshotOutput out) {
            out.writeInt(applied.size());
            applied.forEach(out::writeLong);
        }

        @Override
        public void restore(final SnapshotInput in) {
            applied.clear();
            final int count = in.readLength(Integer.MAX_VALUE, Long.BYTES, "ops");
            for (int i = 0; i < count; i++) {
                applied.add(in.readLong());
            }
            in.checkEnd();
        }
    }

    /** The least a session table can be: one client, which registers with op 1. */
    private static final class OneSession implements SessionTable {
        private final UnsafeBuffer reply = new UnsafeBuffer(new byte[8]);
        private long registerOp;
        private long last;

        @Override
        public int register(final long clientLo, final long clientHi, final long op) {
            registerOp = op;
            return 0;
        }

        @Override
        public int find(final long clientLo, final long clientHi, final long session) {
            return registerOp > 0 && session == 1 ? 0 : NO_SLOT;
        }

        @Override
        public long session(final int slot) {
            return 1;
        }

        @Override
        public long registerOp(final int slot) {
            return registerOp;
        }

        @Override
        public long lastRequest(final int slot) {
            return last;
        }

        @Override
        public Verdict decide(final int slot, final long request) {
            return request == last + 1 ? Verdict.APPLY : request > last ? Verdict.GAP : Verdict.REPEAT;
        }

        @Override
        public MutableDirectBuffer replyBuffer(final int slot) {
            return reply;
        }

        @Override
        public int replyOffset(final int slot, final long request) {
            return 0;
        }

        @Override
        public void applied(
                final int slot,
                final long request,
                final long op,
                final int status,
                final long requestDigest,
                final int replyLength) {
            last = request;
        }

        @Override
        public int storedStatus(final int slot, final long request) {
            return 0;
        }

        @Override
        public long storedOp(final int slot, final long request) {
            return 0;
        }

        @Override
        public long storedDigest(final int slot, final long request) {
            return 0;
        }

        @Override
        public int storedLength(final int slot, final long request) {
            return 0;
        }

        @Override
        public void snapshot(final SnapshotOutput out) {
            out.writeLong(registerOp);
            out.writeLong(last);
        }

        @Override
        public void restore(final SnapshotInput in) {
            registerOp = in.readLong();
            last = in.readLong();
            in.checkEnd();
        }
    }
}
