package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.Destination;
import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.IggyProducer;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.launch.FailedException;
import io.vireo.node.launch.LineSource;
import io.vireo.node.launch.OperatorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One {@code vireo produce}: lines become messages, messages become requests, one at a time. One thread, but for the figures. */
final class ProduceRun {
    /** Payloads of a request, so that a prepare takes most of them as one. */
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    /**
     * What was asked for.
     *
     * @param batch messages of a request at most.
     * @param destination of all messages, unless each line has a key.
     * @param keySeparator between key and message in a line; null if lines have no keys.
     * @param progressMs 0 for none.
     */
    record Options(
            int batch,
            Destination destination,
            byte[] keySeparator,
            byte[] userHeaders,
            boolean isAtLeastOnce,
            int timeoutSeconds,
            int progressMs) {}

    private final IggyClient client;
    private final IggyProducer producer;
    private final Options options;
    private final PrintWriter err;
    private final long startNs = System.nanoTime();
    private volatile long acknowledged;
    private volatile long bytes;
    private volatile long endNs;
    private long resent;
    private long lines;
    private long progressNs = startNs;
    private long progressAcknowledged;

    ProduceRun(final IggyClient client, final IggyProducer producer, final Options options, final PrintWriter err) {
        this.client = client;
        this.producer = producer;
        this.options = options;
        this.err = err;
    }

    void run(final LineSource source, final Interruption interruption) throws InterruptedException {
        try {
            boolean hasMore = true;
            while (hasMore && !interruption.isRequested()) {
                final Map<Destination, List<byte[]>> batch = new LinkedHashMap<>();
                hasMore = fill(batch, source, interruption);
                for (final Map.Entry<Destination, List<byte[]>> each : batch.entrySet()) {
                    send(each.getKey(), each.getValue());
                }
                progress();
            }
        } finally {
            endNs = System.nanoTime();
        }
    }

    /** Takes what is there without waiting, but at least one line; false at the end of the source. */
    private boolean fill(
            final Map<Destination, List<byte[]>> batch, final LineSource source, final Interruption interruption) {
        int messages = 0;
        int payloadBytes = 0;
        try {
            do {
                interruption.atRest(true);
                final byte[] line = source.next();
                interruption.atRest(false);
                if (line == null) {
                    return false;
                }
                lines++;
                payloadBytes += add(batch, line, source);
                messages++;
            } while (messages < options.batch && payloadBytes < REQUEST_BYTES_MAX && source.isReady());
        } catch (final IOException e) {
            throw ProduceCommand.unreadable(source, e);
        }
        return true;
    }

    private int add(final Map<Destination, List<byte[]>> batch, final byte[] line, final LineSource source) {
        Destination destination = options.destination;
        byte[] payload = line;
        if (options.keySeparator != null) {
            final int at = indexOf(line, options.keySeparator);
            if (at < 1) {
                throw new OperatorException("line " + lines + " of " + source.name()
                        + " has no key before the separator; what came before it was sent");
            }
            try {
                destination = Destination.key(Arrays.copyOf(line, at));
            } catch (final IllegalArgumentException e) {
                throw new OperatorException("line " + lines + " of " + source.name() + ": " + e.getMessage(), e);
            }
            payload = Arrays.copyOfRange(line, at + options.keySeparator.length, line.length);
        }
        batch.computeIfAbsent(destination, none -> new ArrayList<>()).add(payload);
        return payload.length;
    }

    private static int indexOf(final byte[] line, final byte[] separator) {
        for (int at = 0; at <= line.length - separator.length; at++) {
            if (Arrays.equals(line, at, at + separator.length, separator, 0, separator.length)) {
                return at;
            }
        }
        return -1;
    }

    private void send(final Destination destination, final List<byte[]> payloads) throws InterruptedException {
        final Patience patience = new Patience(client, options.timeoutSeconds);
        while (true) {
            try {
                producer.send(destination, payloads, options.userHeaders);
                break;
            } catch (final IOException e) {
                requireResending(payloads, e.getMessage(), e);
                patience.reconnect(e, () -> {});
            } catch (final RequestRefusedException e) {
                if (!e.isOutcomeUnknown() && !e.isTransient()) {
                    throw refused(payloads, e);
                }
                requireResending(payloads, e.getMessage(), e);
                if (e.isTransient()) {
                    patience.pause(e);
                } else {
                    patience.reconnect(new IOException(e.getMessage(), e), () -> {});
                }
            }
            resent += payloads.size();
        }
        long sum = 0;
        for (final byte[] payload : payloads) {
            sum += payload.length;
        }
        final long sumOfAll = bytes + sum;
        final long countOfAll = acknowledged + payloads.size();
        bytes = sumOfAll;
        acknowledged = countOfAll;
    }

    private static RuntimeException refused(final List<byte[]> payloads, final RequestRefusedException e) {
        final RuntimeException failure = ClientOption.failure(e);
        final String text = failure.getMessage() + "; " + payloads.size()
                + " messages were not appended because of it, the acknowledged ones were";
        return failure instanceof OperatorException ? new OperatorException(text, e) : new FailedException(text, e);
    }

    private void requireResending(final List<byte[]> payloads, final String reason, final Exception cause) {
        if (!options.isAtLeastOnce) {
            throw new FailedException(
                    "it is unknown whether " + payloads.size()
                            + " messages behind the acknowledged ones were appended: " + reason
                            + "; --at-least-once sends such ones again",
                    cause);
        }
    }

    private void progress() {
        final long nowNs = System.nanoTime();
        final long intervalNs = options.progressMs * 1_000_000L;
        if (intervalNs == 0 || nowNs - progressNs < intervalNs) {
            return;
        }
        err.printf(
                Locale.ROOT,
                "acknowledged %d, %.0f/s%n",
                acknowledged,
                (acknowledged - progressAcknowledged) * 1e9 / (nowNs - progressNs));
        err.flush();
        progressNs = nowNs;
        progressAcknowledged = acknowledged;
    }

    private double seconds() {
        return ((endNs == 0 ? System.nanoTime() : endNs) - startNs) / 1e9;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "acknowledged=%d bytes=%d resent=%d seconds=%.2f rate=%.0f/s",
                acknowledged,
                bytes,
                resent,
                seconds(),
                acknowledged / seconds());
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"acknowledged\":%d,\"bytes\":%d,\"resent\":%d,\"seconds\":%.3f}",
                acknowledged,
                bytes,
                resent,
                seconds());
    }
}
