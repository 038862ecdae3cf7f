package io.vireo.bootstrap.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShardLayoutProps {
    @Property
    void shouldHostEveryGroupInOneShardAndNoShardWithoutGroupWhateverTheirNumbers(
            @ForAll @IntRange(min = 1, max = 1024) final int groups,
            @ForAll @IntRange(min = 1, max = 1024) final int shards) {
        if (shards > groups) {
            assertThrows(IllegalArgumentException.class, () -> new ShardLayout(groups, shards));
            return;
        }
        final ShardLayout layout = new ShardLayout(groups, shards);
        final int[] hostOf = new int[groups];
        final long[] all = new long[(groups + 63) / 64];
        for (int shard = 0; shard < shards; shard++) {
            final int[] hosted = layout.groups(shard);
            assertTrue(hosted.length >= groups / shards, "an even share");
            final long[] bits = layout.groupBits(shard);
            int count = 0;
            for (int word = 0; word < bits.length; word++) {
                assertEquals(0, all[word] & bits[word], "no group twice");
                all[word] |= bits[word];
                count += Long.bitCount(bits[word]);
            }
            assertEquals(hosted.length, count);
            for (final int group : hosted) {
                assertEquals(shard, layout.shardOf(group));
                assertTrue((bits[group / 64] & 1L << group % 64) != 0);
                hostOf[group]++;
            }
        }
        for (int group = 0; group < groups; group++) {
            assertEquals(1, hostOf[group]);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> layout.shardOf(groups));
        assertThrows(IndexOutOfBoundsException.class, () -> layout.shardOf(-1));
    }

    /** The primary of group g in view v is replica (g + v) mod R: in any view each replica leads its share. */
    @Property
    void shouldSpreadPrimariesOverTheReplicasInEveryView(
            @ForAll @IntRange(min = 1, max = 7) final int replicas,
            @ForAll @IntRange(min = 1, max = 64) final int groups,
            @ForAll @IntRange(min = 0, max = 1_000_000) final int view) {
        final ClusterConfig config = new NodeContext()
                .clusterId(1, 2)
                .replicaCount(replicas)
                .groupCount(groups)
                .conclude();
        final int[] led = new int[replicas];
        for (int group = 0; group < groups; group++) {
            final int primary = config.primaryOf(group, view);
            assertEquals((group + view) % replicas, primary);
            assertEquals(
                    (primary + 1) % replicas, config.primaryOf(group, view + 1), "the next view moves it on by one");
            led[primary]++;
        }
        for (int replica = 0; replica < replicas; replica++) {
            assertTrue(led[replica] == groups / replicas || led[replica] == groups / replicas + 1);
        }
    }
}
