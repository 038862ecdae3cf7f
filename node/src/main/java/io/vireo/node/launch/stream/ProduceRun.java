package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.Destination;
import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.IggyProducer;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.iggy.CommandCode;
import io.vireo.node.launch.FailedException;
import io.vireo.node.launch.LineSource;
import io.vireo.node.launch.OperatorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One {@code vireo produce}: lines become messages, messages become requests, one at a time. One thread, but for the figures. */
final class ProduceRun {
    /** So long a connection is believed in that nothing was sent by: about as much as a ping costs. */
    private static final long IDLE_MAX_NS = 20_000_000L;

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
    /** Messages of the request under way, or of one whose outcome is unknown. */
    private volatile long underWay;

    private long resent;
    private long lastAnswerNs = startNs;
    private long progressNs = startNs;
    private long progressAcknowledged;

    ProduceRun(final IggyClient client, final IggyProducer producer, final Options options, final PrintWriter err) {
        this.client = client;
        this.producer = producer;
        this.options = options;
        this.err = err;
    }

    void run(final LineSource source, final Interruption interruption) throws InterruptedException {
        final LineBatches lines = new LineBatches(
                source, options.batch, options.destination, options.keySeparator, options.userHeaders.length);
        try {
            while (!lines.isEnded() && !interruption.isRequested()) {
                for (final Map.Entry<Destination, List<byte[]>> each :
                        lines.next(interruption).entrySet()) {
                    if (interruption.isRequested()) {
                        break;
                    }
                    send(each.getKey(), each.getValue());
                }
                progress();
            }
        } finally {
            endNs = System.nanoTime();
        }
        if (lines.problem() != null && !interruption.isRequested()) {
            throw lines.problem();
        }
    }

    /** A connection that was left alone for a while may have ended with its node: that is found out while nothing is at stake. */
    private void checkConnection() throws InterruptedException {
        if (System.nanoTime() - lastAnswerNs < IDLE_MAX_NS) {
            return;
        }
        try {
            client.request(CommandCode.PING);
        } catch (final IOException e) {
            new Patience(client, options.timeoutSeconds).reconnect(e, () -> {});
        } catch (final RequestRefusedException e) {
            // Also an answer: the node is there, and what it has against the messages it says to them.
        }
        lastAnswerNs = System.nanoTime();
    }

    private void send(final Destination destination, final List<byte[]> payloads) throws InterruptedException {
        checkConnection();
        final Patience patience = new Patience(client, options.timeoutSeconds);
        underWay = payloads.size();
        while (true) {
            try {
                producer.send(destination, payloads, options.userHeaders);
                break;
            } catch (final IOException e) {
                requireResending(payloads, e.getMessage(), e);
                patience.reconnect(e, () -> {});
            } catch (final RequestRefusedException e) {
                if (!e.isOutcomeUnknown() && !e.isTransient()) {
                    underWay = 0;
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
        underWay = 0;
        lastAnswerNs = System.nanoTime();
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
                "acknowledged=%d bytes=%d resent=%d%s seconds=%.2f rate=%.0f/s",
                acknowledged,
                bytes,
                resent,
                underWay == 0 ? "" : " unknown=" + underWay,
                seconds(),
                acknowledged / seconds());
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"acknowledged\":%d,\"bytes\":%d,\"resent\":%d,\"unknown\":%d,\"seconds\":%.3f}",
                acknowledged,
                bytes,
                resent,
                underWay,
                seconds());
    }
}
