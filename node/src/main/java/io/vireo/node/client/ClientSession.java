package io.vireo.node.client;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.util.Invariant;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.node.message.RequestFlyweight;
import io.vireo.node.port.RandomSource;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One session of one client id with one group: numbers requests, keeps each until it is answered, and sends it again until then, to
 * whichever replica leads. No socket, thread or clock: driven by {@link #submit}, the frames that arrive, and {@link #poll}; sends and
 * reports through its {@link Port}. {@link VireoClient} drives it in production, the simulator by the same methods.
 *
 * <p>A number once sent belongs to its request for ever: it is never given to another one, and when the session is lost its requests are
 * not sent under the next. 1. request 5 of session A is prepared and its reply lost; 2. A is evicted, the client hears "no session"; 3. were
 * 5 sent again as request 1 of session B, both would be applied. So the outcome is unknown, and the caller is told.
 */
public final class ClientSession {
    /** Wait for an answer before everything unanswered is sent again; doubles up to the maximum while nothing is answered. */
    public static final long TIMEOUT_MIN_NS = 250_000_000L;

    public static final long TIMEOUT_MAX_NS = 2_000_000_000L;
    /** Wait after a refusal; doubles up to the maximum while nothing is answered. */
    public static final long BACKOFF_MIN_NS = 5_000_000L;

    public static final long BACKOFF_MAX_NS = 250_000_000L;
    /** After so many refusals in a row by one replica the next is asked. */
    static final int REFUSALS_PER_REPLICA = 4;

    /** How far the session has come; only forwards. */
    public enum Stage {
        /** Nothing sent yet. */
        NEW,
        /** Asks for a session number; requests wait. */
        REGISTERING,
        OPEN,
        /** Lost or closed; takes nothing more. */
        ENDED
    }

    /** The outside of a session. */
    public interface Port extends FramePort {
        /**
         * The one outcome of a request. May submit, must not poll.
         *
         * @param op that applied it, 0 where none did or none is known.
         * @param reply valid during the call only.
         */
        void onOutcome(long request, Outcome outcome, int status, long op, DirectBuffer reply, int offset, int length);
    }

    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private final ClientContext context;
    private final long clientLo;
    private final long clientHi;
    private final int group;
    private final RandomSource random;
    private final Port port;
    private final Checksum checksum = new Checksum();
    private final RequestFlyweight frame = new RequestFlyweight();
    private final ReplyFlyweight reply = new ReplyFlyweight();
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(4096);

    private Stage stage = Stage.NEW;
    private long session;
    /** A session is wanted though no request waits for it. */
    private boolean isWanted;
    /** View in which the session was known to be open: a primary of an earlier one cannot know it. */
    private long sessionView;

    private long view;

    // Requests lowest..last have no outcome yet, but for those marked as answered; by number modulo the window.
    private long lowest = 1;
    private long last;
    private final boolean[] isAnswered;
    private final int[] operation;
    private final long[] namespace;
    private final long[] incarnation;
    private final UnsafeBuffer[] body;
    /** For a window that is a power of two, which spares a division at each of the many look-ups of a request; else -1. */
    private final int windowMask;

    /** The next number to send in the present pass over what is unanswered; a refusal or a timeout starts a new pass. */
    private long nextToSend = 1;

    private long highestEverSent;
    private boolean isRegisterSent;

    /** Passes without progress, which moves the target from the primary to the replicas after it. */
    private int detour;

    private int refusals;
    /** A row of the reply that is being read has refused already: the others of its frame do not count again. */
    private boolean isRefusalCounted;

    private boolean isHolding;
    private long holdUntilNs;
    private boolean isTimed;
    private long timeoutNs = TIMEOUT_MIN_NS;
    private long timeoutAtNs;
    private long nowNs;

    /**
     * @param clientLo with {@code clientHi} the client id: not zero, and of this session alone.
     * @param random for the jitter of the waits.
     */
    public ClientSession(
            final ClientContext context,
            final long clientLo,
            final long clientHi,
            final int group,
            final RandomSource random,
            final Port port) {
        Invariant.check((clientLo | clientHi) != 0, "a client id is not zero");
        this.context = context;
        this.clientLo = clientLo;
        this.clientHi = clientHi;
        this.group = group;
        this.random = random;
        this.port = port;
        this.windowMask = Integer.bitCount(context.window()) == 1 ? context.window() - 1 : -1;
        this.isAnswered = new boolean[context.window()];
        this.operation = new int[context.window()];
        this.namespace = new long[context.window()];
        this.incarnation = new long[context.window()];
        this.body = new UnsafeBuffer[context.window()];
        for (int i = 0; i < body.length; i++) {
            body[i] = new UnsafeBuffer(0, 0);
        }
    }

    public long clientLo() {
        return clientLo;
    }

    public long clientHi() {
        return clientHi;
    }

    public int group() {
        return group;
    }

    public Stage stage() {
        return stage;
    }

    /** The session's number, 0 before it is open. */
    public long session() {
        return session;
    }

    /** The highest view this session has heard of. */
    public long view() {
        return view;
    }

    /** Asks for the session with the next {@link #poll}, also if no request needs it. */
    public void open() {
        isWanted = true;
    }

    /** How many requests {@link #submit} would take now. */
    public int room() {
        return stage == Stage.ENDED ? 0 : (int) (lowest + context.window() - 1 - last);
    }

    /** True if no request is without an outcome. */
    public boolean isIdle() {
        return lowest > last;
    }

    // ---- inputs ----

    /**
     * Takes one request, to be sent with the next {@link #poll}; there must be {@link #room}.
     *
     * @param requestBody not copied: must not change before the outcome. At most {@link ClientContext#bodyMax()} bytes.
     * @return its number, which names it in {@link Port#onOutcome}.
     */
    public long submit(
            final int requestOperation,
            final long requestNamespace,
            final long requestIncarnation,
            final DirectBuffer requestBody,
            final int offset,
            final int length) {
        Invariant.check(room() > 0, "a session takes only what its window has room for");
        Invariant.check(length <= context.bodyMax(), "a request fits a frame (length, max)", length, context.bodyMax());
        last++;
        final int slot = slot(last);
        isAnswered[slot] = false;
        operation[slot] = requestOperation;
        namespace[slot] = requestNamespace;
        incarnation[slot] = requestIncarnation;
        body[slot].wrap(requestBody, offset, length);
        return last;
    }

    /**
     * Takes the body of a request that has no outcome yet from another place: whoever submitted it waits no longer, and what is sent again
     * under its number has to be the same.
     *
     * @param copy the same bytes as before; not copied, must not change before the outcome.
     */
    public void moveBody(final long request, final DirectBuffer copy, final int offset, final int length) {
        Invariant.check(
                request >= lowest && request <= last && !isAnswered[slot(request)], "only an unanswered body can move");
        Invariant.check(length == body[slot(request)].capacity(), "a body that moves keeps its length");
        body[slot(request)].wrap(copy, offset, length);
    }

    /** A valid REPLY for this client id and group. */
    public void onReply(final MutableDirectBuffer buffer, final int offset, final long now) {
        nowNs = now;
        reply.wrap(buffer, offset);
        final long replyView = reply.view();
        final int replica = reply.replica();
        learn(replyView);
        isRefusalCounted = false;
        final int count = reply.rowCount();
        int at = reply.bodies();
        for (int i = 0; i < count && stage != Stage.ENDED; i++) {
            final int row = reply.row(i);
            final int length = ReplyFlyweight.length(buffer, row);
            if (ReplyFlyweight.request(buffer, row) == 0) {
                onRegisterRow(buffer, row, replyView, replica);
            } else if (stage == Stage.OPEN && ReplyFlyweight.session(buffer, row) == session) {
                onRow(buffer, row, at, length, replyView, replica);
            }
            at += length;
        }
    }

    /** A valid CLIENT_VIEW of this group, or any other frame that states a view which has started. */
    public void onView(final long started, final long now) {
        nowNs = now;
        learn(started);
    }

    /** The connection to a replica has ended: what was sent to it may never have arrived. */
    public void onDisconnected(final int replica, final long now) {
        nowNs = now;
        if (replica == target() && isTimed) {
            detour = (detour + 1) % context.replicaCount();
            backOff();
        }
    }

    /** Sends what waits or is due. */
    public void poll(final long now) {
        nowNs = now;
        if (stage == Stage.ENDED || !hasWork()) {
            return;
        }
        if (isTimed && nowNs - timeoutAtNs >= 0) {
            detour = (detour + 1) % context.replicaCount();
            timeoutNs = Math.min(2 * timeoutNs, TIMEOUT_MAX_NS);
            startPass();
            isHolding = false;
        }
        if (isHolding && nowNs - holdUntilNs < 0) {
            return;
        }
        isHolding = false;
        if (stage == Stage.OPEN) {
            sendRequests();
        } else if (!isRegisterSent) {
            sendRegister();
        }
    }

    /** Nanoseconds until {@link #poll} has something to do again, {@code Long.MAX_VALUE} if only an input can change that. */
    public long delayNs(final long now) {
        if (stage == Stage.ENDED || !hasWork()) {
            return Long.MAX_VALUE;
        }
        long delay = Long.MAX_VALUE;
        if (isTimed) {
            delay = timeoutAtNs - now;
        }
        if (isHolding) {
            delay = Math.min(delay, holdUntilNs - now);
        } else if (stage == Stage.OPEN ? nextToSend <= last : !isRegisterSent) {
            delay = 0;
        }
        return Math.max(0, delay);
    }

    /** Gives up: what was sent is unknown, what was not is not applied. */
    public void close() {
        end(ReplyStatus.RETRY);
    }

    private boolean hasWork() {
        return !isIdle() || (isWanted && stage != Stage.OPEN);
    }

    // ---- answers ----

    private void onRegisterRow(final DirectBuffer buffer, final int row, final long replyView, final int replica) {
        if (stage != Stage.REGISTERING) {
            return;
        }
        final int status = ReplyFlyweight.status(buffer, row);
        if (status == ReplyStatus.OK) {
            session = ReplyFlyweight.session(buffer, row);
            sessionView = replyView;
            stage = Stage.OPEN;
            startPass();
            onProgress(replyView, replica);
            isTimed = false;
        } else if (isRegisterSent) {
            onRefusal(lowest, status, replica);
        }
    }

    private void onRow(
            final DirectBuffer buffer,
            final int row,
            final int replyOffset,
            final int length,
            final long replyView,
            final int replica) {
        final long request = ReplyFlyweight.request(buffer, row);
        if (request < lowest || request > last || isAnswered[slot(request)]) {
            return;
        }
        final int status = ReplyFlyweight.status(buffer, row);
        final long op = ReplyFlyweight.op(buffer, row);
        if (status == ReplyStatus.NO_SESSION) {
            // 1. A primary is cut off; 2. the session is opened in a later view; 3. a frame reaches the old primary,
            // which has never heard of it. Only one that leads a view at or after the opening can say that the
            // session is gone.
            if (replyView >= sessionView) {
                end(status);
            }
        } else if (op > 0) {
            onApplied(
                    request,
                    status,
                    op,
                    ReplyFlyweight.digest(buffer, row),
                    buffer,
                    replyOffset,
                    length,
                    replyView,
                    replica);
        } else if (status == ReplyStatus.TOO_OLD) {
            answered(request, Outcome.UNKNOWN, status, 0, EMPTY, 0, 0);
            onProgress(replyView, replica);
        } else if (request < nextToSend) {
            onRefusal(request, status, replica);
        }
    }

    private void onApplied(
            final long request,
            final int status,
            final long op,
            final long digest,
            final DirectBuffer buffer,
            final int replyOffset,
            final int length,
            final long replyView,
            final int replica) {
        final UnsafeBuffer own = body[slot(request)];
        checksum.hash(own, 0, own.capacity());
        onProgress(replyView, replica);
        if (checksum.lo() != digest) {
            // Another request won this number, so this one never will.
            answered(request, Outcome.NOT_APPLIED, ReplyStatus.MALFORMED, 0, EMPTY, 0, 0);
        } else {
            answered(
                    request,
                    status == ReplyStatus.OK ? Outcome.OK : Outcome.NOT_APPLIED,
                    status,
                    op,
                    buffer,
                    replyOffset,
                    length);
        }
    }

    private void answered(
            final long request,
            final Outcome outcome,
            final int status,
            final long op,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        isAnswered[slot(request)] = true;
        body[slot(request)].wrap(EMPTY);
        while (lowest <= last && isAnswered[slot(lowest)]) {
            lowest++;
        }
        nextToSend = Math.max(nextToSend, lowest);
        isTimed &= lowest < nextToSend;
        port.onOutcome(request, outcome, status, op, buffer, offset, length);
    }

    /** The replica has taken none of what the row names. */
    private void onRefusal(final long request, final int status, final int replica) {
        switch (status) {
            case ReplyStatus.BUSY -> {
                if (replica == target()) {
                    onBusy(request);
                }
            }
            case ReplyStatus.NOT_PRIMARY -> {
                if (replica == target()) {
                    detour = (detour + 1) % context.replicaCount();
                    backOff();
                }
            }
            case ReplyStatus.GAP, ReplyStatus.RETRY, ReplyStatus.CATCHING_UP -> {
                if (replica == target()) {
                    turnAway();
                    backOff();
                }
            }
            // The primary will not take this number in this shape, and it must not be given to another request.
            default -> end(status);
        }
    }

    /** Its queue is full: what it took before is on its way, so that only what it refused is sent again. */
    private void onBusy(final long request) {
        final boolean isTurned = !isRefusalCounted && turnAway();
        if (!isRefusalCounted) {
            hold();
            isRefusalCounted = true;
        }
        nextToSend = isTurned ? lowest : Math.max(lowest, request);
        isRegisterSent = false;
        isTimed &= lowest < nextToSend;
    }

    /** A primary that the others have left behind may refuse for ever: now and then somebody else is asked. @return whether now. */
    private boolean turnAway() {
        if (refusals % REFUSALS_PER_REPLICA != REFUSALS_PER_REPLICA - 1) {
            return false;
        }
        detour = (detour + 1) % context.replicaCount();
        return true;
    }

    private void onProgress(final long replyView, final int replica) {
        refusals = 0;
        timeoutNs = TIMEOUT_MIN_NS;
        if (replica == context.primaryOf(group, replyView)) {
            detour = 0;
        }
        if (isTimed) {
            time();
        }
    }

    private void learn(final long started) {
        if (started <= view) {
            return;
        }
        view = started;
        detour = 0;
        refusals = 0;
        timeoutNs = TIMEOUT_MIN_NS;
        // Whatever the former primary did not answer it may never have prepared.
        startPass();
        isHolding = false;
    }

    private void end(final int status) {
        if (stage == Stage.ENDED) {
            return;
        }
        stage = Stage.ENDED;
        final long end = last;
        for (long request = lowest; request <= end; request++) {
            if (!isAnswered[slot(request)]) {
                isAnswered[slot(request)] = true;
                body[slot(request)].wrap(EMPTY);
                port.onOutcome(
                        request,
                        request <= highestEverSent ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                        status,
                        0,
                        EMPTY,
                        0,
                        0);
            }
        }
        lowest = last + 1;
    }

    // ---- sending ----

    private int target() {
        return (context.primaryOf(group, view) + detour) % context.replicaCount();
    }

    private void startPass() {
        nextToSend = lowest;
        isRegisterSent = false;
        isTimed = false;
    }

    private void backOff() {
        startPass();
        hold();
    }

    private void hold() {
        isHolding = true;
        holdUntilNs = nowNs + jitter(Math.min(BACKOFF_MIN_NS << Math.min(refusals, 16), BACKOFF_MAX_NS));
        refusals++;
    }

    private void time() {
        isTimed = true;
        timeoutAtNs = nowNs + jitter(timeoutNs);
    }

    /** From 3/4 to 5/4. */
    private long jitter(final long ns) {
        return ns / 4 * 3 + (long) random.nextInt(1 << 16) * (ns / 2) / (1 << 16);
    }

    private void sendRegister() {
        stage = Stage.REGISTERING;
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        scratch.checkLimit(batch + RequestBatch.length(1, 0));
        RequestBatch.count(scratch, batch, 1);
        putRow(batch, 0, 0, 0, RequestBatch.OPERATION_REGISTER, 0, 0, 0);
        isRegisterSent = true;
        transmit(RequestBatch.length(1, 0));
    }

    /** Everything unanswered from {@link #nextToSend}, in as few frames as its size allows. */
    private void sendRequests() {
        final int bodyMax = context.frameSizeMax() - HeaderFlyweight.HEADER_LENGTH;
        while (nextToSend <= last && stage == Stage.OPEN && !isHolding) {
            int count = 0;
            int bodies = 0;
            long end = nextToSend;
            for (; end <= last; end++) {
                if (!isAnswered[slot(end)]) {
                    final int length = body[slot(end)].capacity();
                    if (count > 0 && RequestBatch.length(count + 1, bodies) + (long) length > bodyMax) {
                        break;
                    }
                    count++;
                    bodies += length;
                }
            }
            if (count > 0 && !transmit(encode(end, count, bodies))) {
                return;
            }
            nextToSend = end;
            highestEverSent = Math.max(highestEverSent, end - 1);
        }
    }

    /** Puts the batch of what is unanswered in [nextToSend, end); returns its length. */
    private int encode(final long end, final int count, final int bodies) {
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        final int length = RequestBatch.length(count, bodies);
        scratch.checkLimit(batch + length);
        RequestBatch.count(scratch, batch, count);
        int row = 0;
        int at = RequestBatch.row(batch, count);
        for (long request = nextToSend; request < end; request++) {
            final int slot = slot(request);
            if (!isAnswered[slot]) {
                final int bodyLength = body[slot].capacity();
                putRow(batch, row++, session, request, operation[slot], namespace[slot], incarnation[slot], bodyLength);
                scratch.putBytes(at, body[slot], 0, bodyLength);
                at += bodyLength;
            }
        }
        return length;
    }

    private void putRow(
            final int batch,
            final int index,
            final long rowSession,
            final long request,
            final int rowOperation,
            final long rowNamespace,
            final long rowIncarnation,
            final int length) {
        RequestBatch.putRow(
                scratch,
                RequestBatch.row(batch, index),
                clientLo,
                clientHi,
                rowSession,
                request,
                rowOperation,
                rowNamespace,
                rowIncarnation,
                length);
    }

    /** Sends the batch in {@link #scratch}; false if it certainly was not sent, and then it, or another replica, is tried soon. */
    private boolean transmit(final int batchLength) {
        final int size = HeaderFlyweight.HEADER_LENGTH + batchLength;
        frame.wrap(scratch, 0);
        frame.init(Command.REQUEST, context.clusterLo(), context.clusterHi(), size, view, 0, group);
        frame.client(clientLo, clientHi);
        frame.seal(checksum);
        if (!port.send(target(), scratch, 0, size)) {
            if (port.isFull(target())) {
                awaitRoom();
                return false;
            }
            detour = (detour + 1) % context.replicaCount();
            backOff();
            return false;
        }
        if (!isTimed) {
            time();
        }
        return true;
    }

    /** Goes on where it stopped; but a replica that takes nothing for so long as one that does not answer is treated as such. */
    private void awaitRoom() {
        isRegisterSent = false;
        isHolding = true;
        holdUntilNs = nowNs + jitter(BACKOFF_MIN_NS);
        if (!isTimed) {
            time();
        }
    }

    private int slot(final long request) {
        return windowMask >= 0 ? (int) request & windowMask : (int) (request % context.window());
    }
}
