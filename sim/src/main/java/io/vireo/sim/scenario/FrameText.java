package io.vireo.sim.scenario;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.message.CommitFlyweight;
import io.vireo.node.message.CommitOkFlyweight;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.HeadersFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.message.RecoverFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.node.message.RequestHeadersFlyweight;
import io.vireo.node.message.RequestPrepareFlyweight;
import io.vireo.node.message.StartViewFlyweight;
import io.vireo.sim.workload.Payload;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Says in words what a frame says in bytes: the fields by which scripts choose frames and in which traces show them. */
public final class FrameText {
    /** Where an entry's text starts in the payload of a scenario's append. */
    static final int TEXT_OFFSET = Payload.LENGTH_MIN + 1;

    private static final String NONE = "-";

    private FrameText() {}

    /** A whole frame in words: its command and what it says. */
    public static String text(final MutableDirectBuffer frame) {
        return text(new HeaderFlyweight().wrap(frame, 0).command(), fields(frame));
    }

    static String text(final Command command, final Map<String, String> fields) {
        final StringBuilder text = new StringBuilder(command.name());
        fields.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
        return text.toString();
    }

    static Map<String, String> fields(final MutableDirectBuffer buffer) {
        final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
        final Map<String, String> fields = new LinkedHashMap<>();
        put(fields, "view", header.view());
        switch (header.command()) {
            case REQUEST -> fields.put("carries", carried(buffer));
            case READ -> {
                final ReadFlyweight read = new ReadFlyweight().wrap(buffer, 0);
                put(fields, "read", read.readNumber());
                fields.put(
                        "consistency", read.consistency() == ReadFlyweight.LINEARIZABLE ? "linearizable" : "committed");
            }
            case READ_REPLY -> {
                final ReadReplyFlyweight reply = new ReadReplyFlyweight().wrap(buffer, 0);
                put(fields, "read", reply.readNumber());
                fields.put("status", ReplyStatus.text(reply.status()));
            }
            case REPLY -> fields.put("says", said(buffer));
            case PREPARE -> {
                final PrepareFlyweight prepare = new PrepareFlyweight().wrap(buffer, 0);
                put(fields, "op", prepare.op());
                put(fields, "commit", prepare.commit());
                fields.put("carries", carried(buffer));
            }
            case PREPARE_OK ->
                put(fields, "op", new PrepareOkFlyweight().wrap(buffer, 0).op());
            case COMMIT -> {
                final CommitFlyweight commit = new CommitFlyweight().wrap(buffer, 0);
                put(fields, "commit", commit.commitMax());
                put(fields, "round", commit.round());
            }
            case COMMIT_OK ->
                put(fields, "round", new CommitOkFlyweight().wrap(buffer, 0).round());
            case DO_VIEW_CHANGE -> {
                final DoViewChangeFlyweight frame = new DoViewChangeFlyweight().wrap(buffer, 0);
                put(fields, "logView", frame.logView());
                put(fields, "head", frame.headOp());
                put(fields, "commit", frame.commitMax());
                fields.put("headers", headers(buffer, frame.headerCount(), frame.headOp()));
                fields.put("present", bits(frame.present(), frame.headerCount(), frame.headOp()));
                fields.put("nack", bits(frame.nack(), frame.headerCount(), frame.headOp()));
            }
            case START_VIEW -> {
                final StartViewFlyweight frame = new StartViewFlyweight().wrap(buffer, 0);
                put(fields, "head", frame.headOp());
                put(fields, "commit", frame.commitMax());
                fields.put("headers", headers(buffer, frame.headerCount(), frame.headOp()));
            }
            case RECOVER -> {
                final RecoverFlyweight frame = new RecoverFlyweight().wrap(buffer, 0);
                fields.put("life", life(frame.life()));
                fields.put("floor", frame.hasFloor() ? Long.toString(frame.floorView()) : "-");
                if (frame.isComplete()) {
                    fields.put("complete", "1");
                }
            }
            case RECOVER_OK -> {
                final RecoverOkFlyweight frame = new RecoverOkFlyweight().wrap(buffer, 0);
                fields.put("life", life(frame.life()));
                if (frame.mayCount()) {
                    fields.put("counts", "1");
                }
            }
            case REQUEST_HEADERS -> {
                final RequestHeadersFlyweight frame = new RequestHeadersFlyweight().wrap(buffer, 0);
                fields.put("ops", frame.opMin() + ".." + frame.opMax());
            }
            case HEADERS -> {
                final HeadersFlyweight frame = new HeadersFlyweight().wrap(buffer, 0);
                put(fields, "logView", frame.logView());
                fields.put("headers", headers(buffer, frame.headerCount(), -1));
            }
            case REQUEST_PREPARE ->
                put(fields, "op", new RequestPrepareFlyweight().wrap(buffer, 0).op());
            default -> {
                // Says no more than its view.
            }
        }
        return fields;
    }

