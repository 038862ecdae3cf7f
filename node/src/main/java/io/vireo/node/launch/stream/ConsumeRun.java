package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.IggyConsumer;
import io.vireo.node.client.iggy.PollStart;
import io.vireo.node.client.iggy.Polled;
import io.vireo.node.client.iggy.PolledMessage;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.PollingKind;
import io.vireo.node.launch.OperatorException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * One {@code vireo consume}: polls, prints, remembers, in this order. A node that is lost is left for another one; what had been polled and
 * not printed is polled again. One thread.
 */
final class ConsumeRun {
    private static final long IDLE_MS = 100;
    /**
     * What was asked for.
     *
     * @param lastCount messages to begin with in each partition if it begins with the last.
     * @param count messages to end after.
     * @param batch messages of a request at most.
     * @param isStoring whether what was printed is remembered.
     * @param quietNs so long a member of a group finds nothing before it says that there is nothing: partitions may be on their way to it.
     * @param progressMs 0 for none.
     */
    record Options(
            PollStart start,
            int lastCount,
            long count,
            int batch,
            boolean isFollowing,
            boolean isStoring,
            int timeoutSeconds,
            MessageFormat format,
            long quietNs,
            int progressMs) {}

    private interface Request<T> {
        T send() throws IOException, RequestRefusedException;
    }

    /** How far a partition has been read. */
    private static final class Place {
        final int partition;
        PollStart next;
        int lastCount;
        /** Of the last message to print, known after the first poll unless it follows. */
        long end = Long.MAX_VALUE;

        boolean isKnown;
        boolean isDone;

        Place(final int partition, final PollStart next, final int lastCount) {
            this.partition = partition;
            this.next = next;
            this.lastCount = lastCount;
        }
    }

    private final IggyClient client;
    private final IggyConsumer consumer;
    private final Options options;
    private final PrintWriter err;
    private boolean isMember;
    private long printed;
    private long progressNs = System.nanoTime();
    private long progressPrinted;

    ConsumeRun(final IggyClient client, final IggyConsumer consumer, final Options options, final PrintWriter err) {
        this.client = client;
        this.consumer = consumer;
        this.options = options;
        this.err = err;
    }

    /** Reads partitions by turns. */
    void consume(final OutputStream out, final List<Integer> partitions, final Interruption interruption)
            throws InterruptedException {
        final List<Place> places = new ArrayList<>();
        partitions.forEach(
                partition -> places.add(new Place(partition, options.start, Math.min(options.lastCount, 1_000_000))));
        while (!isEnough(interruption)) {
            boolean hasPrinted = false;
            boolean isDone = true;
            for (final Place place : places) {
                if (!place.isDone && !isEnough(interruption)) {
                    hasPrinted |= turn(out, place);
                }
                isDone &= place.isDone;
            }
            if (isDone) {
                return;
            }
            rest(hasPrinted);
        }
    }

    private boolean turn(final OutputStream out, final Place place) throws InterruptedException {
        final int wanted = place.next.kind() == PollingKind.LAST ? place.lastCount : options.batch;
        final Polled polled = again(() -> consumer.poll(OptionalInt.of(place.partition), place.next, wanted));
        if (!place.isKnown) {
            place.isKnown = true;
            place.end = options.isFollowing ? Long.MAX_VALUE : polled.currentOffset();
        }
        final List<PolledMessage> messages = upTo(polled.messages(), place.end);
        if (messages.isEmpty()) {
            place.isDone = !options.isFollowing;
            if (place.next.kind() == PollingKind.LAST) {
                // The partition is empty: what comes first is behind its end as it is now.
                place.next = PollStart.FIRST;
            }
            return false;
        }
        final long last = print(out, place.partition, messages);
        place.next = PollStart.offset(last + 1);
        place.isDone = last >= place.end;
        return true;
    }

