package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who fetches a checkpoint says nothing else. */
class SyncSilenceAuditorTest {
    private static final String SIGNATURE = "A21: a replica that synchronizes its state takes no part";

    private final Rig rig = new Rig();
    private final SyncSilenceAuditor auditor = new SyncSilenceAuditor(rig.log, Rig.REPLICAS, 2);

    private void send(final int replica, final int group, final Command command) {
        auditor.onSend(replica, 1, frame(replica, group, command));
    }

    private static HeaderFlyweight frame(final int replica, final int group, final Command command) {
        final HeaderFlyweight frame = new HeaderFlyweight();
        frame.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        frame.init(command, Rig.CLUSTER, 0, HeaderFlyweight.HEADER_LENGTH, 3, replica, group);
        frame.seal(new Checksum());
        return frame;
    }

    @Test
    void shouldAcceptWhatIsSaidBeforeAndAfterAndByOthersAndInOtherGroups() {
        send(2, 1, Command.PREPARE_OK);
        send(2, 1, Command.REQUEST_CHECKPOINT);
        send(2, 1, Command.REQUEST_CHUNK);
        send(2, 0, Command.PREPARE_OK);
        send(0, 1, Command.PREPARE_OK);
        auditor.onEnded(2, 1);
        send(2, 1, Command.PREPARE_OK);
        send(2, 1, Command.REQUEST_CHECKPOINT);
        auditor.onCrashed(2);
        send(2, 1, Command.START_VIEW_CHANGE);
        assertNull(rig.log.violation());
        assertEquals(3, auditor.requests());
    }

    @Test
    void shouldReportWhoAcknowledgesBeforeTheCheckpointIsInstalled() {
        send(2, 1, Command.REQUEST_CHECKPOINT);
        send(2, 1, Command.PREPARE_OK);
        assertEquals(SIGNATURE, rig.signature());
        assertEquals(2, rig.log.violation().replica());
    }

    @Test
    void shouldAcceptThatAReadIsRefusedAndNoOtherAnswer() {
        send(2, 1, Command.REQUEST_CHECKPOINT);
        answerRead(ReplyStatus.CATCHING_UP);
        assertNull(rig.log.violation());
        answerRead(ReplyStatus.OK);
        assertEquals(SIGNATURE, rig.signature());
    }

    @ParameterizedTest
    @EnumSource(TransferCode.class)
    void shouldAcceptThatItHasNoFilesYetAndNoOtherAnswerToWhoWantsBytes(final TransferCode code) {
        send(2, 1, Command.REQUEST_CHECKPOINT);
        answerChunk(code, 0, 0);
        assertEquals(code == TransferCode.NOT_READY, rig.log.violation() == null, code.toString());
    }

    @Test
    void shouldReportWhoHasNoFilesYetAndSaysSomethingAboutThemAllTheSame() {
        send(2, 1, Command.REQUEST_CHECKPOINT);
        answerChunk(TransferCode.NOT_READY, 0, 1);
        assertEquals(SIGNATURE, rig.signature());
    }

    @Test
    void shouldReportWhoHasNoFilesYetAndSendsBytesAllTheSame() {
        send(2, 1, Command.REQUEST_CHECKPOINT);
        answerChunk(TransferCode.NOT_READY, 1, 0);
        assertEquals(SIGNATURE, rig.signature());
    }

    @Test
    void shouldReportEveryOtherFrameOfWhoFetchesACheckpoint() {
        for (final Command command : Command.values()) {
            final Rig other = new Rig();
            final SyncSilenceAuditor each = new SyncSilenceAuditor(other.log, Rig.REPLICAS, 2);
            each.onSend(2, 1, frame(2, 1, Command.REQUEST_CHECKPOINT));
            each.onSend(2, 1, frame(2, 1, command));
            final boolean isAllowed = command == Command.REQUEST_CHECKPOINT || command == Command.REQUEST_CHUNK;
            assertEquals(isAllowed, other.log.violation() == null, command.toString());
        }
    }

    private void answerChunk(final TransferCode code, final int length, final long fileLength) {
        final ChunkFlyweight answer = new ChunkFlyweight();
        answer.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + length]), 0);
        answer.init(Command.CHUNK, Rig.CLUSTER, 0, HeaderFlyweight.HEADER_LENGTH + length, 0, 2, 1);
        answer.checkpoint(9, 1, 2)
                .kind(ChunkFlyweight.SEGMENT)
                .status(code.code())
                .length(length)
                .fileLength(fileLength)
                .seal(new Checksum());
        auditor.onSend(2, 1, answer);
    }

    private void answerRead(final int status) {
        final ReadReplyFlyweight reply = new ReadReplyFlyweight();
        reply.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        reply.init(Command.READ_REPLY, Rig.CLUSTER, 0, HeaderFlyweight.HEADER_LENGTH, 0, 2, 1);
        reply.status(status).seal(new Checksum());
        auditor.onSend(2, -1, reply);
    }
}
