package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.Destination;
import io.vireo.node.iggy.MessageFlyweight;
import io.vireo.node.launch.Failures;
import io.vireo.node.launch.LineSource;
import io.vireo.node.launch.OperatorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes requests of lines. A request is no longer than what a gateway of the default {@code prepare_size_max} takes as one op, so that it is
 * appended as a whole or not at all. What is wrong with a line is told when what came before it was taken. Used by one thread.
 */
final class LineBatches {
    /** A message's payload at most, as every gateway has it. */
    static final int PAYLOAD_MAX = 1 << 20;
    /** Of the messages of a request with their headers, if there are several. */
    static final int REQUEST_BYTES_MAX = 1 << 20;

    private static final int KEY_MAX = 255;

    private record Message(Destination destination, byte[] payload) {}

    private final LineSource source;
    private final int messagesMax;
    private final Destination destination;
    private final byte[] keySeparator;
    private final int headersLength;
    /** Did not fit into the last request, or null. */
    private Message kept;

    private OperatorException problem;
    private boolean isEnded;

    /**
     * @param messagesMax of a request.
     * @param destination of all messages, unless each line has a key.
     * @param keySeparator between key and message in a line; null if lines have no keys.
     * @param headersLength bytes of the user headers of each message.
     */
    LineBatches(
            final LineSource source,
            final int messagesMax,
            final Destination destination,
            final byte[] keySeparator,
            final int headersLength) {
        this.source = source.withLineMax(PAYLOAD_MAX + (keySeparator == null ? 0 : KEY_MAX + keySeparator.length));
        this.messagesMax = messagesMax;
        this.destination = destination;
        this.keySeparator = keySeparator;
        this.headersLength = headersLength;
    }

    /**
     * What is there without waiting, but at least one message, for each destination in the order of the lines; empty if there is nothing more.
     *
     * @param interruption is told while the source is waited for.
     */
    Map<Destination, List<byte[]>> next(final Interruption interruption) {
        final Map<Destination, List<byte[]>> batch = new LinkedHashMap<>();
        int messages = 0;
        int bytes = 0;
        while (messages < messagesMax && (messages == 0 || isReady())) {
            final Message message = kept == null ? read(interruption) : kept;
            kept = null;
            if (message == null) {
                break;
            }
            final int length = MessageFlyweight.HEADER_LENGTH + headersLength + message.payload.length;
            if (messages > 0 && bytes + length > REQUEST_BYTES_MAX) {
                kept = message;
                break;
            }
            batch.computeIfAbsent(message.destination, none -> new ArrayList<>())
                    .add(message.payload);
            messages++;
            bytes += length;
        }
        return batch;
    }

    /** Whether {@link #next} has nothing more. */
    boolean isEnded() {
        return isEnded && kept == null;
    }

    /** Why there is nothing more, null if it is the end of the source. */
    OperatorException problem() {
        return problem;
    }

    private boolean isReady() {
        try {
            return !isEnded && source.isReady();
        } catch (final IOException e) {
            return end(unreadable(e));
        }
    }

    private Message read(final Interruption interruption) {
        if (isEnded) {
            return null;
        }
        try {
            interruption.atRest(true);
            final byte[] line = source.next();
            interruption.atRest(false);
            isEnded = line == null;
            return line == null ? null : message(line);
        } catch (final OperatorException e) {
            end(e);
        } catch (final IOException e) {
            end(unreadable(e));
        }
        interruption.atRest(false);
        return null;
    }

    private boolean end(final OperatorException reason) {
        problem = reason;
        isEnded = true;
        return false;
    }

    private OperatorException unreadable(final IOException e) {
        return new OperatorException("cannot read " + source.name() + ": " + Failures.text(e), e);
    }

    private Message message(final byte[] line) {
        if (keySeparator == null) {
            return new Message(destination, line);
        }
        final int at = indexOf(line, keySeparator);
        if (at < 1) {
            throw new OperatorException(place() + " has no key before the separator; what came before it was sent");
        }
        final byte[] payload = Arrays.copyOfRange(line, at + keySeparator.length, line.length);
        if (payload.length > PAYLOAD_MAX) {
            throw new OperatorException(
                    place() + " has a message of " + payload.length + " bytes, at most " + PAYLOAD_MAX + " are taken");
        }
        try {
            return new Message(Destination.key(Arrays.copyOf(line, at)), payload);
        } catch (final IllegalArgumentException e) {
            throw new OperatorException(place() + ": " + e.getMessage(), e);
        }
    }

    private String place() {
        return "line " + source.lineNumber() + " of " + source.name();
    }

    private static int indexOf(final byte[] line, final byte[] separator) {
        for (int at = 0; at <= line.length - separator.length; at++) {
            if (Arrays.equals(line, at, at + separator.length, separator, 0, separator.length)) {
                return at;
            }
        }
        return -1;
    }
}
