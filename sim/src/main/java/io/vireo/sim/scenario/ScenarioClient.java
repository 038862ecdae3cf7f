package io.vireo.sim.scenario;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
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
import io.vireo.sim.random.Draws;
import io.vireo.sim.workload.Payload;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A client to whom nothing happens by itself: the node's own client code, its clock and its wire in the hands of a script or a search. */
public final class ScenarioClient implements ClientSession.Port, ClientReads.Port {
    /** The outside of a client. */
    public interface Wire {
        void send(int from, int to, DirectBuffer buffer, int offset, int length);

        void onOutcome(String what);
    }

    private static final int ENTRIES_MAX = 64;
    private static final long READ_DEADLINE_NS = 60_000_000_000L;

    private record Query(boolean isLinearizable, long acknowledgedBefore) {}

    private final int index;
    private final int end;
    private final ClientContext context;
    private final Auditors auditors;
    private final Draws draws;
    private final Wire wire;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final Map<Long, String> textOf = new HashMap<>();
    private final Map<Long, Query> queries = new HashMap<>();
    private final Map<String, String> replies = new HashMap<>();
    private final Map<Long, String> answers = new HashMap<>();
    private long incarnation;
    private long id;
    private long clockNs;
    private ClientSession session;
    private ClientReads reads;

    public ScenarioClient(
            final int index, final ClusterConfig config, final Auditors auditors, final Draws draws, final Wire wire) {
        this.index = index;
        this.auditors = auditors;
        this.draws = draws;
        this.wire = wire;
        end = config.replicaCount() + index;
        context = ClientContext.of(config);
        open();
    }

    /** Another session, under an id of its own. */
    void open() {
        incarnation++;
        // Unique in the run; the simulated bus finds the client by its top bits.
        id = (long) index << 48 | incarnation << 8;
        textOf.clear();
        queries.clear();
        session = new ClientSession(context, id, 1, 0, draws, this);
        reads = new ClientReads(context, id, 1, 0, draws, this);
    }

    public boolean isIdle() {
        return session.isIdle() && queries.isEmpty();
    }

    /** False once its session has ended or has as many requests open as it may have. */
    public boolean canRequest() {
        return session.room() > 0;
    }

    /** True if this client has asked for an entry of this text before. */
    boolean knows(final String text) {
        return replies.containsKey(text);
    }

    /** Asks for an entry of so many bytes that begins with this text. */
    public void request(final String text, final int size) {
        if (!canRequest()) {
            throw new UnmetException("the session of c" + index + " has ended or is full");
        }
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final UnsafeBuffer payload = Payload.create(id, Math.max(size, FrameText.TEXT_OFFSET + bytes.length));
        payload.putByte(FrameText.TEXT_OFFSET - 1, (byte) bytes.length);
        payload.putBytes(FrameText.TEXT_OFFSET, bytes);
        final long number = session.submit(LogStateMachine.OPERATION_APPEND, 0, 0, payload, 0, payload.capacity());
        Payload.number(payload, number);
        auditors.damage.onSubmitted(id, number, payload, 0, payload.capacity());
        textOf.put(number, text);
        replies.put(text, "none");
        session.poll(clockNs);
    }

    /** Asks for what is in the log; {@code replica} below 0: whoever may answer. */
    void read(final boolean isLinearizable, final int replica) {
        final UnsafeBuffer query = new UnsafeBuffer(new byte[LogStateMachine.QUERY_LENGTH]);
        query.putInt(LogStateMachine.QUERY_MAX_ENTRIES_OFFSET, ENTRIES_MAX, LITTLE_ENDIAN);
        final long number = reads.submit(
                0,
                isLinearizable ? ReadFlyweight.LINEARIZABLE : ReadFlyweight.COMMITTED,
                replica < 0 ? ClientReads.ANY_REPLICA : replica,
                query.byteArray(),
                clockNs,
                clockNs + READ_DEADLINE_NS);
        queries.put(number, new Query(isLinearizable, auditors.reads.acknowledgedEnd(0)));
        answers.put(number, "none");
        reads.poll(clockNs);
    }

    public void tick(final long ns) {
        clockNs += ns;
        poll();
    }

    private void poll() {
        session.poll(clockNs);
        reads.poll(clockNs);
    }

    public void onFrame(final UnsafeBuffer frame) {
        header.wrap(frame, 0);
        if (header.command() == Command.REPLY) {
            if (new ReplyFlyweight().wrap(frame, 0).clientLo() == id) {
                session.onReply(frame, 0, clockNs);
            }
        } else if (header.command() == Command.READ_REPLY) {
            if (new ReadReplyFlyweight().wrap(frame, 0).clientLo() == id) {
                reads.onReply(frame, 0, clockNs);
            }
        } else if (header.command() == Command.CLIENT_VIEW) {
            session.onView(header.view(), clockNs);
            reads.onView(header.view(), clockNs);
        }
        poll();
    }

    /** Outcome of a request, "none" while there is none. */
    String reply(final String text) {
        return replies.getOrDefault(text, "never asked for");
    }

    /** Outcome of the read of this number, from 1, "none" while there is none. */
    String answer(final long number) {
        return answers.getOrDefault(number, "never asked for");
    }

    @Override
    public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
        wire.send(end, replica, frame, offset, length);
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
        final String text = textOf.remove(request);
        String result = outcome.name();
        if (outcome == Outcome.OK) {
            final long place = reply.getLong(offset, LITTLE_ENDIAN);
            auditors.durability.onAcknowledged(0, op);
            auditors.exactlyOnce.onReply(0, 0, op, id, request, place);
            auditors.reads.onAcknowledged(0, place);
            result += " op=" + op + " place=" + place;
        } else {
            if (outcome == Outcome.NOT_APPLIED) {
                auditors.honesty.onRefused(0, id, request);
            }
            result += " status=" + ReplyStatus.text(status);
        }
        replies.put(text, result);
        wire.onOutcome("c" + index + " " + text + ": " + result);
    }

    @Override
    public void onRead(
            final long readNumber,
            final Outcome outcome,
            final int status,
            final long commitMin,
            final DirectBuffer answer,
            final int offset,
            final int length) {
        final Query query = queries.remove(readNumber);
        String result = outcome.name();
        if (outcome == Outcome.OK) {
            final long endOffset = answer.getLong(offset + LogStateMachine.ANSWER_END_OFFSET, LITTLE_ENDIAN);
            auditors.reads.onRead(0, 0, query.isLinearizable, query.acknowledgedBefore, endOffset);
            final StringBuilder shown = new StringBuilder();
            int at = offset + LogStateMachine.ANSWER_PREFIX_LENGTH;
            for (int i = 0; i < answer.getInt(offset + LogStateMachine.ANSWER_COUNT_OFFSET, LITTLE_ENDIAN); i++) {
                auditors.reads.onEntry(0, 0, i, Payload.client(answer, at + 4), Payload.number(answer, at + 4));
                final byte[] text = new byte[answer.getByte(at + 4 + FrameText.TEXT_OFFSET - 1) & 0xff];
                answer.getBytes(at + 4 + FrameText.TEXT_OFFSET, text);
                shown.append(i == 0 ? "" : "+").append(new String(text, StandardCharsets.UTF_8));
                at += 4 + answer.getInt(at, LITTLE_ENDIAN);
            }
            result += " shows=" + (shown.length() == 0 ? "-" : shown);
        } else {
            result += " status=" + ReplyStatus.text(status);
        }
        answers.put(readNumber, result);
        wire.onOutcome("c" + index + " read " + readNumber + ": " + result);
    }
}
