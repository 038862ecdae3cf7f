package io.vireo.node.client;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.util.Invariant;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.port.RandomSource;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The reads of one client id with one group: sends each to the replica that can answer it, again on a refusal or a timeout, until it is
 * answered or its deadline passes. Reads change nothing, so a repeated one is harmless. No socket, thread or clock: driven like a
 * {@link ClientSession}.
 *
 * <p>What is damaged on one replica's disk is read from another. For a linearizable read: 1. the primary makes sure that it leads and finds
 * damage at its op c; 2. another replica is asked for what it has applied; 3. its answer counts if it has applied c, else it is asked again.
 */
public final class ClientReads {
    /** Target of a read that any replica may answer. */
    public static final int ANY_REPLICA = -1;
    /** Reads without an answer at a time. */
    public static final int OUTSTANDING_MAX = 1024;

    private static final long TIMEOUT_NS = 500_000_000L;
    private static final long BACKOFF_MIN_NS = 5_000_000L;
    private static final long BACKOFF_MAX_NS = 250_000_000L;
    private static final long MS_NS = 1_000_000L;

    /** The outside. */
    public interface Port extends FramePort {
        /**
         * The one outcome of a read. May submit, must not poll.
         *
         * @param outcome OK with an answer, NOT_APPLIED if the state machine refused the query, UNKNOWN if no answer came in time.
         * @param status of the answer, or of the last refusal.
         * @param commitMin highest op in the state that was read.
         * @param answer valid during the call only.
         */
        void onRead(
                long readNumber,
                Outcome outcome,
                int status,
                long commitMin,
                DirectBuffer answer,
                int offset,
                int length);
    }

    private static final class Read {
        long number;
        long namespace;
        int consistency;
        int replica;
        byte[] query;
        long deadlineNs;
        long dueNs;
        /** Waits for an answer until {@link #dueNs}, else for its turn. */
        boolean isSent;

        int detour;
        int refusals;
        int lastStatus = ReplyStatus.RETRY;
        /** Bit by replica: what is to be read is damaged there. */
        int damagedAt;
        /** The answer has to be of a state with this op. */
        long atLeast;
    }

    private final ClientContext context;
    private final long clientLo;
    private final long clientHi;
    private final int group;
    private final int nearest;
    private final RandomSource random;
    private final Port port;
    private final Checksum checksum = new Checksum();
    private final ReadFlyweight frame = new ReadFlyweight();
    private final ReadReplyFlyweight reply = new ReadReplyFlyweight();
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(512);
    private final ArrayDeque<Read> reads = new ArrayDeque<>();
    private final ArrayDeque<Read> late = new ArrayDeque<>();

    private long lastNumber;
    private long view;
    private long nowNs;

    /** Committed reads of different clients spread over the replicas. */
    public ClientReads(
            final ClientContext context,
            final long clientLo,
            final long clientHi,
            final int group,
            final RandomSource random,
            final Port port) {
        this(context, clientLo, clientHi, group, (int) ((clientLo >>> 1) % context.replicaCount()), random, port);
    }

    /** @param nearest replica that is asked first for what any may answer. */
    public ClientReads(
            final ClientContext context,
            final long clientLo,
            final long clientHi,
            final int group,
            final int nearest,
            final RandomSource random,
            final Port port) {
        this.context = context;
        this.clientLo = clientLo;
        this.clientHi = clientHi;
        this.group = group;
        this.nearest = nearest;
        this.random = random;
        this.port = port;
    }

    public long clientLo() {
        return clientLo;
    }

    public long clientHi() {
        return clientHi;
    }

    /** How many more reads {@link #submit} would take now. */
    public int room() {
        return OUTSTANDING_MAX - reads.size();
    }

