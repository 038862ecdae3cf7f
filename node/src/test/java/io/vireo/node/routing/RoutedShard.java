package io.vireo.node.routing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.port.ClientEdge;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One shard of a process as a router sees it: clients on one side, groups on the other; both write down what they get. */
final class RoutedShard implements ClientEdge {
    private static final int CLIENT_OFFSET = HeaderFlyweight.OWN_FIELDS_OFFSET;
    static final int FRAME_LENGTH = 300;

    final List<String> events = new ArrayList<>();
    final Set<Long> clients = new HashSet<>();
    final ShardRouter router;
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[FRAME_LENGTH + 8]);

    private RoutedShard(final int shard, final ShardLayout layout, final ShardInbox[] inboxes) {
        router = new ShardRouter(
                shard,
                layout,
                new Placement(100, layout.groupCount()),
                inboxes,
                new NoReplicas(),
                (group, buffer, offset, length) ->
                        events.add("request " + client(buffer, offset, length) + " for group " + group),
                this);
    }

    /** The shards of one process of a replica with this layout; null where another process runs one. */
    static RoutedShard[] process(final ShardLayout layout, final int... run) {
        final ShardInbox[] inboxes = new ShardInbox[layout.shardCount()];
        for (final int shard : run) {
            inboxes[shard] = new ShardInbox(layout.shardCount(), () -> {});
        }
        final RoutedShard[] shards = new RoutedShard[inboxes.length];
        for (final int shard : run) {
            shards[shard] = new RoutedShard(shard, layout, inboxes);
        }
        return shards;
    }

    RouteOutcome request(final int group, final long client) {
        return router.submit(group, frameOf(client), 8, FRAME_LENGTH);
    }

    void answer(final long client) {
        router.sendToClient(client, ~client, frameOf(client), 8, FRAME_LENGTH);
    }

    void announce() {
        router.sendToClients(frameOf(0), 8, FRAME_LENGTH);
    }

    private UnsafeBuffer frameOf(final long client) {
        frame.putLong(8 + CLIENT_OFFSET, client, LITTLE_ENDIAN);
        frame.putLong(8 + CLIENT_OFFSET + Long.BYTES, ~client, LITTLE_ENDIAN);
        return frame;
    }

    static long client(final DirectBuffer buffer, final int offset, final int length) {
        final long lo = buffer.getLong(offset + CLIENT_OFFSET, LITTLE_ENDIAN);
        final long hi = buffer.getLong(offset + CLIENT_OFFSET + Long.BYTES, LITTLE_ENDIAN);
        if (length != FRAME_LENGTH || hi != ~lo) {
            throw new IllegalStateException("the frame was changed: length " + length + ", client " + lo + " " + hi);
        }
        return lo;
    }

    @Override
    public boolean isClientHere(final long clientLo, final long clientHi) {
        return clients.contains(clientLo);
    }

    @Override
    public void sendToClient(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        events.add("reply " + client(buffer, offset, length) + (clients.contains(clientLo) ? "" : " for nobody"));
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        events.add("view");
    }
}
