package io.vireo.sim.stream;

import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.gateway.service.MetadataRole;
import io.vireo.node.port.MessageBus;
import io.vireo.node.routing.ShardInbox;
import io.vireo.sim.cluster.Front;
import io.vireo.sim.cluster.ProcessLife;
import io.vireo.sim.random.Draws;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The shards of one simulated process. They share what they share in production: their inboxes and the number of the node's life. Each has
 * its turn in order, where threads would go at their own pace; what waits in an inbox waits for the next turn.
 */
final class SimFront implements Front {
    static final long NO_LIFE = 0;

    private static final int NOBODY = -1;

    private final ProcessLife process;
    private final StreamWorld world;
    private final ShardLayout layout;
    private final SimShard[] shards;
    private final MessageBus[] networks;
    private final MessageBus[] buses;
    /** The group in whose name something is sent just now. */
    private int sender = NOBODY;

    private long begun = NO_LIFE;
    private long life = NO_LIFE;
    private long activity;

    SimFront(final ProcessLife process, final StreamWorld world, final int shardCount, final Draws draws) {
        this.process = process;
        this.world = world;
        layout = new ShardLayout(world.config().groupCount(), shardCount);
        networks = new MessageBus[world.config().groupCount()];
        buses = new MessageBus[networks.length];
        for (int group = 0; group < networks.length; group++) {
            networks[group] = process.network(group);
        }
        final ShardInbox[] inboxes = new ShardInbox[shardCount];
        for (int shard = 0; shard < shardCount; shard++) {
            inboxes[shard] = new ShardInbox(shardCount, this::onActivity);
        }
        shards = new SimShard[shardCount];
        for (int shard = 0; shard < shardCount; shard++) {
            shards[shard] = new SimShard(this, process, world, shard, inboxes, draws);
        }
        for (int group = 0; group < buses.length; group++) {
            buses[group] = new Named(group, shards[layout.shardOf(group)].router());
        }
    }

    /** The bus of one group: says in whose name the router of its shard sends, which auditors compare with the frame. */
    private final class Named implements MessageBus {
        private final int group;
        private final MessageBus router;

        Named(final int group, final MessageBus router) {
            this.group = group;
            this.router = router;
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            final int before = sender;
            sender = group;
            router.send(replica, buffer, offset, length);
            sender = before;
        }

        @Override
        public int waiting(final int replica, final int ofGroup) {
            return router.waiting(replica, ofGroup);
        }

        @Override
        public boolean carriesFiles(final int replica, final int ofGroup) {
            return router.carriesFiles(replica, ofGroup);
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            final int before = sender;
            sender = group;
            router.sendToClient(clientLo, clientHi, buffer, offset, length);
            sender = before;
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            final int before = sender;
            sender = group;
            router.sendToClients(buffer, offset, length);
            sender = before;
        }
    }

    /** The network under the routers. Clients of other processes are at the shard of their group: one that hands an answer on has none. */
    private final class Network implements MessageBus {
        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            networks[sender].send(replica, buffer, offset, length);
        }

        @Override
        public int waiting(final int replica, final int group) {
            return networks[group].waiting(replica, group);
        }

        @Override
        public boolean carriesFiles(final int replica, final int group) {
            return networks[group].carriesFiles(replica, group);
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            if (sender != NOBODY) {
                networks[sender].sendToClient(clientLo, clientHi, buffer, offset, length);
            }
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            if (sender != NOBODY) {
                networks[sender].sendToClients(buffer, offset, length);
            }
        }
    }

    MessageBus network() {
        return new Network();
    }

    ShardLayout layout() {
        return layout;
    }

    /** The shard whose port a client comes to. */
    SimShard door(final int number) {
        return shards[number % shards.length];
    }

    /** A gateway sends a frame to another replica. */
    void send(final int replica, final DirectBuffer frame, final int offset, final int length) {
        process.sendAsClient(replica, frame, offset, length);
    }

    void onActivity() {
        activity++;
    }

    void onActivity(final int work) {
        activity += work;
    }

    MetadataRole metadataRole() {
        final ReplicaView view = process.view(0);
        final boolean isLeading = view != null && view.status() == Status.NORMAL && view.primary() == process.replica();
        return isLeading ? MetadataRole.PRIMARY : MetadataRole.BACKUP;
    }

    void onBegun(final long start) {
        begun = start;
    }

    /** The cluster has a root user: clients are served as soon as the life has begun. */
    void onRoot() {
        if (life == NO_LIFE && begun != NO_LIFE) {
            life = begun;
            onActivity();
        }
    }

    long life() {
        return life;
    }

    @Override
    public MessageBus bus(final int group) {
        return buses[group];
    }

    @Override
    public int replicaOf(final long clientHi) {
        return GatewayIds.replicaOf(clientHi);
    }

    @Override
    public void onAnswer(final UnsafeBuffer frame, final int length) {
        for (final SimShard shard : shards) {
            shard.onAnswer(frame);
        }
    }

    @Override
    public int poll(final long nowNs) {
        final long before = activity;
        for (final SimShard shard : shards) {
            if (process.isAlive()) {
                shard.poll(nowNs);
            }
        }
        return (int) (activity - before);
    }

    @Override
    public long delayNs(final long nowNs) {
        long delay = Long.MAX_VALUE;
        for (final SimShard shard : shards) {
            delay = Math.min(delay, shard.delayNs(nowNs));
        }
        return delay;
    }

    @Override
    public void close() {
        for (final SimShard shard : shards) {
            shard.close();
        }
        world.onClosed(process.replica(), this);
    }
}
