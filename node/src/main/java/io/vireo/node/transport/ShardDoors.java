package io.vireo.node.transport;

import io.vireo.bootstrap.config.ShardLayout;
import java.util.List;

/**
 * How many shards one replica is thought to run, and so behind which of its addresses each group is: shard s listens at the s-th one. Begins
 * with as many as the cluster file has addresses, and learns from whoever answers at a wrong door how many there really are. Owned by the one
 * who dials; one thread.
 */
public final class ShardDoors {
    private final List<String> addresses;
    private ShardLayout layout;

    /** @param addresses of the replica's shards, as the cluster file has them. */
    public ShardDoors(final List<String> addresses, final int groupCount) {
        this.addresses = List.copyOf(addresses);
        this.layout = new ShardLayout(groupCount, Math.min(addresses.size(), groupCount));
    }

    /** How many shards the replica is thought to run. */
    public int shardCount() {
        return layout.shardCount();
    }

    /** The shard behind which this group is thought to be. */
    public int shardOf(final int group) {
        return layout.shardOf(group);
    }

    /** Those of these groups that are thought to be behind a shard; null if none is. */
    public long[] groupsBehind(final int shard, final long[] groups) {
        final long[] behind = layout.groupBits(shard);
        boolean isAny = false;
        for (int i = 0; i < behind.length; i++) {
            behind[i] &= groups[i];
            isAny |= behind[i] != 0;
        }
        return isAny ? behind : null;
    }

    /**
     * Which address to try for a shard, as an index into the list of the cluster file: its own, and every other time another one, where
     * somebody may be who knows better. A replica that was started with fewer shards is silent at the addresses of those that are gone.
     *
     * @param failures attempts in a row that came to nothing.
     */
    public int address(final int shard, final int failures) {
        if (addresses.size() == 1 || (failures & 1) == 0) {
            return shard;
        }
        return (shard + 1 + failures / 2 % (addresses.size() - 1)) % addresses.size();
    }

    /**
     * Takes the addresses that a wrong door has named. Only what the cluster file names too is believed: nobody is sent to addresses that
     * the operator has not written down.
     *
     * @return true if the groups are elsewhere than they were thought to be: dial anew.
     */
    public boolean learn(final List<String> right) {
        final int shards = right.size();
        if (shards == layout.shardCount() || !isKnown(right)) {
            return false;
        }
        layout = new ShardLayout(layout.groupCount(), shards);
        return true;
    }

    /** True if these are the first so many addresses of the cluster file, which is what a replica with so many shards names. */
    public boolean isKnown(final List<String> right) {
        final int shards = right.size();
        return shards >= 1
                && shards <= Math.min(addresses.size(), layout.groupCount())
                && right.equals(addresses.subList(0, shards));
    }
}
