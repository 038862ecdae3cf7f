package io.vireo.node.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.transport.HostPort;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
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
    private final int timeoutMs;

    public StatusClient(final ClusterConfig cluster, final int timeoutMs) {
        this.cluster = cluster;
        this.timeoutMs = timeoutMs;
    }

    /** The JSON document of a replica's first shard; an IOException says why there is none. */
    public String ask(final int replica) throws IOException {
        return ask(replica, 0);
    }

    /** The JSON document of the shard that listens at one of a replica's addresses; an IOException says why there is none. */
    public String ask(final int replica, final int shard) throws IOException {
        final HostPort address = HostPort.parse(cluster.addresses(replica).get(shard));
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMs);
            socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMs);
            socket.getOutputStream().write(question(replica));
            final long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
            while (System.nanoTime() - deadline < 0) {
                final String answer = answer(socket.getInputStream());
                if (answer != null) {
                    return answer;
                }
            }
            throw new IOException("no answer within " + timeoutMs + " ms");
        }
    }

    private byte[] question(final int replica) {
        final Checksum checksum = new Checksum();
        final byte[] bytes = new byte[2 * HeaderFlyweight.HEADER_LENGTH];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final HelloFlyweight hello = new HelloFlyweight().wrap(buffer, 0);
        hello.init(Command.HELLO, cluster.clusterLo(), cluster.clusterHi(), HeaderFlyweight.HEADER_LENGTH, 0, 0, 0);
        hello.role(HelloFlyweight.ROLE_CLIENT).target(replica).groupCount(0).seal(checksum);
        final HeaderFlyweight status = new HeaderFlyweight().wrap(buffer, HeaderFlyweight.HEADER_LENGTH);
        status.init(Command.STATUS, cluster.clusterLo(), cluster.clusterHi(), HeaderFlyweight.HEADER_LENGTH, 0, 0, 0);
        status.seal(checksum);
        return bytes;
    }

    /** The document, or null for another frame. */
    private String answer(final InputStream in) throws IOException {
        byte[] frame = in.readNBytes(HeaderFlyweight.HEADER_LENGTH);
        if (frame.length < HeaderFlyweight.HEADER_LENGTH) {
            throw new EOFException("closed by the replica");
        }
        final long size = new HeaderFlyweight().wrap(new UnsafeBuffer(frame), 0).size();
        if (size < HeaderFlyweight.HEADER_LENGTH || size > FRAME_MAX) {
            throw new IOException("answered by a frame of " + size + " bytes");
        }
        final byte[] body = in.readNBytes((int) size - HeaderFlyweight.HEADER_LENGTH);
        frame = Arrays.copyOf(frame, HeaderFlyweight.HEADER_LENGTH + body.length);
        System.arraycopy(body, 0, frame, HeaderFlyweight.HEADER_LENGTH, body.length);
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
        // A REJECT may come from another cluster: that is what it says.
        final String invalid = new MessageCheck(header.clusterLo(), header.clusterHi(), FRAME_MAX)
                .invalidReason(buffer, 0, frame.length);
        if (invalid != null) {
            throw new IOException("answered by an invalid frame: " + invalid);
        }
        if (header.command() == Command.REJECT) {
            final RejectFlyweight reject = new RejectFlyweight().wrap(buffer, 0);
            throw new IOException("rejected, " + reject.reason() + ": " + reject.text());
        }
        return header.command() == Command.STATUS_REPLY
                ? buffer.getStringWithoutLengthUtf8(HeaderFlyweight.HEADER_LENGTH, body.length)
                : null;
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