    /** Reads what the server gives to the member. */
    void consumeAsMember(final OutputStream out, final int partitionsCount, final Interruption interruption)
            throws InterruptedException {
        again(() -> {
            join();
            return null;
        });
        isMember = true;
        final Map<Integer, Long> ends = new HashMap<>();
        // Each poll is of the next partition of the member: after so many without a message there is none in any.
        int emptyTurns = 0;
        long lastFoundNs = System.nanoTime();
        while (!isEnough(interruption)
                && (options.isFollowing
                        || emptyTurns <= partitionsCount
                        || System.nanoTime() - lastFoundNs < options.quietNs)) {
            final Polled polled = again(() -> consumer.poll(OptionalInt.empty(), PollStart.NEXT, options.batch));
            if (!options.isFollowing && !polled.messages().isEmpty()) {
                ends.putIfAbsent(polled.partition(), polled.currentOffset());
            }
            final List<PolledMessage> messages =
                    upTo(polled.messages(), ends.getOrDefault(polled.partition(), Long.MAX_VALUE));
            if (messages.isEmpty()) {
                emptyTurns++;
                // All are looked at at once, and then again in a while.
                rest(!options.isFollowing && emptyTurns <= partitionsCount);
            } else {
                emptyTurns = 0;
                lastFoundNs = System.nanoTime();
                print(out, polled.partition(), messages);
            }
        }
        try {
            consumer.leave();
        } catch (final IOException | RequestRefusedException e) {
            // The connection's end, which comes next, is a leave too.
            err.println("vireo consume: did not leave the group in good order: " + e.getMessage());
        }
    }

    private void join() throws IOException, RequestRefusedException {
        try {
            consumer.join();
        } catch (final RequestRefusedException e) {
            if (e.error() == IggyError.CONSUMER_GROUP_ID_NOT_FOUND
                    || e.error() == IggyError.CONSUMER_GROUP_NAME_NOT_FOUND) {
                throw new OperatorException("there is no such consumer group; make it by \"vireo group create\"", e);
            }
            throw e;
        }
    }

    private boolean isEnough(final Interruption interruption) {
        return printed >= options.count || interruption.isRequested();
    }

    private static List<PolledMessage> upTo(final List<PolledMessage> messages, final long end) {
        return messages.stream().filter(message -> message.offset() <= end).toList();
    }

    /** Prints what is still wanted, and remembers it; returns the offset of the last that was printed. */
    private long print(final OutputStream out, final int partition, final List<PolledMessage> messages)
            throws InterruptedException {
        long last = -1;
        try {
            for (final PolledMessage message : messages) {
                if (printed == options.count) {
                    break;
                }
                options.format.write(out, partition, message);
                printed++;
                last = message.offset();
            }
            out.flush();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        if (options.isStoring) {
            final long stored = last;
            again(() -> {
                consumer.store(partition, stored);
                return null;
            });
        }
        progress();
        return last;
    }

    /** Sends a request that does no harm if it is done twice, to another node if one is lost. */
    private <T> T again(final Request<T> request) throws InterruptedException {
        final Patience patience = new Patience(client, options.timeoutSeconds);
        while (true) {
            try {
                return request.send();
            } catch (final IOException e) {
                patience.reconnect(e, this::rejoin);
            } catch (final RequestRefusedException e) {
                if (e.error() == IggyError.CONSUMER_GROUP_MEMBER_NOT_FOUND && isMember) {
                    // Its node was taken for dead.
                    patience.reconnect(new IOException(e.getMessage(), e), this::rejoin);
                } else if (e.isOutcomeUnknown()) {
                    patience.reconnect(new IOException(e.getMessage(), e), this::rejoin);
                } else if (e.isTransient()) {
                    patience.pause(e);
                } else {
                    throw ClientOption.failure(e);
                }
            }
        }
    }

    private void rejoin() throws IOException, RequestRefusedException {
        if (isMember) {
            join();
        }
    }

    private static void rest(final boolean hasWork) throws InterruptedException {
        if (!hasWork) {
            TimeUnit.MILLISECONDS.sleep(IDLE_MS);
        }
    }

    private void progress() {
        final long nowNs = System.nanoTime();
        final long intervalNs = options.progressMs * 1_000_000L;
        if (intervalNs == 0 || nowNs - progressNs < intervalNs) {
            return;
        }
        err.printf(
                Locale.ROOT, "printed %d, %.0f/s%n", printed, (printed - progressPrinted) * 1e9 / (nowNs - progressNs));
        err.flush();
        progressNs = nowNs;
        progressPrinted = printed;
    }
}