    /**
     * Takes one read, to be sent with the next {@link #poll}.
     *
     * @param consistency {@link ReadFlyweight#LINEARIZABLE} or {@link ReadFlyweight#COMMITTED}.
     * @param replica that shall answer, or {@link #ANY_REPLICA}. A linearizable read is answered by it only while it leads.
     * @param query at most {@link ClientContext#bodyMax()} bytes; not to be changed before the outcome.
     * @param deadlineNs when to give up, on the clock of {@link #poll}.
     * @return its number, which names it in {@link Port#onRead}.
     */
    public long submit(
            final long namespace,
            final int consistency,
            final int replica,
            final byte[] query,
            final long now,
            final long deadlineNs) {
        Invariant.check(room() > 0, "reads are bounded");
        final Read read = new Read();
        read.number = ++lastNumber;
        read.namespace = namespace;
        read.consistency = consistency;
        read.replica = replica;
        read.query = query;
        read.dueNs = now;
        read.deadlineNs = deadlineNs;
        reads.add(read);
        return read.number;
    }

    /** A valid READ_REPLY for this client id and group. */
    public void onReply(final MutableDirectBuffer buffer, final int offset, final long now) {
        nowNs = now;
        reply.wrap(buffer, offset);
        final int status = reply.status();
        final int replica = reply.replica();
        onView(reply.view(), now);
        final Read read = find(reply.readNumber());
        if (read == null) {
            return;
        }
        read.lastStatus = status;
        switch (status) {
            case ReplyStatus.NOT_PRIMARY, ReplyStatus.RETRY, ReplyStatus.BUSY, ReplyStatus.CATCHING_UP -> {
                if (read.isSent && replica == target(read)) {
                    final int refusals = ClientSession.REFUSALS_PER_REPLICA;
                    if (status == ReplyStatus.NOT_PRIMARY
                            || status == ReplyStatus.CATCHING_UP
                            || isForAny(read)
                            || read.refusals % refusals == refusals - 1) {
                        read.detour++;
                    }
                    backOff(read);
                    waitFor(read, reply.retryAfterMs());
                }
            }
            case ReplyStatus.DAMAGED -> onDamaged(read, replica, buffer, offset);
            default -> {
                if (reply.commitMin() < read.atLeast) {
                    if (read.isSent && replica == target(read)) {
                        read.detour++;
                        backOff(read);
                    }
                    return;
                }
                finish(read, status == ReplyStatus.OK ? Outcome.OK : Outcome.NOT_APPLIED, buffer, offset);
            }
        }
    }

    private void onDamaged(final Read read, final int replica, final DirectBuffer buffer, final int offset) {
        if (read.consistency == ReadFlyweight.LINEARIZABLE && read.damagedAt == 0) {
            read.atLeast = reply.commitMin();
        }
        read.damagedAt |= 1 << replica;
        if (read.replica != ANY_REPLICA || Integer.bitCount(read.damagedAt) == context.replicaCount()) {
            finish(read, Outcome.NOT_APPLIED, buffer, offset);
        } else {
            read.isSent = false;
            read.dueNs = nowNs;
        }
    }

    private void finish(final Read read, final Outcome outcome, final DirectBuffer buffer, final int offset) {
        reads.remove(read);
        port.onRead(
                read.number,
                outcome,
                reply.status(),
                reply.commitMin(),
                buffer,
                offset + HeaderFlyweight.HEADER_LENGTH,
                (int) reply.size() - HeaderFlyweight.HEADER_LENGTH);
    }

    /** Whether any replica may answer, as far as it has applied what there has to be. */
    private static boolean isForAny(final Read read) {
        return read.replica == ANY_REPLICA && (read.consistency == ReadFlyweight.COMMITTED || read.damagedAt != 0);
    }

    /** A frame has stated a view that has started. */
    public void onView(final long started, final long now) {
        nowNs = now;
        if (started <= view) {
            return;
        }
        view = started;
        for (final Read read : reads) {
            if (!isForAny(read)) {
                read.isSent = false;
                read.detour = 0;
                read.refusals = 0;
                read.dueNs = now;
            }
        }
    }

