package io.vireo.bootstrap.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.journal.superblock.StateMachineKind;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NodeContextTest {
    @Test
    void shouldConcludeTheDocumentedDefaultsWhenOnlyClusterAndReplicasAreSet() {
        final ClusterConfig config = valid().conclude();
        assertEquals(3, config.replicaCount());
        assertEquals(4, config.groupCount());
        assertEquals(1L << 30, config.walBytes());
        assertEquals(2 << 20, config.prepareSizeMax());
        assertEquals(8, config.pipelineMax());
        assertEquals(8192, config.sessionsMax());
        assertEquals(64, config.sessionWindow());
        assertEquals(8192, config.requestQueueMax());
        assertEquals(100_000_000L, config.heartbeatNs());
        assertEquals(500_000_000L, config.suspicionMinNs());
        assertEquals(2_000_000_000L, config.suspicionMaxNs());
        assertEquals(10_000_000L, config.tickNs());
        assertEquals(128L << 20, config.segmentBytes());
        assertEquals(List.of("a:1"), config.addresses(0));
        assertEquals(8192L * 64 * 8, config.replyBytesMax(8));
        // What a cluster file that does not say was made for.
        assertEquals(StateMachineKind.LOG, config.stateMachine());
    }

    @Test
    void shouldTellConfigurationsApartByEverySharedSetting() {
        final List<UnaryOperator<NodeContext>> changes = List.of(
                context -> context,
                context -> context.walBytes(2L << 30),
                context -> context.prepareSizeMax(1 << 20),
                context -> context.segmentBytes(64L << 20),
                context -> context.pipelineMax(7),
                context -> context.sessionsMax(64),
                context -> context.sessionWindow(32),
                context -> context.namespacesMax(100),
                context -> context.stateMachine(StateMachineKind.STREAM));
        final long digests = changes.stream()
                .mapToLong(change -> change.apply(valid()).conclude().settingsDigest())
                .distinct()
                .count();
        assertEquals(changes.size(), digests);
    }

    @Test
    void shouldChooseMarkedWhenTheClusterIsTooSmallToRepairItself() {
        assertEquals(Durability.MARKED, valid().replicaCount(1).conclude().durability());
        assertEquals(Durability.MARKED, valid().replicaCount(2).conclude().durability());
        assertEquals(Durability.SYNCED, valid().replicaCount(3).conclude().durability());
        assertEquals(Durability.MARKED, valid().durability("marked").conclude().durability());
        assertEquals(
                Durability.SYNCED,
                valid().replicaCount(1).durability("synced").conclude().durability());
    }

    @Test
    @Tag("I12")
    void shouldNameSettingValueAndRuleWhenARuleIsBroken() {
        refused(
                "cluster_id = 0: must not be zero: it tells this cluster from all others",
                context -> context.clusterId(0, 0));
        refused("replicas = 0: must be from 1 to 7", context -> context.replicaCount(0));
        refused("replicas = 8: must be from 1 to 7", context -> context.replicaCount(8));
        refused("groups = 0: must be from 1 to 1024", context -> context.groupCount(0));
        refused("groups = 1025: must be from 1 to 1024", context -> context.groupCount(1025));
        refused("prepare_size_max = 4351: must be from 4352 to 8388608", context -> context.prepareSizeMax(4351));
        refused(
                "wal_bytes = 1048577: must be a multiple of the sector of 4096",
                context -> context.walBytes((1 << 20) + 1));
        refused("pipeline_max = 17: must be from 1 to 16", context -> context.pipelineMax(17));
        refused("sessions_max = 0: must be from 1 to 65536", context -> context.sessionsMax(0));
        refused("session_window = 65: must be from 1 to 64", context -> context.sessionWindow(65));
        refused("tick_ns = 0: must be from 1000000 to 1000000000", context -> context.tickNs(0));
        refused("request_queue_max = 65536: must be from 1 to 65535", context -> context.requestQueueMax(65_536));
        refused("namespaces_max = 0: must be from 1 to 16777216", context -> context.namespacesMax(0));
        refused("segment_bytes = 1: must be from 16384 to 1073741824", context -> context.segmentBytes(1));
        refused(
                "segment_bytes = 5242881: must be a multiple of 1048576",
                context -> context.segmentBytes((5 << 20) + 1));
        refused(
                "segment_bytes = 1048576: must be at least prepare_size_max = 2097152: a segment holds the largest entry",
                context -> context.segmentBytes(1 << 20));
        refused("durability = 'often': must be \"synced\" or \"marked\"", context -> context.durability("often"));
    }

    @Test
    void shouldNameBothValuesWhenTwoSettingsDoNotFitEachOther() {
        refused(
                "suspicion_min_ns = 199999999: must be at least twice heartbeat_ns = 100000000: one lost heartbeat is no reason to suspect a primary",
                context -> context.suspicionMinNs(199_999_999L));
        refused(
                "suspicion_max_ns = 499999999: must be at least suspicion_min_ns = 500000000",
                context -> context.suspicionMaxNs(499_999_999L));
        refused(
                "heartbeat_ns = 9999999: must be from 10000000 to 10000000000",
                context -> context.heartbeatNs(9_999_999L));
        refused(
                "namespaces_max = 3: must be at least groups = 4: a group without a namespace replicates nothing",
                context -> context.namespacesMax(3));
    }

    @Test
    void shouldTakeTheSmallestRingWhenItHoldsFourOfTheLargestEntries() {
        // 16 KiB are five sectors of payload.
        assertEquals(
                4 * 5 * 4096,
                valid().prepareSizeMax(16 << 10)
                        .walBytes(4 * 5 * 4096)
                        .conclude()
                        .walBytes());
        final String rule = refusal(context -> context.prepareSizeMax(16 << 10).walBytes(4 * 5 * 4096 - 4096));
        assertEquals(
                "wal_bytes = 77824: three quarters of it must hold three prepares of prepare_size_max = 16384, so it must be at least 81920",
                rule);
    }

    @Test
    void shouldNameTheAddressWhenItIsNotHostAndPort() {
        for (final String wrong :
                List.of("", "host", ":1", "host:", "host:x", "host:-1", "host:65536", "ho st:1", "host:999999")) {
            final String text = refusal(context -> context.replicaCount(0).addReplica(List.of("a:1", wrong)));
            assertEquals("replicas[0].shards[1] = '" + wrong + "': ", text.substring(0, text.indexOf(": ") + 2));
        }
        assertEquals(
                2,
                valid().replicaCount(0)
                        .addReplica(List.of("[::1]:0"))
                        .addReplica(List.of("a:65535"))
                        .conclude()
                        .replicaCount());
    }

    @Test
    void shouldRefuseWhenOnlySomeReplicasHaveAddresses() {
        refused(
                "replicas[1].shards = []: either every replica has addresses or none has",
                context -> context.replicaCount(0).addReplica(List.of("a:1")).addReplica(List.of()));
    }

    @Test
    void shouldRefuseANameWhenItIsNoName() {
        for (final String wrong : List.of("", "-a", "A", "a b", "a/b", "..", "x".repeat(64))) {
            assertEquals(
                    "name",
                    assertThrows(
                                    ConfigException.class,
                                    () -> valid().name(wrong).conclude())
                            .setting());
        }
        assertEquals("a-1", valid().name("a-1").conclude().name());
    }

    @Test
    void shouldSpreadPrimariesWhenGroupsAndViewsDiffer() {
        final ClusterConfig config = valid().conclude();
        assertEquals(0, config.primaryOf(0, 0));
        assertEquals(1, config.primaryOf(1, 0));
        assertEquals(0, config.primaryOf(1, 2));
        assertEquals(2, config.primaryOf(0, 0xffff_fffeL + 1 - 1));
    }

    @Test
    void shouldHaveNoGroupWhenANamespaceIsOutOfRange() {
        final Placement placement = valid().namespacesMax(10).conclude().placement();
        assertEquals(0, placement.groupOf(0));
        assertEquals(1, placement.groupOf(9));
        for (final long namespace : new long[] {10, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertEquals(Placement.NO_GROUP, placement.groupOf(namespace));
        }
    }

    private static NodeContext valid() {
        return new NodeContext()
                .clusterId(1, 2)
                .addReplica(List.of("a:1"))
                .addReplica(List.of("b:2"))
                .addReplica(List.of("c:3"));
    }

    private static void refused(final String text, final UnaryOperator<NodeContext> change) {
        assertEquals(text, refusal(change));
    }

    private static String refusal(final UnaryOperator<NodeContext> change) {
        return assertThrows(ConfigException.class, () -> change.apply(valid()).conclude())
                .getMessage();
    }
}
