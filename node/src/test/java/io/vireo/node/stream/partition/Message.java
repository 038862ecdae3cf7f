package io.vireo.node.stream.partition;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** A message as a producer has it; what the partition adds is 0 in it. Two are equal if every byte is. */
record Message(long offset, long timestamp, long idLo, long idHi, long origin, List<Byte> payload, List<Byte> headers) {
    static Message random(final Random random, final int payloadMax) {
        final byte[] payload = new byte[random.nextInt(payloadMax + 1)];
        random.nextBytes(payload);
        final byte[] headers = new byte[random.nextInt(4) == 0 ? random.nextInt(30) : 0];
        random.nextBytes(headers);
        return new Message(
                0,
                0,
                random.nextLong(),
                random.nextLong(),
                random.nextInt(8) == 0 ? random.nextLong() : 1_700_000_000_000_000L + random.nextInt(1_000_000),
                list(payload),
                list(headers));
    }

    Message at(final long newOffset, final long newTimestamp) {
        return new Message(newOffset, newTimestamp, idLo, idHi, origin, payload, headers);
    }

    int length() {
        return payload.size() + headers.size();
    }

    byte[] body() {
        final byte[] body = new byte[length()];
        for (int i = 0; i < body.length; i++) {
            body[i] = i < payload.size() ? payload.get(i) : headers.get(i - payload.size());
        }
        return body;
    }

    /** A batch of these. */
    static byte[] batch(final List<Message> messages) {
        final int length = BatchFlyweight.HEADER_LENGTH
                + messages.stream()
                        .mapToInt(each -> FrameCursor.HEADER_LENGTH + each.length())
                        .sum();
        final byte[] bytes = new byte[length];
        final BatchBuilder builder = new BatchBuilder();
        builder.begin(new UnsafeBuffer(bytes), 0, length);
        for (final Message each : messages) {
            if (!builder.add(
                    each.idLo,
                    each.idHi,
                    each.origin,
                    new UnsafeBuffer(each.body()),
                    0,
                    each.payload.size(),
                    each.headers.size())) {
                throw new AssertionError("no room");
            }
        }
        if (builder.end() != length) {
            throw new AssertionError("length");
        }
        return bytes;
    }

    /** The present message of a batch. */
    static Message of(final BatchFlyweight batch, final FrameCursor frame, final UnsafeBuffer buffer) {
        final byte[] payload = new byte[frame.payloadLength()];
        buffer.getBytes(frame.payloadOffset(), payload);
        final byte[] headers = new byte[frame.userHeadersLength()];
        buffer.getBytes(frame.payloadOffset() + payload.length, headers);
        return new Message(
                batch.baseOffset() + frame.passed() - 1,
                batch.baseTimestamp(),
                frame.idLo(),
                frame.idHi(),
                batch.originTimestamp() + frame.originDelta(),
                list(payload),
                list(headers));
    }

    static List<Byte> list(final byte[] bytes) {
        final Byte[] boxed = new Byte[bytes.length];
        Arrays.setAll(boxed, i -> bytes[i]);
        return Arrays.asList(boxed);
    }
}
