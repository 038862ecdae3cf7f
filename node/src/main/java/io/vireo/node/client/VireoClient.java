package io.vireo.node.client;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.LinkAuth;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.port.RandomSource;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.transport.ReadyChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * The asynchronous client of a Vireo cluster: one I/O thread, one connection per shard of each replica, as many sessions per group as the requests in
 * flight need. Any thread may submit; what waits when the I/O thread comes by leaves in one frame per session and one write per
 * connection. A request is sent again until it is answered, across view changes and reconnects, and is applied at most once; its outcome
 * says which of ok, not applied and unknown it was. Memory is bounded by the limits of its {@link VireoClientContext}.
 */
public final class VireoClient implements AutoCloseable {
    /** The first operation that belongs to a state machine; for the replicated log, append. */
    public static final int OPERATION_DEFAULT = 16;

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
    private static final int CLIENT_OFFSET = 128;
    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private final ClientContext cluster;
    private final Placement placement;
    private final int requestsMax;
    private final long bytesMax;
    private final Selector selector;
    private final ClusterLinks links;
    private final GroupClient[] groups;
    private final MpscVarHandleArrayQueue<Submission> submissions;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    /** The I/O thread is in, or about to enter, a blocking select. */
    private final AtomicBoolean isAsleep = new AtomicBoolean();

    private final CountDownLatch firstConnection = new CountDownLatch(1);
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final Consumer<SelectionKey> onReady = this::onReady;
    private final Thread thread;
    /** Guards the end of the selector against who wakes it. */
    private final Object closing = new Object();

    private volatile boolean isClosed;
    private volatile boolean isEnded;
    private long nowNs;

    /** Starts the I/O thread, which dials all replicas; does not wait for a connection. */
    public VireoClient(final VireoClientContext context) {
        this.cluster = context.cluster;
        this.placement = context.placement;
        this.requestsMax = context.requestsMax;
        this.bytesMax = context.bytesMax;
        this.submissions = new MpscVarHandleArrayQueue<>(Math.max(4, context.requestsMax));
        try {
            this.selector = Selector.open();
        } catch (final IOException e) {
            throw new UncheckedIOException("opening a selector failed: " + e.getMessage(), e);
        }
        this.nowNs = System.nanoTime();
        final SecureRandom secrets = new SecureRandom();
        final RandomSource random = new SeededRandom(secrets.nextLong());
        final long processNonce = secrets.nextLong();
        this.links = new ClusterLinks(
                cluster,
                context.addresses,
                selector,
                random,
                processNonce,
                context.access.secret() == null ? null : new LinkAuth(context.access.secret(), secrets::nextBytes),
                context.access.tls() == null ? null : context.access.tls().port(this::wakeup),
                nowNs,
                ClusterLinks.NO_REPLICA,
                new LinkOwner());
        this.groups = new GroupClient[cluster.groupCount()];
        final GroupOwner owner = new GroupOwner(secrets);
        for (int group = 0; group < groups.length; group++) {
            groups[group] = new GroupClient(cluster, group, context.sessionsPerGroupMax, random, owner, nowNs);
        }
        this.thread = new Thread(this::run, "vireo-client");
        thread.setDaemon(true);
        thread.start();
    }

    // ---- any thread ----

    /** Submits one request of the default operation. The body must not change before the outcome. */
    public CompletionStage<Reply> submit(final long namespace, final byte[] body) {
        final CompletableFuture<Reply> future = new CompletableFuture<>();
        submit(OPERATION_DEFAULT, namespace, body, completing(future));
        return future;
    }

