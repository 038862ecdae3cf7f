package io.vireo.sim.workload;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.client.ClientContext;
import io.vireo.node.client.ClientReads;
import io.vireo.node.client.ClientSession;
import io.vireo.node.client.Outcome;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.network.SimNetwork;
import io.vireo.sim.random.Draws;
import io.vireo.sim.time.EventQueue;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One client of the workload: submits the requests of the application through one session per group, a few at a time, and reads the log. Runs the client code of
 * the node; a session that is lost is followed by another under a new id. Tells the auditors every outcome.
 */
public final class SimClient {
    /** Told when a request has its outcome. */
    public interface Listener {
        void onOutcome(int client, Outcome outcome);
    }

    private static final long READ_DEADLINE_NS = 5_000_000_000L;
    /** Of a client; each goes to one replica until it is answered or too late. */
    private static final int BLIND_READS_MAX = 4;

    /** @param acknowledgedBefore highest op of its group that any client knew when it was submitted. */
    private record Append(int namespace, UnsafeBuffer payload, long acknowledgedBefore) {}

    /** @param isBlind asked of a replica whether or not it leads. */
    private record Query(int namespace, boolean isLinearizable, boolean isBlind, long acknowledgedBefore, long from) {}

    /** One session and the reads beside it. */
    private final class Door implements ClientSession.Port, ClientReads.Port {
        final int group;
        final long id;
        final ClientSession session;
        final ClientReads reads;
        final Long2ObjectHashMap<Append> appends = new Long2ObjectHashMap<>();
        final Long2ObjectHashMap<Query> queries = new Long2ObjectHashMap<>();
        /** When it last sent something, heard an outcome or had nothing to wait for. */
        long heardNs = queue.nowNs();

        Door(final int group) {
            this.group = group;
            incarnation++;
            // Unique in the run; the simulated bus finds the client by its top bits.
            id = (long) index << 48 | incarnation << 8 | group;
            session = new ClientSession(context, id, 1, group, draws, this);
            reads = new ClientReads(context, id, 1, group, draws, this);
        }

        @Override
        public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
            heardNs = queue.nowNs();
            network.send(end, replica, frame, offset, length);
            stray.onSent(replica, frame, offset, length);
            return true;
        }

        @Override
        public void onOutcome(
                final long request,
                final Outcome outcome,
                final int status,
                final long op,
                final DirectBuffer reply,
                final int offset,
                final int length) {
            final Append append = appends.remove(request);
            heardNs = queue.nowNs();
            if (outcome == Outcome.OK || op > 0) {
                auditors.durability.onAcknowledged(group, op);
                auditors.reads.onAppended(group, op, append.acknowledgedBefore);
                application.onReply(append.namespace, group, op, id, request, status, reply, offset, length);
            } else if (outcome == Outcome.NOT_APPLIED) {
                application.onRefused(group, id, request);
            }
            outstanding--;
            listener.onOutcome(index, outcome);
        }

