package io.vireo.node.message;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareCheck;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.Membership;
import org.agrona.MutableDirectBuffer;

/**
 * The one total check of every frame that arrives: called once, where bytes enter (the transport, the simulated network). Returns a
 * constant reason or null for valid, for any bytes whatever; never throws and never allocates. Behind it the code asserts. One instance
 * per thread.
 */
public final class MessageCheck {
    /** More headers than this are in no HEADERS frame. */
    public static final int HEADERS_MAX = 64;

    /** The highest view of which the next one is a view too. */
    private static final long VIEW_MAX = 0xffff_fff0L;

    private static final String NONCE_ZERO = "nonce is zero";
    private static final String LIFE_OUT_OF_RANGE = "life out of range";

    private final long clusterLo;
    private final long clusterHi;
    private final int sizeMax;
    private final Checksum checksum = new Checksum();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private final PrepareFlyweight child = new PrepareFlyweight();
    private final DoViewChangeFlyweight doViewChange = new DoViewChangeFlyweight();
    private final StartViewFlyweight startView = new StartViewFlyweight();
    private final HeadersFlyweight headers = new HeadersFlyweight();
    private final RequestHeadersFlyweight requestHeaders = new RequestHeadersFlyweight();
    private final RequestPrepareFlyweight requestPrepare = new RequestPrepareFlyweight();
    private final RequestStartViewFlyweight requestStartView = new RequestStartViewFlyweight();
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final CommitFlyweight commit = new CommitFlyweight();
    private final CommitOkFlyweight commitOk = new CommitOkFlyweight();
    private final StartViewChangeFlyweight startViewChange = new StartViewChangeFlyweight();
    private final RecoverFlyweight recover = new RecoverFlyweight();
    private final RecoverOkFlyweight recoverOk = new RecoverOkFlyweight();
    private final RequestFlyweight request = new RequestFlyweight();
    private final ReadFlyweight read = new ReadFlyweight();
    private final CheckpointFlyweight checkpoint = new CheckpointFlyweight();
    private final ChunkFlyweight chunk = new ChunkFlyweight();

    /**
     * @param sizeMax largest frame in bytes, header included.
     */
    public MessageCheck(final long clusterLo, final long clusterHi, final int sizeMax) {
        this.clusterLo = clusterLo;
        this.clusterHi = clusterHi;
        this.sizeMax = sizeMax;
    }

    /** Reason why the {@code length} bytes at {@code offset} are not one valid frame of this cluster, or null. */
    public String invalidReason(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (isPrepare(buffer, offset, length)) {
            return PrepareCheck.invalidReason(buffer, offset, length, clusterLo, clusterHi, sizeMax, checksum);
        }
        final String reason = FrameCheck.invalidReason(buffer, offset, length, clusterLo, clusterHi, sizeMax, checksum);
        if (reason != null) {
            return reason;
        }
        final Command command = header.wrap(buffer, offset).command();
        final int bodyLength = length - HeaderFlyweight.HEADER_LENGTH;
        return switch (command) {
            case HELLO, WELCOME -> HelloFlyweight.invalidReason(buffer, offset, length);
            case CHALLENGE -> headerOnly(buffer, offset, bodyLength, ChallengeFlyweight.RESERVED_OFFSET);
            case PROOF -> headerOnly(buffer, offset, bodyLength, ProofFlyweight.RESERVED_OFFSET);
            case REJECT -> RejectFlyweight.invalidReason(buffer, offset, length);
            case STATUS, SCRUB -> headerOnly(buffer, offset, bodyLength, HeaderFlyweight.OWN_FIELDS_OFFSET);
            case STATUS_REPLY -> reserved(buffer, offset, HeaderFlyweight.OWN_FIELDS_OFFSET);
            case REQUEST -> request(buffer, offset, bodyLength);
            case REPLY -> ReplyFlyweight.invalidReason(buffer, offset, bodyLength);
            // Checked above, whole.
            case PREPARE -> null;
            case PREPARE_OK -> prepareOk(buffer, offset, bodyLength);
            case COMMIT -> commit(buffer, offset, bodyLength);
            case COMMIT_OK -> commitOk(buffer, offset, bodyLength);
            case START_VIEW_CHANGE -> startViewChange(buffer, offset, bodyLength);
            case CLIENT_VIEW -> headerOnly(buffer, offset, bodyLength, HeaderFlyweight.OWN_FIELDS_OFFSET);
            case DO_VIEW_CHANGE -> doViewChange(buffer, offset, bodyLength);
            case START_VIEW -> startView(buffer, offset, bodyLength);
            case REQUEST_START_VIEW -> requestStartView(buffer, offset, bodyLength);
            case RECOVER -> recover(buffer, offset, bodyLength);
            case RECOVER_OK -> recoverOk(buffer, offset, bodyLength);
            case REQUEST_HEADERS -> requestHeaders(buffer, offset, bodyLength);
            case HEADERS -> headers(buffer, offset, bodyLength);
            case REQUEST_PREPARE -> requestPrepare(buffer, offset, bodyLength);
            case READ -> read(buffer, offset, bodyLength);
            case READ_REPLY -> null;
            case REQUEST_CHECKPOINT, CHECKPOINT -> checkpoint(buffer, offset, bodyLength);
            case REQUEST_CHUNK -> requestChunk(buffer, offset, bodyLength);
            case CHUNK -> chunk(buffer, offset, bodyLength);
        };
    }