    /** As {@link #submit(long, byte[])}, for those who need neither a future nor a copy of the reply. */
    public void submit(final int operation, final long namespace, final byte[] body, final RequestCallback callback) {
        if (placement.groupOf(namespace) == Placement.NO_GROUP) {
            callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.UNKNOWN_NAMESPACE, 0, EMPTY, 0, 0);
        } else if (body.length > cluster.bodyMax()) {
            callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.TOO_LARGE, 0, EMPTY, 0, 0);
        } else {
            enqueue(Submission.request(operation, namespace, body, callback));
        }
    }

    /** Reads, for at most 10 seconds. */
    public CompletionStage<Reply> read(final long namespace, final byte[] query, final Consistency consistency) {
        return read(namespace, query, consistency, ClientReads.ANY_REPLICA, READ_TIMEOUT);
    }

    /**
     * Reads. The outcome is unknown if there was no answer in time.
     *
     * @param replica that shall answer, or {@link ClientReads#ANY_REPLICA}; a linearizable read is the primary's.
     */
    public CompletionStage<Reply> read(
            final long namespace,
            final byte[] query,
            final Consistency consistency,
            final int replica,
            final Duration timeout) {
        final CompletableFuture<Reply> future = new CompletableFuture<>();
        final RequestCallback callback = completing(future);
        if (placement.groupOf(namespace) == Placement.NO_GROUP) {
            callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.UNKNOWN_NAMESPACE, 0, EMPTY, 0, 0);
        } else if (query.length > Math.min(cluster.bodyMax(), ReadFlyweight.QUERY_LENGTH_MAX)) {
            callback.onOutcome(Outcome.NOT_APPLIED, ReplyStatus.TOO_LARGE, 0, EMPTY, 0, 0);
        } else {
            enqueue(Submission.read(
                    namespace, query, consistency, replica, System.nanoTime() + timeout.toNanos(), callback));
        }
        return future;
    }

    /** Waits until a replica is connected; false if none is within this time. */
    public boolean awaitConnection(final Duration timeout) throws InterruptedException {
        return firstConnection.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Why there is no connection to a replica, or null if there is one. */
    public String problem(final int replica) {
        return links.problem(replica);
    }

    /** Ends the client. What was sent and is not answered is unknown, the rest is not applied. */
    @Override
    public void close() {
        isClosed = true;
        wakeup();
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A selector that is closed takes no wake-up. */
    private void wakeup() {
        synchronized (closing) {
            if (selector.isOpen()) {
                selector.wakeup();
            }
        }
    }

    private void enqueue(final Submission submission) {
        final int length = submission.body.length;
        final boolean isFew = requests.incrementAndGet() <= requestsMax;
        final boolean isSmall = bytes.addAndGet(length) <= bytesMax;
        if (!isFew || !isSmall || isClosed || !submissions.offer(submission)) {
            complete(submission, Outcome.NOT_APPLIED, isClosed ? ReplyStatus.RETRY : ReplyStatus.BUSY, 0, EMPTY, 0, 0);
            return;
        }
        if (isAsleep.get() && isAsleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
        if (isEnded) {
            // The I/O thread may have looked for the last time before this submission came in.
            refuseWhatIsQueued();
        }
    }

    private synchronized void refuseWhatIsQueued() {
        for (Submission submission = submissions.poll(); submission != null; submission = submissions.poll()) {
            complete(submission, Outcome.NOT_APPLIED, ReplyStatus.RETRY, 0, EMPTY, 0, 0);
        }
    }

    private void complete(
            final Submission submission,
            final Outcome outcome,
            final int status,
            final long op,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        requests.decrementAndGet();
        bytes.addAndGet(-submission.body.length);
        submission.callback().onOutcome(outcome, status, op, reply, offset, length);
    }

    private static RequestCallback completing(final CompletableFuture<Reply> future) {
        return (outcome, status, op, reply, offset, length) -> {
            final byte[] body = new byte[length];
            reply.getBytes(offset, body);
            future.complete(new Reply(outcome, status, op, body));
        };
    }

    // ---- the I/O thread ----

    private void run() {
        try {
            while (!isClosed) {
                turn();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the client's selector failed: " + e.getMessage(), e);
        } finally {
            isClosed = true;
            end();
        }
    }

    private void turn() throws IOException {
        nowNs = System.nanoTime();
        for (Submission submission = submissions.poll(); submission != null; submission = submissions.poll()) {
            groups[placement.groupOf(submission.namespace)].submit(submission, nowNs);
        }
        links.poll(nowNs);
        long delayNs = Long.MAX_VALUE;
        for (final GroupClient group : groups) {
            group.poll(nowNs);
            delayNs = Math.min(delayNs, group.delayNs(nowNs));
        }
        links.flush(nowNs);
        delayNs = Math.min(delayNs, links.delayNs(nowNs));
        if (delayNs == 0) {
            selector.selectNow(onReady);
            return;
        }
        isAsleep.set(true);
        if (submissions.isEmpty() && !isClosed) {
            // Rounded up: a wake-up just before something is due would only be followed by another.
            selector.select(onReady, delayNs == Long.MAX_VALUE ? 0 : delayNs / 1_000_000 + 1);
        } else {
            selector.selectNow(onReady);
        }
        isAsleep.set(false);
    }

    private void onReady(final SelectionKey key) {
        nowNs = System.nanoTime();
        isAsleep.set(false);
        ((ReadyChannel) key.attachment()).onReady(key, nowNs);
    }

    private void end() {
        links.stop(nowNs);
        for (final GroupClient group : groups) {
            group.close();
        }
        isEnded = true;
        refuseWhatIsQueued();
        try {
            synchronized (closing) {
                selector.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("closing the client's selector failed: " + e.getMessage(), e);
        }
    }

    private final class LinkOwner implements ClusterLinks.Owner {
        @Override
        public void onConnected(final int replica) {
            firstConnection.countDown();
        }

        @Override
        public void onDisconnected(final int replica, final int group, final long now) {
            groups[group].onDisconnected(replica, now);
        }

        @Override
        public void onFrame(final UnsafeBuffer buffer, final int offset, final int length, final long now) {
            header.wrap(buffer, offset);
            final int index = header.group();
            if (index >= groups.length) {
                return;
            }
            final GroupClient group = groups[index];
            final Command command = header.command();
            if (command == Command.REPLY || command == Command.READ_REPLY || command == Command.CLIENT_VIEW) {
                group.onView(header.view(), now);
            }
            if (command == Command.REPLY) {
                final long lo = buffer.getLong(offset + CLIENT_OFFSET, LITTLE_ENDIAN);
                final long hi = buffer.getLong(offset + CLIENT_OFFSET + Long.BYTES, LITTLE_ENDIAN);
                group.onReply(lo, hi, buffer, offset, now);
            } else if (command == Command.READ_REPLY) {
                group.onReadReply(buffer, offset, now);
            }
        }
    }

    private final class GroupOwner implements GroupClient.Owner {
        private final SecureRandom secrets;

        GroupOwner(final SecureRandom secrets) {
            this.secrets = secrets;
        }

        @Override
        public boolean send(
                final int replica, final int group, final DirectBuffer frame, final int offset, final int length) {
            return links.send(replica, group, frame, offset, length, nowNs);
        }

        @Override
        public boolean isFull(final int replica, final int group) {
            return links.isFull(replica, group);
        }

        @Override
        public void complete(
                final Submission submission,
                final Outcome outcome,
                final int status,
                final long op,
                final DirectBuffer reply,
                final int offset,
                final int length) {
            VireoClient.this.complete(submission, outcome, status, op, reply, offset, length);
        }

        @Override
        public long newClientId() {
            return secrets.nextLong();
        }
    }
}
