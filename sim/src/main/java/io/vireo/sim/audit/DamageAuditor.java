package io.vireo.sim.audit;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.sim.storage.DurableImage;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * A16 after the opening: damaged bytes reach nobody. What is executed and what a read shows is what the client submitted, byte for byte; a
 * reply says what was executed; bytes of a segment that are served to a peer are those that were made durable; no frame leaves with a wrong
 * checksum. Compares with what clients submitted and what disks held before any damage, never with what the node believes.
 *
 * <p>Bytes of a snapshot are served as they are read: the id that the peer asks by covers all of them, and it installs nothing that does not
 * match. That is looked at where they become durable there ({@link SnapshotDurabilityAuditor}).
 */
public final class DamageAuditor extends Auditor {
    private static final int UNKNOWN = 0;

    /** What one client submitted, by its request numbers from 1. */
    private static final class Submitted {
        int[] sum = new int[16];
        /** Place and op of what was executed; op 0 until then. */
        long[] place = new long[16];

        long[] op = new long[16];

        void ensure(final int number) {
            if (number >= sum.length) {
                final int length = Math.max(number + 1, 2 * sum.length);
                sum = Arrays.copyOf(sum, length);
                place = Arrays.copyOf(place, length);
                op = Arrays.copyOf(op, length);
            }
        }
    }

    private final DurableImage[][] images;
    private final Listing listing;
    private final Long2ObjectHashMap<Submitted> clients = new Long2ObjectHashMap<>();
    private final CRC32C crc = new CRC32C();
    private final ReplyFlyweight reply = new ReplyFlyweight();
    private final ChunkFlyweight chunk = new ChunkFlyweight();
    private byte[] copy = new byte[1024];
    private long bodies;
    private long rows;
    private long chunks;

    /** Which bytes of a file the durable checkpoint of a replica lists. */
    @FunctionalInterface
    public interface Listing {
        long bytes(int replica, int group, SegmentKey key);
    }

    public DamageAuditor(final AuditLog log, final DurableImage[][] images, final Listing listing) {
        super("A16", log);
        this.images = images;
        this.listing = listing;
    }

    /** Bodies of requests compared, executed or read. */
    public long bodies() {
        return bodies;
    }

    /** Rows of replies compared. */
    public long rows() {
        return rows;
    }

    /** Served pieces of segments compared. */
    public long chunks() {
        return chunks;
    }

    /** A client has made up a request; its bytes are final. */
    public void onSubmitted(
            final long client, final long number, final DirectBuffer body, final int offset, final int length) {
        Submitted submitted = clients.get(client);
        if (submitted == null) {
            submitted = new Submitted();
            clients.put(client, submitted);
        }
        submitted.ensure((int) number);
        submitted.sum[(int) number] = sum(body, offset, length);
    }

    /**
     * A state machine executes a request.
     *
     * @param client and {@code number}, as the body says: of damaged bytes anything.
     * @param place of the entry, as the reply will say.
     */
    public void onExecuted(
            final int replica,
            final int group,
            final long op,
            final long client,
            final long number,
            final long place,
            final DirectBuffer body,
            final int offset,
            final int length) {
        if (clients.isEmpty()) {
            // Whoever drives the cluster has no clients that say what they submit.
            return;
        }
        checkBody(
                "what is executed is what its client submitted",
                replica,
                group,
                op,
                client,
                number,
                body,
                offset,
                length);
        final Submitted submitted = clients.get(client);
        if (submitted != null && number > 0 && number < submitted.op.length && submitted.op[(int) number] == 0) {
            submitted.op[(int) number] = op;
            submitted.place[(int) number] = place;
        }
    }

    /** A read showed an entry; {@code client} and {@code number} as its bytes say. */
    public void onEntry(
            final int group,
            final long client,
            final long number,
            final DirectBuffer entry,
            final int offset,
            final int length) {
        checkBody(
                "what a read shows is what its client submitted", -1, group, 0, client, number, entry, offset, length);
    }

