package io.vireo.node.gateway;

import io.vireo.node.iggy.ClientRecord;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.LegacyFrame;
import io.vireo.node.iggy.Request;
import io.vireo.node.iggy.WireException;
import io.vireo.node.stream.machine.Actor;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * One client's connection: bytes in, requests begun in their order, responses out in the same order. Belongs to the thread of its
 * {@link Gateway}. Memory is bounded by what {@link RequestMemory} has given for the request that is being received and those under way,
 * {@link #RECEIVE_MAX}, {@link GatewaySettings#outputMax}, and one response: where a bound is reached nothing is begun, {@link #receiveMax} is
 * 0, and the client waits in its socket.
 *
 * <p>The protocol cannot lose its framing: what is refused is passed over by its length. So a connection ends only by the client, or by who
 * owns the socket.
 */
public final class GatewayConnection {
    /** Bytes taken at a time. */
    static final int RECEIVE_MAX = 64 * 1024;

    /** Longest request of who is not logged in: a login with name and password, and 256 bytes for what the client tells of itself. */
    static final int UNAUTHENTICATED_LENGTH_MAX = 256 + LegacyFrame.HEADER_LENGTH + 51 + 101 + 8;

    /** Who owns the socket. */
    public interface Listener {
        /** There may be output, or room to receive, where there was none. Not to call back into the connection before it returns. */
        void onProgress();
    }

    private final Gateway gateway;
    private final int clientId;
    private final ClientRecord.Transport transport;
    private final String address;
    private final Listener listener;
    private final LegacyFrame frame = new LegacyFrame();
    private final ReceiveBuffer received = new ReceiveBuffer();
    private final ResponseQueue responses = new ResponseQueue();
    private final GroupReads groupReads = new GroupReads();
    private final SendOrder sends = new SendOrder();
    private final RecentLookUps lookUps = new RecentLookUps();
    private final Patience patience;
    /** Null if nobody is logged in. */
    private Actor actor;
    /** Begun, and still in need of its bytes or of its place in the log. */
    private Exchange starting;

    private Overlap inflightKind = Overlap.ALONE;
    private int inflight;
    private long inflightBytes;
    /** Bytes of a refused request that are still to come. */
    private long skip;

    /** Bytes of memory that were given for the request at the front of what was received; 0 if it is small, or not begun to arrive. */
    private int granted;
    /** When as much of that request as counts for progress had arrived, and how much that was. */
    private long lastProgressNs;

    private int lastProgressLength;

    private boolean isBlocked;
    private boolean isAdvancing;
    private boolean isClosed;
    private boolean hasJoined;

    GatewayConnection(
            final Gateway gateway,
            final int clientId,
            final ClientRecord.Transport transport,
            final String address,
            final Listener listener) {
        this.gateway = gateway;
        this.clientId = clientId;
        this.transport = transport;
        this.address = address;
        this.listener = listener;
        this.patience = new Patience(gateway.settings().requestTimeoutNs(), gateway.nowNs());
    }

    /** Bytes that may be received now; 0 while the socket is not to be read. */
    public int receiveMax() {
        return isBlocked || isClosed ? 0 : RECEIVE_MAX;
    }

    /** @param length at most {@link #receiveMax}. */
    public void onReceived(final DirectBuffer bytes, final int offset, final int length) {
        if (length > receiveMax()) {
            throw new IllegalArgumentException(length + " bytes, at most " + receiveMax() + " are taken");
        }
        received.append(bytes, offset, length);
        patience.onReceived(gateway.nowNs());
        if (granted > 0 && received.length() - lastProgressLength >= RECEIVE_MAX) {
            onProgress();
        }
        advance();
    }

    /** Where the output is; valid until the next call. */
    public DirectBuffer output() {
        return responses.output();
    }

    public int outputOffset() {
        return responses.outputOffset();
    }

    /** Bytes for the socket to send. */
    public int outputLength() {
        return responses.outputLength();
    }

    /** True if nothing is under way and nothing waits for the client: without more bytes from it nothing will ever come. */
    public boolean isIdle() {
        return inflight == 0 && responses.bytes() == 0;
    }

    /** True if nobody is logged in, and no request is under way that could change that. */
    public boolean isStranger() {
        return actor == null && inflight == 0;
    }

    /** True if somebody is logged in. */
    public boolean isLoggedIn() {
        return actor != null;
    }

    /** The socket has taken so many bytes of the output. */
    public void onSent(final int length) {
        if (length < 0 || length > responses.outputLength()) {
            throw new IllegalArgumentException(length + " bytes sent, " + responses.outputLength() + " are there");
        }
        responses.onSent(length);
        advance();
    }

    /** The socket is gone. What is under way goes on; then the connection leaves its consumer groups through the log. */
    public void onClosed() {
        if (!isClosed) {
            isClosed = true;
            actor = null;
            gateway.onClosed(this);
            gateway.memory().forget(this);
            giveUpGranted();
            leaveIfIdle();
        }
    }

    /** Bytes held for requests and responses, for limits and metrics. */
    public long memoryBytes() {
        return received.capacity() + inflightBytes + responses.bytes();
    }

    /** True if the client is gone. */
    boolean isClosed() {
        return isClosed;
    }

    int clientId() {
        return clientId;
    }

    Actor actor() {
        return actor;
    }

    /** Null to log out. */
    void actor(final Actor newActor) {
        // A login whose answer comes when the socket is gone is nobody's.
        actor = isClosed ? null : newActor;
        lookUps.clear();
    }

    GroupReads groupReads() {
        return groupReads;
    }

    SendOrder sends() {
        return sends;
    }

    RecentLookUps lookUps() {
        return lookUps;
    }

    /** From here on its end is to be logged. */
    void onJoin() {
        hasJoined = true;
    }

    ClientRecord record(final List<ClientRecord.Membership> groups) {
        final int user = actor == null ? ClientRecord.NOT_LOGGED_IN : actor.user();
        return new ClientRecord(clientId, user, transport, address, groups);
    }

    ResponseQueue responses() {
        return responses;
    }

    /** Reads again the request that is starting: flyweights of the decoder stand only until somebody else's request. */
    Request decodeStarting() {
        try {
            frame.wrap(received.buffer(), received.offset(), received.length());
            return gateway.decoder()
                    .decode(frame.command(), received.buffer(), frame.payloadOffset(), frame.payloadLength());
        } catch (final WireException e) {
            throw new IllegalStateException("a request that was valid is no longer", e);
        }
    }

    void onStarted(final Exchange exchange) {
        if (exchange.equals(starting)) {
            starting = null;
            received.consume(exchange.length());
            advance();
        }
    }

    void onAnswered(final Exchange exchange) {
        inflight--;
        inflightBytes -= exchange.length();
        patience.onAnswered(exchange.deadlineNs(), gateway.nowNs());
        onStarted(exchange);
        sends.leave(exchange);
        advance();
        leaveIfIdle();
        gateway.memory().give(exchange.length());
    }

    /** It is this one's turn to begin what it had no room for. */
    void onMemory() {
        // It has waited for others, of whom it knows nothing.
        patience.onReceived(gateway.nowNs());
        advance();
    }

    /** When enough of the request for which there is room had arrived for the last time. */
    long lastProgressNs() {
        return lastProgressNs;
    }

    /** Too little has come of a request while others wait for the room that it was given: it is refused, and passed over as it comes. */
    void onStalled() {
        skip = frame.frameLength() - received.length();
        received.consume(received.length());
        responses.fail(responses.add(LegacyFrame.HEADER_LENGTH), IggyError.SHARD_COMMUNICATION_ERROR);
        giveUpGranted();
        advance();
    }

    private void onProgress() {
        lastProgressNs = gateway.nowNs();
        lastProgressLength = received.length();
    }

    private void giveUpGranted() {
        final int given = granted;
        granted = 0;
        if (given > 0) {
            received.expect(0);
            gateway.memory().onReceived(this);
            gateway.memory().give(given);
        }
    }

    private void advance() {
        if (isAdvancing) {
            return;
        }
        isAdvancing = true;
        isBlocked = false;
        boolean isMoving = !isClosed;
        while (isMoving) {
            isMoving = step() && !isClosed;
        }
        isAdvancing = false;
        if (!isClosed) {
            listener.onProgress();
        }
    }

    /** Does one thing with the front of what was received; false if nothing more can be done now. */
    private boolean step() {
        if (skip > 0) {
            final int passed = (int) Math.min(skip, received.length());
            received.consume(passed);
            skip -= passed;
            return passed > 0;
        }
        if (starting != null) {
            isBlocked = true;
            return false;
        }
        final LegacyFrame.Progress progress = frame.wrap(received.buffer(), received.offset(), received.length());
        if (progress == LegacyFrame.Progress.REFUSED) {
            return refuse(IggyError.INVALID_COMMAND);
        }
        if (frame.command() == null) {
            return false;
        }
        if (actor == null && frame.frameLength() > UNAUTHENTICATED_LENGTH_MAX) {
            return refuse(frame.command().needsLogin() ? IggyError.UNAUTHENTICATED : IggyError.INVALID_COMMAND);
        }
        if (progress == LegacyFrame.Progress.INCOMPLETE && gateway.memory().isSmall(frame.frameLength())) {
            return false;
        }
        if (actor == null && frame.command().needsLogin()) {
            return refuse(IggyError.UNAUTHENTICATED);
        }
        if (!reserve() || progress == LegacyFrame.Progress.INCOMPLETE) {
            return false;
        }
        gateway.memory().onReceived(this);
        return begin();
    }

    /** Whether there is room for the request at the front; as long as there is none, or it could not begin, no more of it is received. */
    private boolean reserve() {
        if (granted > 0 || gateway.memory().isSmall(frame.frameLength())) {
            return true;
        }
        final int length = (int) frame.frameLength();
        final boolean isPossible = inflight == 0 || Overlap.isPossible(frame.command(), inflightKind);
        if (!hasRoom(isPossible ? inflightKind : Overlap.ALONE, LegacyFrame.HEADER_LENGTH)) {
            return false;
        }
        if (!gateway.memory().take(this, length, received.length() >= length)) {
            isBlocked = true;
            return false;
        }
        granted = length;
        received.expect(length + RECEIVE_MAX);
        onProgress();
        return true;
    }

    /** Answers without beginning, and passes over the bytes as they come. */
    private boolean refuse(final IggyError error) {
        // Also a refusal waits for what is under way: that may be a login.
        if (!hasRoom(Overlap.ALONE, LegacyFrame.HEADER_LENGTH)) {
            return false;
        }
        skip = frame.frameLength();
        giveUpGranted();
        responses.fail(responses.add(LegacyFrame.HEADER_LENGTH), error);
        return true;
    }

    private boolean begin() {
        if (inflight > 0 && !Overlap.isPossible(frame.command(), inflightKind)) {
            isBlocked = true;
            return false;
        }
        final int length = (int) frame.frameLength();
        final Request request;
        try {
            request = gateway.decoder()
                    .decode(frame.command(), received.buffer(), frame.payloadOffset(), frame.payloadLength());
        } catch (final WireException e) {
            return refuse(e.error());
        }
        final Overlap kind = Overlap.of(request);
        final int reserved = gateway.responseLength(request);
        if (!hasRoom(kind, reserved)) {
            return false;
        }
        if (granted == 0) {
            // A small one, which always finds room.
            gateway.memory().take(this, length, true);
        } else {
            granted = 0;
            received.expect(0);
        }
        inflight++;
        inflightBytes += length;
        inflightKind = kind;
        final long deadlineNs = patience.deadlineNs(gateway.nowNs());
        starting = new Exchange(this, responses.add(reserved), actor, deadlineNs, length);
        gateway.begin(request, starting);
        return true;
    }

    /** Whether one more may begin beside those under way, and its response will find room. */
    private boolean hasRoom(final Overlap kind, final int reserved) {
        final boolean isBeside = inflight == 0
                || kind.isWith(inflightKind)
                        && inflight < gateway.settings().inflightMax()
                        && inflightBytes < gateway.settings().batchLengthMax();
        final boolean isRoom = responses.bytes() == 0
                || responses.bytes() + reserved <= gateway.settings().outputMax();
        isBlocked = !isBeside || !isRoom;
        return !isBlocked;
    }

    private void leaveIfIdle() {
        if (isClosed && inflight == 0 && hasJoined) {
            hasJoined = false;
            gateway.leave(this);
        }
    }
}
