package io.vireo.node.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.CallerProof;
import io.vireo.node.auth.LinkAuth;
import io.vireo.node.client.ClusterAccess;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsRecords;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.TransportContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** Asks one shard of a replica for its status over a connection of its own. Blocking, for commands; one call, one connection. */
public final class StatusClient {
    private static final int FRAME_MAX = NodeStatus.BYTES_MAX + 64 * 1024;
    private static final JsonFactory JSON = new JsonFactory();

    private final ClusterConfig cluster;
    private final LinkAuth auth;
    private final Tls tls;
    private final int timeoutMs;

    /** @param access what the replicas want of who asks. */
    public StatusClient(final ClusterConfig cluster, final ClusterAccess access, final int timeoutMs) {
        this.cluster = cluster;
        this.auth = access.secret() == null ? null : new LinkAuth(access.secret(), new SecureRandom()::nextBytes);
        this.tls = access.tls();
        this.timeoutMs = timeoutMs;
    }

    /** The JSON document of a replica's first shard; an IOException says why there is none. */
    public String ask(final int replica) throws IOException {
        return ask(replica, 0);
    }

    /** The JSON document of the shard that listens at one of a replica's addresses; an IOException says why there is none. */
    public String ask(final int replica, final int shard) throws IOException {
        return ask(replica, shard, Command.STATUS);
    }

    /** Has a shard check its files now; the document is of the moment when that has begun. */
    public String scrub(final int replica, final int shard) throws IOException {
        return ask(replica, shard, Command.SCRUB);
    }

    private String ask(final int replica, final int shard, final Command command) throws IOException {
        final HostPort address = HostPort.parse(cluster.addresses(replica).get(shard));
        try (Socket connected = new Socket()) {
            connected.setTcpNoDelay(true);
            connected.setSoTimeout(timeoutMs);
            connect(connected, address);
            final long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
            final Socket socket = tls == null ? connected : tls.call(connected, address.host());
            enter(socket, replica);
            socket.getOutputStream().write(question(command));
            while (System.nanoTime() - deadline < 0) {
                final UnsafeBuffer answer = answer(socket.getInputStream(), FRAME_MAX);
                if (new HeaderFlyweight().wrap(answer, 0).command() == Command.STATUS_REPLY) {
                    return answer.getStringWithoutLengthUtf8(
                            HeaderFlyweight.HEADER_LENGTH, answer.capacity() - HeaderFlyweight.HEADER_LENGTH);
                }
            }
            throw new IOException("no answer within " + timeoutMs + " ms");
        }
    }

    /** Whatever goes wrong before there is a connection: nothing has listened there. The name of a machine that is gone is often gone too. */
    private void connect(final Socket socket, final HostPort address) throws IOException {
        try {
            socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMs);
        } catch (final UnknownHostException e) {
            throw new StatusException(
                    StatusException.Kind.NOT_REACHED, "the name " + address.host() + " is not known", e);
        } catch (final IOException e) {
            throw new StatusException(StatusException.Kind.NOT_REACHED, e.getMessage(), e);
        }
    }

    /** Says HELLO, and proves the secret if there is one; the WELCOME is left to be read where there is none. */
    private void enter(final Socket socket, final int replica) throws IOException {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH];
        final HelloFlyweight hello = new HelloFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        hello.init(Command.HELLO, cluster.clusterLo(), cluster.clusterHi(), bytes.length, 0, 0, 0);
        hello.role(HelloFlyweight.ROLE_CLIENT).target(replica).groupCount(0).seal(new Checksum());
        socket.getOutputStream().write(bytes);
        if (auth == null) {
            return;
        }
        final CallerProof proof = auth.call(new UnsafeBuffer(bytes), 0, bytes.length, 0);
        while (!proof.isProven()) {
            final String refusal =
                    proof.refusal(answer(socket.getInputStream(), TransportContext.HANDSHAKE_ANSWER_MAX), 0);
            if (refusal != null) {
                throw new StatusException(StatusException.Kind.STRANGER, refusal, null);
            }
            if (!proof.isProven()) {
                socket.getOutputStream().write(proof.answer().byteArray());
            }
        }
    }

    private byte[] question(final Command command) {
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH];
        final HeaderFlyweight status = new HeaderFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        status.init(command, cluster.clusterLo(), cluster.clusterHi(), bytes.length, 0, 0, 0);
        status.seal(new Checksum());
        return bytes;
    }

    /** The next frame that is neither a REJECT nor a CHALLENGE to somebody without a secret. */
    private UnsafeBuffer answer(final InputStream in, final int frameMax) throws IOException {
        byte[] frame = in.readNBytes(HeaderFlyweight.HEADER_LENGTH);
        if (TlsRecords.isAlert(new UnsafeBuffer(frame), 0, frame.length)) {
            throw new IOException(TlsRecords.TLS_CALLED_REPLICA);
        }
        if (frame.length < HeaderFlyweight.HEADER_LENGTH) {
            throw new EOFException("closed by the replica");
        }
        final long size = new HeaderFlyweight().wrap(new UnsafeBuffer(frame), 0).size();
        if (size < HeaderFlyweight.HEADER_LENGTH || size > frameMax) {
            throw new IOException("answered by a frame of " + size + " bytes");
        }
        final byte[] body = in.readNBytes((int) size - HeaderFlyweight.HEADER_LENGTH);
        frame = Arrays.copyOf(frame, HeaderFlyweight.HEADER_LENGTH + body.length);
        System.arraycopy(body, 0, frame, HeaderFlyweight.HEADER_LENGTH, body.length);
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
        // A REJECT may come from another cluster: that is what it says.
        final String invalid = new MessageCheck(header.clusterLo(), header.clusterHi(), frameMax)
                .invalidReason(buffer, 0, frame.length);
        if (invalid != null) {
            throw new IOException("answered by an invalid frame: " + invalid);
        }
        if (header.command() == Command.REJECT) {
            final RejectFlyweight reject = new RejectFlyweight().wrap(buffer, 0);
            throw StatusException.rejected(reject.reason(), reject.text());
        }
        if (header.command() == Command.CHALLENGE && auth == null) {
            throw new StatusException(StatusException.Kind.STRANGER, LinkAuth.NO_SECRET_HERE, null);
        }
        return buffer;
    }

    /** A document as maps, lists, texts, numbers and booleans. */
    public static Map<String, Object> parse(final String document) throws IOException {
        try (JsonParser json = JSON.createParser(document)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the status is no JSON object");
            }
            return object(json);
        }
    }

    private static Map<String, Object> object(final JsonParser json) throws IOException {
        final Map<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            final String name = json.currentName();
            json.nextToken();
            fields.put(name, value(json));
        }
        return fields;
    }

    private static Object value(final JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                final List<Object> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(json));
                }
                yield items;
            }
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> json.getText();
        };
    }
}