    private void checkBody(
            final String invariant,
            final int replica,
            final int group,
            final long op,
            final long client,
            final long number,
            final DirectBuffer body,
            final int offset,
            final int length) {
        bodies++;
        final Submitted submitted = clients.get(client);
        final int known = submitted == null || number <= 0 || number >= submitted.sum.length
                ? UNKNOWN
                : submitted.sum[(int) number];
        final int found = sum(body, offset, length);
        check(found == known, invariant, replica, group, -1, op, "checksum of the bytes, submitted", found, known);
    }

    @Override
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        if (frame.command() == Command.REPLY) {
            onReply(replica, reply.wrap(frame.buffer(), frame.offset()));
        } else if (frame.command() == Command.CHUNK) {
            onChunk(replica, chunk.wrap(frame.buffer(), frame.offset()));
        }
    }

    private void onReply(final int replica, final ReplyFlyweight frame) {
        final MutableDirectBuffer buffer = frame.buffer();
        final Submitted submitted = clients.get(frame.clientLo());
        int at = frame.bodies();
        for (int i = 0; submitted != null && i < frame.rowCount(); i++) {
            final int row = frame.row(i);
            final int length = ReplyFlyweight.length(buffer, row);
            final int number = (int) ReplyFlyweight.request(buffer, row);
            final long op = ReplyFlyweight.op(buffer, row);
            if (number > 0 && op > 0 && ReplyFlyweight.status(buffer, row) == ReplyStatus.OK) {
                rows++;
                final boolean isKnown = number < submitted.op.length;
                final long executedBy = isKnown ? submitted.op[number] : 0;
                final long place = length == Long.BYTES ? buffer.getLong(at, LITTLE_ENDIAN) : -1;
                checkNumbers(
                        op == executedBy && place == submitted.place[number],
                        "a reply says where its request was executed",
                        replica,
                        frame.group(),
                        frame.view(),
                        op,
                        "place, executed by op",
                        place,
                        executedBy);
            }
            at += length;
        }
    }

    private void onChunk(final int replica, final ChunkFlyweight frame) {
        if (frame.code() != TransferCode.OK || frame.kind() != ChunkFlyweight.SEGMENT) {
            return;
        }
        chunks++;
        final SegmentKey key = new SegmentKey(frame.namespace(), frame.incarnation(), frame.baseOffset());
        // Behind what a checkpoint lists a sector may still be as it was before: what is served from there is in memory
        // only.
        final long listed = listing.bytes(replica, frame.group(), key) - frame.position();
        final long differs = images[replica][frame.group()]
                .files()
                .difference(
                        key.fileName(),
                        frame.position(),
                        frame.buffer(),
                        frame.offset() + HeaderFlyweight.HEADER_LENGTH,
                        (int) Math.max(0, Math.min(frame.length(), listed)));
        checkNumbers(
                differs < 0,
                "bytes of a file are served as they were made durable",
                replica,
                frame.group(),
                -1,
                frame.op(),
                "first other byte, namespace",
                differs,
                frame.namespace());
    }

    /** A frame that no fault has touched does not pass the check of what enters a process. */
    public void onInvalidFrame(final int from, final int to, final String reason) {
        checkNumbers(false, "no frame leaves damaged: " + reason, from, 0, -1, 0, "from, to", from, to);
    }

    /** Never {@link #UNKNOWN}. */
    private int sum(final DirectBuffer buffer, final int offset, final int length) {
        crc.reset();
        if (buffer.byteArray() != null) {
            crc.update(buffer.byteArray(), buffer.wrapAdjustment() + offset, length);
        } else {
            if (length > copy.length) {
                copy = new byte[Math.max(length, 2 * copy.length)];
            }
            buffer.getBytes(offset, copy, 0, length);
            crc.update(copy, 0, length);
        }
        return (int) crc.getValue() | 1;
    }
}
