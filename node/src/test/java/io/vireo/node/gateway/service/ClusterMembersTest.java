package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.iggy.ClusterRecord;
import io.vireo.node.iggy.ClusterRecord.Health;
import io.vireo.node.iggy.ClusterRecord.Node;
import io.vireo.node.iggy.ClusterRecord.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterMembersTest {
    private int leader = ClusterMembers.NO_LEADER;
    private int silent = -1;

    private final ClusterMembers members = new ClusterMembers(
            "c",
            List.of(
                    new ClusterMembers.Member("n0", "10.0.0.1", 8090),
                    new ClusterMembers.Member("n1", "b.example", 8091)),
            () -> leader,
            node -> node != silent);

    @Test
    void shouldShowWhoLeadsAndWhoIsHeardAsOfNow() {
        assertEquals(record(Role.FOLLOWER, Role.FOLLOWER, Health.HEALTHY), members.cluster());
        leader = 1;
        assertEquals(record(Role.FOLLOWER, Role.LEADER, Health.HEALTHY), members.cluster());
        leader = 0;
        silent = 1;
        assertEquals(record(Role.LEADER, Role.FOLLOWER, Health.UNREACHABLE), members.cluster());
    }

    private static ClusterRecord record(final Role first, final Role second, final Health healthOfSecond) {
        return new ClusterRecord(
                "c",
                List.of(
                        new Node("n0", "10.0.0.1", 8090, 0, 0, 0, first, Health.HEALTHY),
                        new Node("n1", "b.example", 8091, 0, 0, 0, second, healthOfSecond)));
    }
}
