package io.vireo.node.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.routing.RouterCounters;
import io.vireo.node.transport.CloseReason;
import io.vireo.node.transport.Link;
import io.vireo.node.transport.TcpTransport;
import io.vireo.node.transport.TransportContext;
import io.vireo.node.transport.TransportCounter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes what a shard of a node says about itself as JSON: the answer to a STATUS frame. Called on the shard's thread, rarely; allocates. Names are
 * part of what scripts rely on: fields are added, never renamed.
 */
public final class NodeStatus {
    /** No document is longer; what does not fit is left out from the end of the groups and counted in "groupsOmitted". */
    public static final int BYTES_MAX = TransportContext.STATUS_MAX;

    private static final JsonFactory JSON = new JsonFactory();

    private NodeStatus() {}

    /** What the node knows about one of its groups. */
    public interface GroupStatus {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * What the process knows about itself.
     *
     * @param shard of the replica that answers.
     * @param shardCount how many the replica runs, in this process and others.
     */
    public record Process(
            int replica,
            int shard,
            int shardCount,
            String clusterName,
            String version,
            long pid,
            long uptimeMs,
            String listen,
            long processNonce) {}

    /**
     * The port for clients of the protocol.
     *
     * @param address where they connect.
     * @param isServing whether they are accepted.
     * @param bufferBytes held for their requests and responses.
     */
    public record Clients(
            String address,
            boolean isServing,
            int connections,
            long bufferBytes,
            long accepted,
            long refused,
            long bytesIn,
            long bytesOut) {}

    /** The document as UTF-8. @param clients null where none are served. */
    public static byte[] write(
            final Process process,
            final Clients clients,
            final List<GroupStatus> groups,
            final TcpTransport transport,
            final RouterCounters handover,
            final int replicaCount) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("replica", process.replica);
            json.writeNumberField("shard", process.shard);
            json.writeNumberField("shards", process.shardCount);
            json.writeStringField("cluster", process.clusterName);
            json.writeStringField("version", process.version);
            json.writeNumberField("release", HeaderFlyweight.RELEASE);
            json.writeNumberField("pid", process.pid);
            json.writeNumberField("uptimeMs", process.uptimeMs);
            json.writeStringField("listen", process.listen);
            json.writeStringField("processNonce", Long.toHexString(process.processNonce));
            writeClients(json, clients);
            writeConnections(json, transport, replicaCount);
            json.writeObjectFieldStart("handover");
            json.writeNumberField("requests", handover.handedOver());
            json.writeNumberField("answers", handover.answered());
            json.writeNumberField("requestsRefused", handover.refused());
            json.writeNumberField("answersLost", handover.lost());
            json.writeEndObject();
            int written = 0;
            json.writeArrayFieldStart("groups");
            for (final GroupStatus group : groups) {
                json.flush();
                if (out.size() > BYTES_MAX - 8192) {
                    break;
                }
                json.writeStartObject();
                group.write(json);
                json.writeEndObject();
                written++;
            }
            json.writeEndArray();
            json.writeNumberField("groupsOmitted", groups.size() - written);
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** Writes the counters of a group that are not zero. */
    public static void writeEvents(final JsonGenerator json, final long[] counts) throws IOException {
        json.writeObjectFieldStart("events");
        for (final TraceEvent event : TraceEvent.values()) {
            if (counts[event.ordinal()] != 0) {
                json.writeNumberField(camel(event.name()), counts[event.ordinal()]);
            }
        }
        json.writeEndObject();
    }

    private static void writeClients(final JsonGenerator json, final Clients clients) throws IOException {
        if (clients == null) {
            return;
        }
        json.writeObjectFieldStart("clients");
        json.writeStringField("address", clients.address);
        json.writeBooleanField("serving", clients.isServing);
        json.writeNumberField("connections", clients.connections);
        json.writeNumberField("bufferBytes", clients.bufferBytes);
        json.writeNumberField("accepted", clients.accepted);
        json.writeNumberField("refused", clients.refused);
        json.writeNumberField("bytesIn", clients.bytesIn);
        json.writeNumberField("bytesOut", clients.bytesOut);
        json.writeEndObject();
    }

    private static void writeConnections(final JsonGenerator json, final TcpTransport transport, final int replicaCount)
            throws IOException {
        json.writeObjectFieldStart("connections");
        json.writeArrayFieldStart("replicas");
        for (int replica = 0; replica < replicaCount; replica++) {
            if (transport.isConnected(replica)) {
                json.writeNumber(replica);
            }
        }
        json.writeEndArray();
        json.writeArrayFieldStart("bulk");
        for (int replica = 0; replica < replicaCount; replica++) {
            if (transport.isBulkConnected(replica)) {
                json.writeNumber(replica);
            }
        }
        json.writeEndArray();
        writeLinks(json, transport);
        json.writeNumberField("clients", transport.clientConnectionCount());
        json.writeNumberField("clientIds", transport.clientCount());
        json.writeNumberField("replicaBufferBytes", transport.peerBufferBytes());
        json.writeNumberField("clientBufferBytes", transport.clientBufferBytes());
        json.writeEndObject();
        json.writeObjectFieldStart("transport");
        for (final TransportCounter counter : TransportCounter.values()) {
            json.writeNumberField(camel(counter.name()), transport.counters().get(counter));
        }
        json.writeObjectFieldStart("closed");
        for (final CloseReason reason : CloseReason.values()) {
            if (transport.counters().closedFor(reason) != 0) {
                json.writeNumberField(camel(reason.name()), transport.counters().closedFor(reason));
            }
        }
        json.writeEndObject();
        json.writeObjectFieldStart("invalidFrames");
        for (final Map.Entry<String, Long> reason :
                transport.counters().invalidFrames().entrySet()) {
            json.writeNumberField(reason.getKey(), reason.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeLinks(final JsonGenerator json, final TcpTransport transport) throws IOException {
        final List<Link> links = new ArrayList<>();
        transport.forEachLink(links::add);
        links.sort(
                Comparator.comparingInt(Link::replica).thenComparing(Link::lane).thenComparing(Link::remoteAddress));
        json.writeArrayFieldStart("links");
        for (final Link link : links) {
            json.writeStartObject();
            json.writeNumberField("replica", link.replica());
            json.writeStringField("lane", camel(link.lane().name()));
            json.writeStringField("address", link.remoteAddress());
            json.writeBooleanField("dialled", link.isDialled());
            json.writeNumberField("bytesIn", link.bytesIn());
            json.writeNumberField("bytesOut", link.bytesOut());
            json.writeNumberField("waitingBytes", link.waitingBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String camel(final String constant) {
        final StringBuilder name = new StringBuilder();
        boolean isNext = false;
        for (final char c : constant.toCharArray()) {
            if (c == '_') {
                isNext = true;
            } else {
                name.append(isNext ? c : Character.toLowerCase(c));
                isNext = false;
            }
        }
        return name.toString();
    }
}
