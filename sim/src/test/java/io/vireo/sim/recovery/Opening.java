package io.vireo.sim.recovery;

import static io.vireo.journal.message.HeaderFlyweight.HEADER_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveredState;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.open.ReplicaRecovery;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.session.ClientSessions;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** One opening of the replica's directory by the node's own recovery, which may die at any event of its disk. */
final class Opening implements SimDisk.Watch, Storage.Completions, ReplicaRecovery.Running {
    /** Result of {@link #entries}: bytes that are not what was written were met, and not shown. */
    static final long DAMAGED = -1;

    private static final long TOKEN_TEST = 0x7f00_0000_0000_0000L;
    private static final int READ_BYTES_MAX = 64 << 10;

    private final EventQueue queue;
    private final SimDisk disk;
    private final ReplicaRecovery recovery;
    private ClientSessions sessions;
    private int endAt;
    private int events;
    private boolean isTestDone;

    Opening(final ClusterConfig config, final EventQueue queue, final SimDisk disk, final int endAt) {
        this.queue = queue;
        this.disk = disk;
        this.endAt = endAt;
        disk.attach(this);
        recovery = new ReplicaRecovery(
                config,
                ScriptedPeers.REPLICA,
                ScriptedPeers.GROUP,
                disk,
                segments -> new LogStateMachine(config, ScriptedPeers.GROUP, segments),
                replySizeMax ->
                        sessions = new ClientSessions(config.sessionsMax(), config.sessionWindow(), replySizeMax),
                (stage, found) -> {});
    }

    /** Runs to the end, or to its death; true if it got to its end. */
    boolean run() {
        recovery.handOver(this);
        recovery.start();
        while (isAlive() && !recovery.isDone()) {
            step();
        }
        final boolean isThrough = isAlive();
        if (isThrough) {
            endAt = Integer.MAX_VALUE;
        }
        return isThrough;
    }

    private void step() {
        if (disk.poll(this) == 0 && !queue.step()) {
            throw new IllegalStateException("the opening waits for something that does not come");
        }
    }

    /** Why it was refused, or null. */
    RecoveryException failure() {
        return recovery.failure();
    }

    RecoveredState recovered() {
        return recovery.recovered();
    }

    /** All that a later answer to the client depends on, as one line. */
    static String describe(final ClientSessions sessions) {
        final StringBuilder text =
                new StringBuilder("sessions=" + sessions.count() + " next=" + sessions.nextSession());
        final int slot = sessions.slotOf(ScriptedPeers.CLIENT, 0);
        if (slot >= 0) {
            final long last = sessions.lastRequest(slot);
            text.append(" register=")
                    .append(sessions.registerOp(slot))
                    .append(" last=")
                    .append(last);
            for (long request = Math.max(1, last - 3); request <= last; request++) {
                final int length = sessions.storedLength(slot, request);
                text.append(' ').append(sessions.storedOp(slot, request));
                text.append('/').append(sessions.storedStatus(slot, request));
                text.append('/').append(sessions.storedDigest(slot, request));
                for (int i = 0; i < length; i++) {
                    text.append(i == 0 ? '/' : ',');
                    text.append(sessions.replyBuffer(slot).getByte(sessions.replyOffset(slot, request) + i));
                }
            }
        }
        return text.toString();
    }

    String describeSessions() {
        return describe(sessions);
    }

    /** Names of all files but the data file, sorted. */
    List<String> otherFiles() {
        disk.list(TOKEN_TEST);
        await();
        return disk.listed().stream()
                .filter(name -> !name.equals(DataFileLayout.FILE_NAME))
                .toList();
    }

    /** Takes a file away, as somebody else might. */
    void remove(final String name) {
        disk.delete(name, TOKEN_TEST);
        await();
        disk.syncDirectory(TOKEN_TEST);
        await();
    }

    private void await() {
        isTestDone = false;
        while (!isTestDone) {
            step();
        }
    }

    /** Everything a replica starts with, as one line: equal for equal states. */
    String describe() {
        if (failure() != null) {
            return "refused: " + failure().getMessage();
        }
        final RecoveredState state = recovered();
        final PrepareJournal journal = state.journal();
        final StringBuilder text = new StringBuilder();
        text.append(state.superblock().state()).append(" head=").append(journal.head());
        text.append(" certain=")
                .append(state.isHeadCertain())
                .append(" synced=")
                .append(journal.syncedOp());
        text.append(" ackable=").append(journal.ackableOp()).append(" commit=").append(state.commitMin());
        text.append("..").append(state.commitMax()).append(" timestamp=").append(state.lastTimestampNs());
        for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
            text.append(' ').append(op).append(':').append(journal.state(op));
            if (journal.hasChecksum(op)) {
                text.append('/').append(journal.checksumLo(op));
            }
        }
        return text.append(' ')
                .append(describeSessions())
                .append(" end=")
                .append(state.files().end(0))
                .toString();
    }

    /**
     * Reads every entry of the log and compares it with the body of the prepare that carried it.
     *
     * @return how many there are, or {@link #DAMAGED}.
     */
    long entries(final List<ScriptedPeers.Entry> committed) {
        final SegmentStore files = recovered().files();
        final UnsafeBuffer into = new UnsafeBuffer(new byte[READ_BYTES_MAX]);
        long next = 0;
        while (next < files.end(0)) {
            final int size = files.read(0, next, Integer.MAX_VALUE, READ_BYTES_MAX, into, 0);
            if (size == SegmentStore.DAMAGED) {
                return DAMAGED;
            } else if (size == SegmentStore.PENDING) {
                step();
                continue;
            }
            int at = 0;
            for (int i = 0; i < files.lastReadCount(); i++) {
                // Op 1 opens the session, op 2 carries the first entry.
                final UnsafeBuffer prepare = committed.get((int) next + 1).bytes();
                final int from = RequestBatch.bodies(prepare, HEADER_LENGTH);
                final int length = into.getInt(at, LITTLE_ENDIAN);
                if (length != prepare.capacity() - from
                        || new UnsafeBuffer(into, at + 4, length).compareTo(new UnsafeBuffer(prepare, from, length))
                                != 0) {
                    throw new AssertionError("entry " + next + " has other bytes than were appended");
                }
                at += 4 + length;
                next++;
            }
        }
        return next;
    }

    @Override
    public boolean isAlive() {
        return events < endAt;
    }

    @Override
    public void on(final DiskEvent event) {
        events++;
    }

    @Override
    public void onCompletion(final long token, final long result) {
        if (token == TOKEN_TEST) {
            isTestDone = true;
        } else {
            recovery.onCompletion(token, result);
        }
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public void onSuperblockWritten(final VsrState written) {
        throw new IllegalStateException("an opening writes no superblock");
    }

    @Override
    public void onCheckpointSaved(final CheckpointState checkpoint) {
        throw new IllegalStateException("an opening saves no checkpoint");
    }

    @Override
    public void onReadable() {
        // Asked again after every step.
    }
}