    /** How many lives were counted before it, and what was drawn for it. */
    private static String life(final long life) {
        return (life >>> 32) + "." + (life & 0xffff_ffffL);
    }

    private static void put(final Map<String, String> fields, final String key, final long value) {
        fields.put(key, Long.toString(value));
    }

    /** The texts of a batch, with '+' between. */
    private static String carried(final DirectBuffer buffer) {
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        final StringBuilder text = new StringBuilder();
        int at = RequestBatch.bodies(buffer, batch);
        for (int i = 0; i < RequestBatch.count(buffer, batch); i++) {
            final int row = RequestBatch.row(batch, i);
            final int length = RequestBatch.length(buffer, row);
            text.append(i == 0 ? "" : "+");
            if (RequestBatch.operation(buffer, row) == RequestBatch.OPERATION_REGISTER) {
                text.append("register");
            } else if (length >= TEXT_OFFSET) {
                final byte[] bytes = new byte[buffer.getByte(at + TEXT_OFFSET - 1) & 0xff];
                buffer.getBytes(at + TEXT_OFFSET, bytes);
                text.append(new String(bytes, StandardCharsets.UTF_8));
            } else {
                text.append("noop");
            }
            at += length;
        }
        return text.toString();
    }

    private static String said(final MutableDirectBuffer buffer) {
        final ReplyFlyweight reply = new ReplyFlyweight().wrap(buffer, 0);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < reply.rowCount(); i++) {
            final int row = reply.row(i);
            text.append(i == 0 ? "" : "+")
                    .append(ReplyFlyweight.request(buffer, row))
                    .append(':')
                    .append(ReplyStatus.text(ReplyFlyweight.status(buffer, row)));
            if (ReplyFlyweight.op(buffer, row) > 0) {
                text.append('@').append(ReplyFlyweight.op(buffer, row));
            }
        }
        return text.toString();
    }

    /** Headers behind the frame's own, newest first: op@view each, the view '-' where the header is blank. */
    private static String headers(final MutableDirectBuffer buffer, final int count, final long headOp) {
        final PrepareFlyweight header = new PrepareFlyweight();
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            header.wrap(buffer, HeaderFlyweight.HEADER_LENGTH * (1 + i));
            final boolean isBlank = header.commandCode() == 0;
            text.append(i == 0 ? "" : ",")
                    .append(headOp >= 0 ? headOp - i : header.op())
                    .append('@')
                    .append(isBlank ? NONE : Long.toString(header.view()));
        }
        return count == 0 ? NONE : text.toString();
    }

    /** The ops whose bits are set, newest first. */
    private static String bits(final long bits, final int count, final long headOp) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            if ((bits >>> i & 1) != 0) {
                text.append(text.length() == 0 ? "" : ",").append(headOp - i);
            }
        }
        return text.length() == 0 ? NONE : text.toString();
    }
}