    private String checkpoint(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, ChunkFlyweight.RESERVED_OFFSET);
        if (reason == null
                && !FrameCheck.isZero(
                        buffer,
                        offset + CheckpointFlyweight.RESERVED_OFFSET,
                        CheckpointFlyweight.MAC - CheckpointFlyweight.RESERVED_OFFSET)) {
            return FrameCheck.RESERVED_NOT_ZERO;
        }
        if (reason != null) {
            return reason;
        }
        final int agreed = buffer.getByte(offset + CheckpointFlyweight.AGREED);
        if (agreed != 0 && (agreed != 1 || header.command() != Command.CHECKPOINT)) {
            return "agreed out of range";
        }
        return checkpoint.wrap(buffer, offset).op() < 0 ? "op out of range" : null;
    }

    private String requestChunk(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, ChunkFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        chunk.wrap(buffer, offset);
        if (chunk.length() < 1 || chunk.length() > sizeMax - HeaderFlyweight.HEADER_LENGTH) {
            return "length out of range";
        }
        if (chunk.status() != 0 || chunk.fileLength() != 0) {
            return FrameCheck.RESERVED_NOT_ZERO;
        }
        return chunk.kind() == ChunkFlyweight.ACCUSED ? chunkPlace() : chunkFields();
    }

    private String chunk(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = reserved(buffer, offset, ChunkFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        chunk.wrap(buffer, offset);
        final TransferCode code = chunk.code();
        if (code == null) {
            return "status unknown";
        }
        if (bodyLength != chunk.length() || code == TransferCode.OK != bodyLength > 0) {
            return "length and body differ";
        }
        return chunkFields();
    }

    private String chunkFields() {
        if (chunk.kind() != ChunkFlyweight.SNAPSHOT && chunk.kind() != ChunkFlyweight.SEGMENT) {
            return "kind out of range";
        }
        return chunkPlace();
    }

    private String chunkPlace() {
        return chunk.position() < 0 || chunk.op() < 1 || chunk.fileLength() < 0 ? "position out of range" : null;
    }

    private static String headerOnly(
            final MutableDirectBuffer buffer, final int offset, final int bodyLength, final int reservedOffset) {
        if (bodyLength != 0) {
            return "body where none belongs";
        }
        return reserved(buffer, offset, reservedOffset);
    }

    private static String reserved(final MutableDirectBuffer buffer, final int offset, final int reservedOffset) {
        return FrameCheck.isZero(buffer, offset + reservedOffset, HeaderFlyweight.HEADER_LENGTH - reservedOffset)
                ? null
                : FrameCheck.RESERVED_NOT_ZERO;
    }

    private String request(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final int batch = offset + HeaderFlyweight.HEADER_LENGTH;
        final String reason = RequestBatch.invalidReason(buffer, batch, bodyLength);
        if (reason != null) {
            return reason;
        }
        request.wrap(buffer, offset);
        for (int i = 0; i < RequestBatch.count(buffer, batch); i++) {
            final int row = RequestBatch.row(batch, i);
            if (RequestBatch.clientLo(buffer, row) != request.clientLo()
                    || RequestBatch.clientHi(buffer, row) != request.clientHi()) {
                return "a request of another client than its frame's";
            }
        }
        return reserved(buffer, offset, RequestFlyweight.RESERVED_OFFSET);
    }

    private String commit(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, CommitFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        commit.wrap(buffer, offset);
        if (commit.commitMax() < 0 || commit.round() < 0) {
            return "commit number or round out of range";
        }
        // It may be above the commit number: a replica that starts an obsolete view has heard of a later one's.
        return commit.checkpointQuorum() < 0 ? "checkpoint out of range" : null;
    }

    /** A prepare has one check, which recovery uses too: asked first, so that its body is hashed once. */
    private static boolean isPrepare(final MutableDirectBuffer buffer, final int offset, final int length) {
        return offset >= 0
                && length >= HeaderFlyweight.HEADER_LENGTH
                && (long) offset + length <= buffer.capacity()
                && (buffer.getByte(offset + HeaderFlyweight.COMMAND_OFFSET) & 0xff) == Command.PREPARE.code();
    }

    private String prepareOk(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, PrepareOkFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        prepareOk.wrap(buffer, offset);
        if (prepareOk.op() < 1) {
            return "op out of range";
        }
        if (prepareOk.life() < 0) {
            return LIFE_OUT_OF_RANGE;
        }
        if (prepareOk.nonce() == 0) {
            return NONCE_ZERO;
        }
        return isCheckpoint(prepareOk.checkpointOp(), prepareOk.op()) ? null : "checkpoint above the op";
    }

    private String commitOk(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, CommitOkFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        commitOk.wrap(buffer, offset);
        if (commitOk.life() < 0) {
            return LIFE_OUT_OF_RANGE;
        }
        return commitOk.nonce() == 0 ? NONCE_ZERO : null;
    }

    private String startViewChange(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, StartViewChangeFlyweight.RESERVED_OFFSET);
        return reason == null && startViewChange.wrap(buffer, offset).life() < 0 ? LIFE_OUT_OF_RANGE : reason;
    }

    private String recover(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, RecoverFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        recover.wrap(buffer, offset);
        if (recover.nonce() == 0) {
            return NONCE_ZERO;
        }
        if (recover.life() < 1) {
            return LIFE_OUT_OF_RANGE;
        }
        if (recover.hasFloor() && (recover.floorView() < 0 || recover.floorView() > VIEW_MAX)) {
            return "view out of range";
        }
        return recover.isFlagValid() ? null : "complete without a floor";
    }

    private String recoverOk(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, RecoverOkFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        recoverOk.wrap(buffer, offset);
        if (recoverOk.nonce() == 0) {
            return NONCE_ZERO;
        }
        if (recoverOk.life() < 1) {
            return LIFE_OUT_OF_RANGE;
        }
        for (int r = 0; r < Membership.REPLICAS_MAX; r++) {
            if (recoverOk.lifeOf(r) < 0) {
                return LIFE_OUT_OF_RANGE;
            }
        }
        return recoverOk.isFlagValid() ? null : "flag out of range";
    }

    private static boolean isCheckpoint(final long op, final long limit) {
        return op >= 0 && op <= limit;
    }

    private String requestStartView(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, RequestStartViewFlyweight.RESERVED_OFFSET);
        return reason == null && requestStartView.wrap(buffer, offset).nonce() == 0 ? NONCE_ZERO : reason;
    }

    private String requestHeaders(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, RequestHeadersFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        requestHeaders.wrap(buffer, offset);
        return requestHeaders.opMin() < 1 || requestHeaders.opMax() < requestHeaders.opMin()
                ? "op range out of order"
                : null;
    }

    private String requestPrepare(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = headerOnly(buffer, offset, bodyLength, RequestPrepareFlyweight.RESERVED_OFFSET);
        return reason == null && requestPrepare.wrap(buffer, offset).op() < 1 ? "op out of range" : reason;
    }

    private String read(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        read.wrap(buffer, offset);
        if (bodyLength > ReadFlyweight.QUERY_LENGTH_MAX) {
            return "query too long";
        }
        return read.consistency() == ReadFlyweight.LINEARIZABLE || read.consistency() == ReadFlyweight.COMMITTED
                ? reserved(buffer, offset, ReadFlyweight.RESERVED_OFFSET)
                : "consistency unknown";
    }

    private String doViewChange(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = reserved(buffer, offset, DoViewChangeFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        doViewChange.wrap(buffer, offset);
        if (doViewChange.logView() >= doViewChange.view()) {
            return "logView of a DoViewChange is not below its view";
        }
        for (int r = 0; r < Membership.REPLICAS_MAX; r++) {
            if (doViewChange.lifeOf(r) < 0) {
                return LIFE_OUT_OF_RANGE;
            }
        }
        if (doViewChange.checkpointOp() < 0 || doViewChange.checkpointQuorum() < 0) {
            return "checkpoint out of range";
        }
        return headerRun(
                buffer,
                offset,
                bodyLength,
                doViewChange.headerCount(),
                doViewChange.headOp(),
                doViewChange.commitMax(),
                true);
    }

    private String startView(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = reserved(buffer, offset, StartViewFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        startView.wrap(buffer, offset);
        if (startView.checkpointQuorum() < 0) {
            return "checkpoint out of range";
        }
        return headerRun(
                buffer, offset, bodyLength, startView.headerCount(), startView.headOp(), startView.commitMax(), false);
    }

    private String headers(final MutableDirectBuffer buffer, final int offset, final int bodyLength) {
        final String reason = reserved(buffer, offset, HeadersFlyweight.RESERVED_OFFSET);
        if (reason != null) {
            return reason;
        }
        headers.wrap(buffer, offset);
        final int count = headers.headerCount();
        if (count < 1 || count > HEADERS_MAX || bodyLength != count * HeaderFlyweight.HEADER_LENGTH) {
            return "header count does not fit the body";
        }
        return chain(
                buffer,
                offset,
                count,
                child.wrap(buffer, offset + HeaderFlyweight.HEADER_LENGTH).op(),
                false);
    }

    private String headerRun(
            final MutableDirectBuffer buffer,
            final int offset,
            final int bodyLength,
            final int count,
            final long headOp,
            final long commitMax,
            final boolean isBlankAllowed) {
        if (count < 0 || count > HeaderSuffix.COUNT_MAX || bodyLength != count * HeaderFlyweight.HEADER_LENGTH) {
            return "header count does not fit the body";
        }
        if (headOp < 0 || commitMax < 0 || (commitMax > headOp && !isBlankAllowed)) {
            return "head below the commit number";
        }
        if (headOp - count + 1 > Math.max(commitMax, 1) || headOp - count + 1 < 1) {
            return "headers do not reach what is committed";
        }
        return chain(buffer, offset, count, headOp, isBlankAllowed);
    }

    /** Consecutive ops downwards from {@code headOp}, each header intact and named by the one above it. */
    private String chain(
            final MutableDirectBuffer buffer,
            final int offset,
            final int count,
            final long headOp,
            final boolean isBlankAllowed) {
        boolean isChildKnown = false;
        for (int i = 0; i < count; i++) {
            final int at = offset + HeaderFlyweight.HEADER_LENGTH * (1 + i);
            prepare.wrap(buffer, at);
            if (isBlankAllowed && FrameCheck.isZero(buffer, at, HeaderFlyweight.HEADER_LENGTH)) {
                isChildKnown = false;
                continue;
            }
            final String reason = PrepareCheck.invalidHeaderReason(
                    buffer, at, HeaderFlyweight.HEADER_LENGTH, clusterLo, clusterHi, sizeMax, checksum);
            if (reason != null) {
                return reason;
            }
            if (prepare.group() != header.group()) {
                return "header of another group";
            }
            if (prepare.op() != headOp - i) {
                return "ops of the headers are not consecutive";
            }
            if (isChildKnown
                    && (child.parentLo() != prepare.checksumLo() || child.parentHi() != prepare.checksumHi())) {
                return "the headers do not chain";
            }
            child.wrap(buffer, at);
            isChildKnown = true;
        }
        return null;
    }
}
