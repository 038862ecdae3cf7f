package io.vireo.node.iggy;

import java.util.ArrayList;
import java.util.List;

/** Indexes and messages as a producer sends them; each field can be spoiled. */
public final class SendBatch {
    final List<Long> indexOffsets = new ArrayList<>();
    final List<Long> positions = new ArrayList<>();
    final List<Long> indexTimestamps = new ArrayList<>();
    private final ClientBytes messages = new ClientBytes();
    private long end;

    public SendBatch message(
            final long idLo,
            final long idHi,
            final long offset,
            final long originTimestamp,
            final byte[] payload,
            final byte[] userHeaders) {
        header(idLo, idHi, offset, originTimestamp, userHeaders.length, payload.length);
        messages.raw(payload).raw(userHeaders);
        return indexed(64 + payload.length + userHeaders.length);
    }

    /** A message with an offset and an empty payload. */
    public SendBatch message(final long offset) {
        return message(0, 0, offset, 7, new byte[0], new byte[0]);
    }

    /** A header that says these lengths, and so many bytes behind it. */
    public SendBatch message(final long userHeadersLength, final long payloadLength, final int bytes) {
        header(0, 0, 0, 7, userHeadersLength, payloadLength);
        messages.raw(new byte[bytes]);
        return indexed(64 + bytes);
    }

    public SendBatch raw(final int bytes) {
        messages.raw(new byte[bytes]);
        return this;
    }

    public byte[] payload(final byte[] metadataWithoutCount) {
        return payload(metadataWithoutCount, positions.size());
    }

    public byte[] payload(final byte[] metadataWithoutCount, final long count) {
        final ClientBytes out = new ClientBytes()
                .u32(metadataWithoutCount.length + 4)
                .raw(metadataWithoutCount)
                .u32(count);
        for (int i = 0; i < positions.size(); i++) {
            out.u32(indexOffsets.get(i)).u32(positions.get(i)).u64(indexTimestamps.get(i));
        }
        return out.raw(messages.bytes()).bytes();
    }

    private void header(
            final long idLo,
            final long idHi,
            final long offset,
            final long originTimestamp,
            final long userHeadersLength,
            final long payloadLength) {
        messages.u64(0)
                .u64(idLo)
                .u64(idHi)
                .u64(offset)
                .u64(0)
                .u64(originTimestamp)
                .u32(userHeadersLength)
                .u32(payloadLength)
                .u64(0);
    }

    private SendBatch indexed(final int length) {
        end += length;
        indexOffsets.add(0L);
        positions.add(end);
        indexTimestamps.add(0L);
        return this;
    }
}
