package io.vireo.node.transport;

import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.node.port.RandomSource;
import java.util.Arrays;
import java.util.List;

/**
 * How many shards one replica is thought to run, and so behind which of its addresses each group is: shard s listens at the s-th one. Begins
 * with as many as the cluster file has addresses, and learns from whoever answers, at a right door or a wrong one, how many there really are.
 * Owned by the one who dials; one thread.
 */
public final class ShardDoors {
    private static final int NONE = -1;
    private static final int CHANGES_MAX = 10;

    private final List<String> addresses;
    private ShardLayout layout;
    /** Where somebody has answered last, or {@link #NONE}. */
    private int heard = NONE;
    /** In a row that followed each other closely. */
    private int changes;

    private long changedNs;

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
     * somebody may be who knows better. A replica that was started with fewer shards is silent at the addresses of those that are gone, so
     * the one that answered last is asked first, then the first of the list, which every number of shards uses, then the rest.
     *
     * @param failures attempts in a row that came to nothing.
     */
    public int address(final int shard, final int failures) {
        if (addresses.size() == 1 || (failures & 1) == 0) {
            return shard;
        }
        final boolean isHeard = heard != NONE && heard != shard;
        int rank = failures / 2 % (addresses.size() - 1);
        if (isHeard && rank-- == 0) {
            return heard;
        }
        int address = 0;
        while (address == shard || (isHeard && address == heard) || rank-- > 0) {
            address++;
        }
        return address;
    }

    /** The replica has answered at this address. */
    public void onAnswer(final int address) {
        heard = address;
    }

    /** An attempt at this address has come to nothing. */
    public void onSilence(final int address) {
        if (heard == address) {
            heard = NONE;
        }
    }

    /**
     * Takes the addresses that a wrong door has named. Only what the cluster file names too is believed: nobody is sent to addresses that
     * the operator has not written down.
     *
     * @return true if the groups are elsewhere than they were thought to be: dial anew, from {@link #redialNs} on.
     */
    public boolean learn(final List<String> right, final long nowNs) {
        return isKnown(right) && replan(right.size(), nowNs);
    }

    /**
     * Takes the groups of the shard that has said WELCOME, which tell how many shards there are: the distance of any two is their number. Of
     * a shard with one group it is the least that gives it that group alone, unless the number that was believed does so too.
     *
     * @param hosted one bit per group; what no layout of shards looks like is not believed.
     * @return as {@link #learn}.
     */
    public boolean learnHosted(final long[] hosted, final long nowNs) {
        final int first = next(hosted, 0);
        if (first == NONE || isShard(layout, first, hosted)) {
            return false;
        }
        final int second = next(hosted, first + 1);
        final int shards = second == NONE ? Math.max(first + 1, layout.groupCount() - first) : second - first;
        return shards <= shardsMax()
                && isShard(new ShardLayout(layout.groupCount(), shards), first, hosted)
                && replan(shards, nowNs);
    }

    /**
     * From when on to dial after the last change of mind. Two processes of one replica that were told different numbers of shards would
     * send the caller to and fro: so changes that follow each other closely wait, longer and longer.
     */
    public long redialNs(final long nowNs, final RandomSource random) {
        if (changes <= 1) {
            return nowNs;
        }
        final long boundNs = Math.min(TransportContext.RECONNECT_MAX_NS, TransportContext.RECONNECT_MIN_NS << changes);
        return nowNs + PeerDialer.jitter(random, boundNs);
    }

    /** True if these are the first so many addresses of the cluster file, which is what a replica with so many shards names. */
    public boolean isKnown(final List<String> right) {
        final int shards = right.size();
        return shards >= 1 && shards <= shardsMax() && right.equals(addresses.subList(0, shards));
    }

    private boolean replan(final int shards, final long nowNs) {
        if (shards == layout.shardCount()) {
            return false;
        }
        final boolean isSettled = nowNs - changedNs >= TransportContext.SILENCE_MAX_NS;
        changes = isSettled ? 0 : Math.min(changes + 1, CHANGES_MAX);
        changedNs = nowNs;
        layout = new ShardLayout(layout.groupCount(), shards);
        return true;
    }

    private int shardsMax() {
        return Math.min(addresses.size(), layout.groupCount());
    }

    /** True if exactly these are the groups of the shard with this number, which is also its first group. */
    private static boolean isShard(final ShardLayout layout, final int shard, final long[] groups) {
        return shard < layout.shardCount() && Arrays.equals(layout.groupBits(shard), groups);
    }

    /** The first group of a set from this one on. */
    private static int next(final long[] groups, final int from) {
        for (int group = from; group < groups.length * Long.SIZE; group++) {
            if (PeerTable.has(groups, group)) {
                return group;
            }
        }
        return NONE;
    }
}