        @Override
        public void onRead(
                final long readNumber,
                final Outcome outcome,
                final int status,
                final long commitMax,
                final DirectBuffer answer,
                final int offset,
                final int length) {
            final Query query = queries.remove(readNumber);
            if (query.isBlind) {
                blindReads--;
            } else {
                readsOutstanding--;
            }
            if (outcome != Outcome.OK) {
                return;
            }
            final long endOffset = answer.getLong(offset + LogStateMachine.ANSWER_END_OFFSET, LITTLE_ENDIAN);
            auditors.reads.onRead(query.namespace, group, query.isLinearizable, query.acknowledgedBefore, endOffset);
            int at = offset + LogStateMachine.ANSWER_PREFIX_LENGTH;
            final int count = answer.getInt(offset + LogStateMachine.ANSWER_COUNT_OFFSET, LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                final int entryLength = answer.getInt(at, LITTLE_ENDIAN);
                at += Integer.BYTES;
                final long author = Payload.client(answer, at);
                final long number = Payload.number(answer, at);
                auditors.reads.onEntry(query.namespace, group, query.from + i, author, number);
                auditors.namespaces.onEntry(query.namespace, group, Payload.namespace(answer, at));
                auditors.damage.onEntry(group, author, number, answer, at, entryLength);
                at += entryLength;
            }
        }
    }

    private final int index;
    private final int end;
    private final ClusterConfig config;
    private final ClientContext context;
    private final EventQueue queue;
    private final SimNetwork network;
    private final Auditors auditors;
    private final Draws draws;
    private final Draws work;
    private final Draws blind;
    private final ClientStatistics statistics;
    private final Listener listener;
    private final int inFlightMax;
    private final Application application;
    private final int readOf16;
    private final int namespaces;
    private final StrayFrames stray;
    private final long thinkMeanNs;
    private final Door[] doors;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final ReplyFlyweight reply = new ReplyFlyweight();
    private final ReadReplyFlyweight readReply = new ReadReplyFlyweight();

    private long incarnation;
    private int quota;
    private int outstanding;
    private int readsOutstanding;
    private int blindReads;
    private boolean isThinking;
    private boolean isDead;
    private long wakeAtNs = Long.MAX_VALUE;

    public SimClient(
            final int index,
            final ClusterConfig config,
            final EventQueue queue,
            final SimNetwork network,
            final Auditors auditors,
            final Draws draws,
            final Draws work,
            final Draws blind,
            final ClientStatistics statistics,
            final Listener listener,
            final int quota,
            final int inFlightMax,
            final Application application,
            final int readOf16,
            final int namespaces,
            final StrayFrames stray) {
        this.stray = stray;
        this.index = index;
        this.config = config;
        this.queue = queue;
        this.network = network;
        this.auditors = auditors;
        this.draws = draws;
        this.work = work;
        this.blind = blind;
        this.statistics = statistics;
        this.listener = listener;
        this.quota = quota;
        this.inFlightMax = inFlightMax;
        this.application = application;
        this.readOf16 = readOf16;
        this.namespaces = namespaces;
        end = config.replicaCount() + index;
        context = ClientContext.of(config);
        thinkMeanNs = work.chance(1, 2) ? 0 : work.logUniform(100_000L, 50_000_000L);
        doors = new Door[config.groupCount()];
    }

    /** Begins to work. */
    public void start() {
        for (int group = 0; group < doors.length; group++) {
            doors[group] = new Door(group);
        }
        submit();
    }

    public boolean isDead() {
        return isDead;
    }

    /** Ends for good, in the middle of everything; returns how many appends will never have an outcome. */
    public int die() {
        final int left = quota + outstanding;
        isDead = true;
        quota = 0;
        outstanding = 0;
        return left;
    }

    /** From now on this many appends more, and nothing that it does not mean; nothing at all if it is dead. */
    public void quota(final int rest) {
        if (isDead) {
            return;
        }
        stray.end();
        quota = rest;
        submit();
    }

    /** True if nothing waits for an answer and nothing is left to do. */
    public boolean isIdle() {
        return quota == 0 && outstanding == 0;
    }

    /** How it stands, for people. */
    @Override
    public String toString() {
        final StringBuilder text =
                new StringBuilder("client " + index + " quota=" + quota + " outstanding=" + outstanding);
        for (final Door door : doors) {
            text.append(" group ")
                    .append(door.group)
                    .append(": ")
                    .append(door.session.stage())
                    .append(" session=");
            text.append(door.session.session())
                    .append(" view=")
                    .append(door.session.view())
                    .append(" unanswered=");
            text.append(door.appends.size()).append(" room=").append(door.session.room());
        }
        return text.append(" thinking=").append(isThinking).toString();
    }

    public void onFrame(final UnsafeBuffer frame) {
        if (isDead) {
            return;
        }
        header.wrap(frame, 0);
        final Door door = doors[header.group()];
        final long now = queue.nowNs();
        if (header.command() == Command.REPLY) {
            if (reply.wrap(frame, 0).clientLo() == door.id) {
                door.session.onReply(frame, 0, now);
            }
        } else if (header.command() == Command.READ_REPLY) {
            if (readReply.wrap(frame, 0).clientLo() == door.id) {
                door.reads.onReply(frame, 0, now);
            }
        } else if (header.command() == Command.CLIENT_VIEW) {
            door.session.onView(header.view(), now);
            door.reads.onView(header.view(), now);
        }
        submit();
    }

    private void submit() {
        if (isDead) {
            return;
        }
        for (int group = 0; group < doors.length; group++) {
            if (doors[group].session.stage() == ClientSession.Stage.ENDED) {
                doors[group].reads.close();
                doors[group] = new Door(group);
            }
        }
        while (quota > 0 && outstanding < inFlightMax && !isThinking) {
            final int namespace = work.nextInt(namespaces);
            final Door door = doors[config.placement().groupOf(namespace)];
            if (door.session.room() == 0) {
                break;
            }
            if (work.chance(readOf16, 16) && readsOutstanding < inFlightMax) {
                read(door, namespace);
            }
            if (blind.chance(readOf16, 32) && blindReads < BLIND_READS_MAX) {
                readBlindly(door, namespace);
            }
            append(door, namespace);
            if (thinkMeanNs > 0) {
                think();
            }
        }
        poll();
    }

    private void append(final Door door, final int namespace) {
        final Application.Request request = application.request(index, door.id, work);
        final UnsafeBuffer payload = request.payload();
        quota--;
        outstanding++;
        if (door.session.isIdle()) {
            door.heardNs = queue.nowNs();
        }
        final long number = door.session.submit(request.operation(), namespace, 0, payload, 0, payload.capacity());
        Payload.number(payload, number, namespace);
        application.onSubmitted(door.id, number, payload);
        door.appends.put(number, new Append(namespace, payload, auditors.reads.acknowledgedOp(door.group)));
    }

    private void read(final Door door, final int namespace) {
        final boolean isLinearizable = work.chance(1, 2);
        final long acknowledged = auditors.reads.acknowledgedEnd(namespace);
        final long from = work.chance(1, 2) ? Math.max(0, acknowledged - 8) : work.nextInt((int) acknowledged + 1);
        final int replica =
                isLinearizable || work.chance(1, 2) ? ClientReads.ANY_REPLICA : work.nextInt(config.replicaCount());
        readsOutstanding++;
        ask(door, replica, new Query(namespace, isLinearizable, false, acknowledged, from));
    }

    /**
     * A client that comes back after a while, or has just come, takes any replica for the primary. That one answers if it leads, and nothing
     * else may make it answer.
     */
    private void readBlindly(final Door door, final int namespace) {
        blindReads++;
        statistics.blindReads++;
        final long acknowledged = auditors.reads.acknowledgedEnd(namespace);
        final Query query = new Query(namespace, true, true, acknowledged, Math.max(0, acknowledged - 8));
        ask(door, blind.nextInt(config.replicaCount()), query);
    }

    private void ask(final Door door, final int replica, final Query query) {
        final byte[] bytes = new byte[LogStateMachine.QUERY_LENGTH];
        final UnsafeBuffer frame = new UnsafeBuffer(bytes);
        frame.putLong(LogStateMachine.QUERY_FROM_OFFSET, query.from, LITTLE_ENDIAN);
        frame.putInt(LogStateMachine.QUERY_MAX_ENTRIES_OFFSET, 8, LITTLE_ENDIAN);
        final long now = queue.nowNs();
        final long number = door.reads.submit(
                query.namespace,
                query.isLinearizable ? ReadFlyweight.LINEARIZABLE : ReadFlyweight.COMMITTED,
                replica,
                bytes,
                now,
                now + READ_DEADLINE_NS);
        door.queries.put(number, query);
    }

    private void think() {
        isThinking = true;
        queue.after(work.exponential(thinkMeanNs), () -> {
            isThinking = false;
            submit();
        });
    }

    private void poll() {
        final long now = queue.nowNs();
        long delay = Long.MAX_VALUE;
        boolean isEnded = false;
        for (final Door door : doors) {
            door.session.poll(now);
            if (!door.session.isIdle()) {
                auditors.honesty.onWaiting(door.group, door.id, now - door.heardNs);
            }
            door.reads.poll(now);
            delay = Math.min(delay, Math.min(door.session.delayNs(now), door.reads.delayNs(now)));
            isEnded |= door.session.stage() == ClientSession.Stage.ENDED;
        }
        if (isEnded) {
            delay = 1;
        }
        if (delay != Long.MAX_VALUE) {
            wake(now + Math.max(1, delay));
        }
    }

    private void wake(final long atNs) {
        if (wakeAtNs > queue.nowNs() && wakeAtNs <= atNs) {
            return;
        }
        wakeAtNs = atNs;
        queue.at(atNs, () -> {
            if (wakeAtNs == atNs) {
                wakeAtNs = Long.MAX_VALUE;
                submit();
            }
        });
    }
}
