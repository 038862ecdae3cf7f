package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardCoverageTest {
    private final ShardCoverage coverage = new ShardCoverage(4);

    private void add(final long shards, final long... groups) {
        final List<Object> documents = new ArrayList<>();
        for (final long group : groups) {
            documents.add(Map.of("group", group));
        }
        coverage.add(Map.of("shards", shards, "groups", documents));
    }

    @Test
    void shouldFindNothingWhenEveryGroupIsInOneShard() {
        add(2, 1, 3);
        add(2, 0, 2);
        assertNull(coverage.problem());
    }

    @Test
    void shouldNameTheNumbersWhenShardsStateDifferentOnes() {
        add(3, 1);
        add(2, 0, 2);
        assertEquals(
                "its processes state different numbers of shards: 2 and 3; start all of them with the same --shards",
                coverage.problem());
    }

    @Test
    void shouldNameTheGroupsThatNobodyHosts() {
        add(2, 1);
        add(2, 2);
        assertEquals("hosted by no shard that answered: groups 0 3", coverage.problem());
    }

    @Test
    void shouldNameTheGroupsThatTwoHost() {
        add(2, 0, 1, 2);
        add(2, 1, 2, 3);
        assertEquals("hosted by more than one shard: groups 1 2", coverage.problem());
    }
}