    /** The connection to a replica has ended. */
    public void onDisconnected(final int replica, final long now) {
        nowNs = now;
        for (final Read read : reads) {
            if (read.isSent && target(read) == replica) {
                read.detour++;
                backOff(read);
            }
        }
    }

    /** Sends what is due and gives up what is too late. */
    public void poll(final long now) {
        nowNs = now;
        for (final Iterator<Read> all = reads.iterator(); all.hasNext(); ) {
            final Read read = all.next();
            if (now - read.deadlineNs >= 0) {
                all.remove();
                late.add(read);
            } else if (now - read.dueNs >= 0) {
                send(read);
            }
        }
        while (!late.isEmpty()) {
            giveUp(late.remove());
        }
    }

    /** Nanoseconds until {@link #poll} has something to do, {@code Long.MAX_VALUE} if nothing waits. */
    public long delayNs(final long now) {
        long delay = Long.MAX_VALUE;
        for (final Read read : reads) {
            delay = Math.min(delay, Math.min(read.dueNs - now, read.deadlineNs - now));
        }
        return Math.max(0, delay);
    }

    /** Gives up all reads. */
    public void close() {
        while (!reads.isEmpty()) {
            giveUp(reads.remove());
        }
    }

    private void giveUp(final Read read) {
        port.onRead(read.number, Outcome.UNKNOWN, read.lastStatus, 0, scratch, 0, 0);
    }

    private void send(final Read read) {
        if (read.isSent) {
            read.detour++; // it timed out
        }
        final int size = HeaderFlyweight.HEADER_LENGTH + read.query.length;
        scratch.checkLimit(size);
        frame.wrap(scratch, 0);
        frame.init(Command.READ, context.clusterLo(), context.clusterHi(), size, view, 0, group);
        frame.client(clientLo, clientHi)
                .readNumber(read.number)
                .namespace(read.namespace)
                .consistency(isForAny(read) ? ReadFlyweight.COMMITTED : read.consistency);
        scratch.putBytes(HeaderFlyweight.HEADER_LENGTH, read.query);
        frame.seal(checksum);
        if (port.send(target(read), scratch, 0, size)) {
            read.isSent = true;
            read.dueNs = nowNs + jitter(TIMEOUT_NS);
        } else if (!isForAny(read) && port.isFull(target(read))) {
            // Nobody else can answer it.
            read.isSent = false;
            read.dueNs = nowNs + jitter(BACKOFF_MIN_NS);
        } else {
            read.detour++;
            backOff(read);
        }
    }

    private void backOff(final Read read) {
        read.isSent = false;
        read.dueNs = nowNs + jitter(Math.min(BACKOFF_MIN_NS << Math.min(read.refusals, 16), BACKOFF_MAX_NS));
        read.refusals++;
    }

    /** The only replica that is to answer has said when to ask it again, or 0; another one could be asked sooner. */
    private void waitFor(final Read read, final int retryAfterMs) {
        if (read.replica != ANY_REPLICA && retryAfterMs > 0) {
            read.dueNs = Math.max(read.dueNs, nowNs + jitter(retryAfterMs * MS_NS));
        }
    }

    private int target(final Read read) {
        if (read.replica != ANY_REPLICA) {
            return read.replica;
        }
        final long first = isForAny(read) ? nearest : context.primaryOf(group, view);
        int target = (int) ((first + read.detour) % context.replicaCount());
        while ((read.damagedAt & 1 << target) != 0) {
            target = (target + 1) % context.replicaCount();
        }
        return target;
    }

    /** From 3/4 to 5/4. */
    private long jitter(final long ns) {
        return ns / 4 * 3 + (long) random.nextInt(1 << 16) * (ns / 2) / (1 << 16);
    }

    private Read find(final long number) {
        for (final Read read : reads) {
            if (read.number == number) {
                return read;
            }
        }
        return null;
    }
}
