package io.vireo.node.client.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.LegacyFrame;
import io.vireo.node.iggy.Secret;
import io.vireo.node.iggy.WireException;
import io.vireo.node.iggy.WireLimits;
import io.vireo.node.iggy.WireReader;
import io.vireo.node.iggy.WireWriter;
import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsRecords;
import io.vireo.node.transport.HostPort;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A blocking client of the legacy framing, for commands: one connection to one node at a time, one request under way, and the same login
 * after {@link #reconnect}. It never sends a request twice by itself, because only who sends it knows whether that would do harm. Used by
 * one thread; {@link #close} may be called by any.
 */
public final class IggyClient implements AutoCloseable {
    /** Of a reply: a poll that is answered with as much as a send may hold, each message with a header of its own. */
    private static final long REPLY_MAX = 2L * WireLimits.SEND_BATCH_MAX;

    /** Writes the payload of a request. */
    public interface Body {
        void writeTo(WireWriter out);
    }

    private interface Login {
        void send(IggyClient client) throws IOException, RequestRefusedException;
    }

    private final List<HostPort> nodes;
    private final int timeoutMs;
    private final Tls tls;
    private final ExpandableArrayBuffer request = new ExpandableArrayBuffer(1024);
    private final WireWriter writer = new WireWriter();
    private volatile Socket socket;
    private volatile boolean isClosed;
    private int node = -1;
    private Login login;

    /**
     * @param nodes where the nodes of the cluster serve clients, at least one; tried in this order.
     * @param timeoutMs for a connection, and for each answer.
     * @param tls by which the nodes are called; null where connections are without.
     */
    public IggyClient(final List<HostPort> nodes, final int timeoutMs, final Tls tls) {
        this.nodes = List.copyOf(nodes);
        this.timeoutMs = timeoutMs;
        this.tls = tls;
    }

    /** Connects to the first node that lets in. @throws IOException that says for each why it does not. */
    public void connect() throws IOException {
        final StringBuilder problems = new StringBuilder();
        for (int i = 0; i < nodes.size(); i++) {
            node = (node + 1) % nodes.size();
            try {
                open(nodes.get(node));
                return;
            } catch (final IOException e) {
                problems.append(problems.length() == 0 ? "" : "; ")
                        .append(nodes.get(node))
                        .append(": ")
                        .append(e.getMessage());
            }
        }
        throw new IOException("no node answers: " + problems);
    }

    /** Leaves this node for the next one that lets in, with the same login. */
    public void reconnect() throws IOException, RequestRefusedException {
        disconnect();
        connect();
        if (login != null) {
            login.send(this);
        }
    }

    public void login(final String username, final Secret password) throws IOException, RequestRefusedException {
        loginBy(client -> client.request(CommandCode.LOGIN_USER, out -> {
            out.str8(username);
            out.str8(password.value());
            out.str32("");
            out.str32("");
        }));
    }

    /** @param token a personal access token as it was shown once. */
    public void loginWithToken(final Secret token) throws IOException, RequestRefusedException {
        loginBy(client -> client.request(CommandCode.LOGIN_WITH_TOKEN, out -> out.str8(token.value())));
    }

    private void loginBy(final Login newLogin) throws IOException, RequestRefusedException {
        // Before the answer: where a node does not give one, the next is asked.
        login = newLogin;
        newLogin.send(this);
    }

    /** The node that is connected, or was last. */
    public HostPort node() {
        return nodes.get(Math.max(node, 0));
    }

    /** Sends a request without payload. */
    public WireReader request(final CommandCode command) throws IOException, RequestRefusedException {
        return request(command, out -> {});
    }

    /**
     * Sends a request and waits for the answer.
     *
     * @return its payload, from front to back; stands until the next request.
     * @throws IOException if the connection is lost: then it is unknown whether the request was done.
     * @throws IllegalArgumentException if a text does not fit into its field.
     */
    public WireReader request(final CommandCode command, final Body body) throws IOException, RequestRefusedException {
        final Socket connected = socket;
        if (connected == null) {
            throw new IOException("there is no connection");
        }
        writer.begin(request, 0);
        body.writeTo(writer);
        final int length = writer.position();
        request.putInt(0, length - LegacyFrame.HEADER_LENGTH + Integer.BYTES, LITTLE_ENDIAN);
        request.putInt(Integer.BYTES, command.code(), LITTLE_ENDIAN);
        try {
            connected.getOutputStream().write(request.byteArray(), 0, length);
            return answer(command, connected.getInputStream());
        } catch (final IOException e) {
            disconnect();
            throw new IOException(node() + " did not answer: " + text(e), e);
        }
    }

    private static WireReader answer(final CommandCode command, final InputStream in)
            throws IOException, RequestRefusedException {
        final UnsafeBuffer header = new UnsafeBuffer(exactly(in, LegacyFrame.HEADER_LENGTH));
        final int status = header.getInt(0, LITTLE_ENDIAN);
        final long length = header.getInt(Integer.BYTES, LITTLE_ENDIAN) & 0xffff_ffffL;
        if (length > REPLY_MAX) {
            throw new IOException("the answer is said to have " + length + " bytes");
        }
        final byte[] payload = exactly(in, (int) length);
        if (status != LegacyFrame.STATUS_OK) {
            throw new RequestRefusedException(command, status);
        }
        return new WireReader().wrap(new UnsafeBuffer(payload), 0, payload.length);
    }

    private static byte[] exactly(final InputStream in, final int length) throws IOException {
        // Grows with what arrives: no length from outside is trusted with memory.
        final byte[] bytes = in.readNBytes(length);
        if (TlsRecords.isAlert(new UnsafeBuffer(bytes), 0, bytes.length) && bytes.length < length) {
            throw new EOFException(TlsRecords.TLS_CALLED_CLIENTS);
        }
        if (bytes.length < length) {
            throw new EOFException("it closed the connection");
        }
        return bytes;
    }

    /** What a reply that is not what it should be ends in. */
    static IOException malformed(final CommandCode command, final WireException cause) {
        return new IOException("the answer to " + command + " is malformed: " + cause.getMessage(), cause);
    }

    private void open(final HostPort address) throws IOException {
        final Socket opened = new Socket();
        try {
            opened.setTcpNoDelay(true);
            opened.setSoTimeout(timeoutMs);
            opened.connect(new InetSocketAddress(address.host(), address.port()), timeoutMs);
            socket = tls == null ? opened : tls.call(opened, address.host());
            if (isClosed) {
                throw new IOException("the client is closed");
            }
        } catch (final IOException e) {
            opened.close();
            socket = null;
            throw new IOException(text(e), e);
        }
    }

    private void disconnect() throws IOException {
        final Socket connected = socket;
        socket = null;
        if (connected != null) {
            connected.close();
        }
    }

    private static String text(final IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        disconnect();
    }
}
