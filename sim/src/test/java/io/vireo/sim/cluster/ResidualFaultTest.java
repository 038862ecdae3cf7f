package io.vireo.sim.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import org.junit.jupiter.api.Test;

/** What may stay broken in a core that has to converge. */
class ResidualFaultTest {
    private static final int[] THREE = {0, 1, 2};
    private static final int[] FIVE = {0, 1, 2, 3, 4};

    @Test
    void shouldBearAnUncertainHeadWhereItIsTheEndThatIsSpared() {
        final ReplicaView[] views = views(3, 1);
        assertTrue(ResidualFault.canBeginView(views, THREE, 1));
        assertFalse(ResidualFault.canBeginView(views, THREE, 0));
        assertFalse(ResidualFault.canBeginView(views, THREE, 2));
    }

    @Test
    void shouldBearOneUncertainHeadBesideTheEndWhereThereAreFive() {
        assertTrue(ResidualFault.canBeginView(views(5, 1), FIVE, 0));
        assertFalse(ResidualFault.canBeginView(views(5, 1, 2), FIVE, 0));
        assertTrue(ResidualFault.canBeginView(views(5, 1, 2), FIVE, 2));
    }

    @Test
    void shouldHopeForAReplicaThatIsNotOpenYetAndCountNobodyOutsideOfTheCore() {
        final ReplicaView[] views = views(5);
        views[3] = null;
        assertTrue(ResidualFault.canBeginView(views, FIVE, 0));
        assertFalse(ResidualFault.canBeginView(views, THREE, 0));
    }

    @Test
    void shouldMendNothingWhereSomebodyLeads() {
        final ReplicaView[] views = views(3, 1);
        assertTrue(ResidualFault.hasPrimary(views));
        views[0] = view(0, Status.VIEW_CHANGE);
        assertFalse(ResidualFault.hasPrimary(views));
        views[0] = null;
        assertFalse(ResidualFault.hasPrimary(views));
    }

    /** Seed 8146: r1 has lost its head, and r0 does not hear r2. */
    @Test
    void shouldMendTheLinkBetweenTheOnlyTwoThatCanBeginAView() {
        final ReplicaView[] views = views(3, 1);
        views[0] = view(0, Status.VIEW_CHANGE);
        views[2] = view(2, Status.VIEW_CHANGE);
        assertTrue(ResidualFault.isTooMuch(views, THREE, 2, 0));
        assertFalse(ResidualFault.isTooMuch(views, THREE, 2, 1), "r1 is the end that is spared");
        views[0] = view(0, Status.NORMAL);
        assertFalse(ResidualFault.isTooMuch(views, THREE, 2, 0), "r1 joins the view of r0");
    }

    private static ReplicaView[] views(final int replicas, final int... uncertain) {
        final ReplicaView[] views = new ReplicaView[replicas];
        for (int replica = 0; replica < replicas; replica++) {
            views[replica] = view(replica, Status.NORMAL);
        }
        for (final int replica : uncertain) {
            views[replica] = view(replica, Status.RECOVERING_HEAD);
        }
        return views;
    }

    private static ReplicaView view(final int replica, final Status status) {
        return new ReplicaView(0, replica, status, 3, 3, 0, 10, 10, 10, 10, 0, true);
    }
}
