package io.vireo.sim.audit;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import java.util.Arrays;

/**
 * A21: a replica that synchronizes its state takes no part meanwhile. From its first request for a checkpoint, or from the moment it
 * finds that its state is not that of the others, until that is installed, or it has
 * given up, it sends nothing but requests for checkpoints and their bytes, that it cannot answer a read yet, and that it has no files to give yet:
 * no acknowledgement, vote, prepare, commit number, reply, checkpoint or byte of a file.
 *
 * <p>The two refusals are harmless because they state nothing that anybody counts. A CHUNK with NOT_READY has no body and no length, gives back what
 * the request said, and speaks of no view, op or checkpoint of its sender; who hears it asks another replica, as it would after a silence, only
 * sooner. With any other code it would state something about files that this replica does not have: that they are there, damaged, or in no
 * checkpoint of its.
 */
public final class SyncSilenceAuditor extends Auditor {
    private final ReadReplyFlyweight readReply = new ReadReplyFlyweight();
    private final ChunkFlyweight chunk = new ChunkFlyweight();
    private final boolean[][] isSyncing;
    private long requests;

    public SyncSilenceAuditor(final AuditLog log, final int replicas, final int groups) {
        super("A21", log);
        isSyncing = new boolean[replicas][groups];
    }

    /** Frames of replicas that synchronize. */
    public long requests() {
        return requests;
    }

    @Override
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        final Command command = frame.command();
        isSyncing[replica][frame.group()] |= command == Command.REQUEST_CHECKPOINT;
        if (!isSyncing[replica][frame.group()]) {
            return;
        }
        requests++;
        checkNumbers(
                command == Command.REQUEST_CHECKPOINT
                        || command == Command.REQUEST_CHUNK
                        || isRefusedRead(frame)
                        || isRefusedChunk(frame),
                "a replica that synchronizes its state takes no part",
                replica,
                frame.group(),
                frame.view(),
                0,
                command + " to",
                to,
                0);
    }

    private boolean isRefusedRead(final HeaderFlyweight frame) {
        return frame.command() == Command.READ_REPLY
                && readReply.wrap(frame.buffer(), frame.offset()).status() == ReplyStatus.CATCHING_UP;
    }

    private boolean isRefusedChunk(final HeaderFlyweight frame) {
        return frame.command() == Command.CHUNK
                && frame.size() == HeaderFlyweight.HEADER_LENGTH
                && chunk.wrap(frame.buffer(), frame.offset()).code() == TransferCode.NOT_READY
                && chunk.length() == 0
                && chunk.fileLength() == 0;
    }

    /** A replica has found that its state is not that of the others: it says nothing more of it. */
    void onDiverged(final int replica, final int group) {
        isSyncing[replica][group] = true;
    }

    /** A replica has installed a checkpoint, or has given up. */
    public void onEnded(final int replica, final int group) {
        isSyncing[replica][group] = false;
    }

    @Override
    public void onCrashed(final int replica) {
        Arrays.fill(isSyncing[replica], false);
    }
}
