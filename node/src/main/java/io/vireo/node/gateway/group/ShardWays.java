package io.vireo.node.gateway.group;

import io.vireo.node.routing.RouteOutcome;
import io.vireo.node.routing.ShardRouter;
import java.util.function.IntPredicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The ways from the gateway of one shard: to groups of its own process by the router, to all others by whatever leads there. The same in nodes
 * and in the simulator. Belongs to the shard's thread.
 */
public final class ShardWays implements Ways {
    private final int replica;
    private final Ways others;
    private final UnsafeBuffer lent = new UnsafeBuffer(0, 0);

    private ShardRouter router;
    private IntPredicate isGroupOpen;
    private RouteOutcome lastRouted = RouteOutcome.DELIVERED;

    /**
     * @param replica at hand.
     * @param others to other processes, those of this replica among them.
     */
    public ShardWays(final int replica, final Ways others) {
        this.replica = replica;
        this.others = others;
    }

    /**
     * The groups of this process, before the first frame is sent.
     *
     * @param isOpen whether this replica's part of a group can answer; true of one that another shard hosts.
     */
    public void groups(final ShardRouter ofThisShard, final IntPredicate isOpen) {
        router = ofThisShard;
        isGroupOpen = isOpen;
    }

    /** What became of the last frame for this replica that had a way. */
    public RouteOutcome lastRouted() {
        return lastRouted;
    }

    @Override
    public boolean send(final int to, final int group, final DirectBuffer frame, final int offset, final int length) {
        if (to != replica) {
            return others.send(to, group, frame, offset, length);
        }
        if (!isGroupOpen.test(group)) {
            return false;
        }
        lent.wrap(frame, offset, length);
        lastRouted = router.submit(group, lent, 0, length);
        return lastRouted == RouteOutcome.OTHER_PROCESS
                ? others.send(to, group, frame, offset, length)
                : lastRouted.isTaken();
    }

    @Override
    public boolean isFull(final int to, final int group) {
        if (to != replica) {
            return others.isFull(to, group);
        }
        // One that cannot answer has no way: others are asked for it. What became of an earlier frame says nothing of
        // it.
        if (!isGroupOpen.test(group)) {
            return false;
        }
        return lastRouted == RouteOutcome.OTHER_PROCESS ? others.isFull(to, group) : lastRouted == RouteOutcome.BUSY;
    }
}
