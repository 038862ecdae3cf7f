package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterFileTest {
    private static final String HEAD = "cluster_id = \"0000000000000000000000000000000a\"\n";
    private static final String REPLICA = "[[replicas]]\nshards = [\"127.0.0.1:9090\"]\n";

    @TempDir
    Path dir;

    @Test
    void shouldReadBackWhatWasWrittenWhenClusterIsNew() {
        final Settings settings = new Settings()
                .put(Setting.NAME, "prod-1", "test")
                .put(Setting.CLUSTER_ID, "00112233445566778899aabbccddeeff", "test")
                .put(Setting.GROUPS, "7", "test")
                .put(Setting.WAL_BYTES, "64MiB", "test")
                .put(Setting.DURABILITY, "marked", "test")
                .addresses(List.of(List.of("a:1"), List.of("[::1]:2"), List.of("10.0.0.1:3")), "test");
        final Path file = dir.resolve("new/cluster.toml");
        ClusterFile.create(file, settings);
        final ClusterConfig cluster = ClusterFile.load(file);
        assertEquals("prod-1", cluster.name());
        assertEquals(0x0011223344556677L, cluster.clusterHi());
        assertEquals(0x8899aabbccddeeffL, cluster.clusterLo());
        assertEquals(7, cluster.groupCount());
        assertEquals(64 << 20, cluster.walBytes());
        assertEquals(Durability.MARKED, cluster.durability());
        assertEquals(3, cluster.replicaCount());
        assertEquals(List.of("[::1]:2"), cluster.addresses(1));
    }

    @Test
    void shouldLeaveFileAsItIsWhenItExists() throws IOException {
        final Path file = write(HEAD + REPLICA);
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> ClusterFile.create(file, ClusterFile.read(file)));
        assertTrue(
                failure.getMessage().endsWith("exists and is left as it is; remove it or name another place"),
                failure.getMessage());
        assertEquals(HEAD + REPLICA, Files.readString(file));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wal_byte = 5                | line 2, column 1: unknown key "wal_byte"; did you mean "wal_bytes"?
            colour = "red"              | line 2, column 1: unknown key "colour"; "vireo node --print-config" shows all keys
            wal_bytes = 0.5             | line 2, column 1: "wal_bytes" must be a text or a whole number
            wal_bytes = "9 apples"      | wal_bytes = 9 apples: must be a whole number, KiB, MiB or GiB allowed behind it (from FILE line 2, column 1)
            wal_bytes = 4096            | wal_bytes = 4096: three quarters of it must hold three prepares
            groups = 0                  | groups = 0: must be from 1 to 1024 (from FILE line 2, column 1)
            durability = "often"        | durability = 'often': must be "synced" or "marked" (from FILE line 2, column 1)
            cluster_id = "xyz"          | line 2, column 1
            idle = "spin"               | line 2, column 1: "idle" belongs into the table [node]
            node = 5                    | line 2, column 1: unknown key "node"
            name =                      | line 2, column
            groups = 99999999999        | groups = 99999999999: must be from -2147483648 to 2147483647
            """)
    @Tag("I12")
    void shouldNamePlaceAndRuleWhenSettingIsWrong(final String line, final String expected) throws IOException {
        final Path file = write(HEAD + line + "\n" + REPLICA);
        final OperatorException failure = assertThrows(OperatorException.class, () -> ClusterFile.load(file));
        assertTrue(failure.getMessage().contains(expected.replace("FILE", file.toString())), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [[replicas]]\\nshard = ["a:1"]             | line 3, column 1: unknown key "shard" of a replica; it has only "shards"
            [[replicas]]\\nshards = "a:1"              | line 3, column 1: shards must be a list of "host:port"
            [[replicas]]\\nshards = []                 | line 2, column 1: replica 0 has no address; shards = ["host:port"] takes one for each shard that it may run
            [[replicas]]\\nshards = ["a:1", 2]         | line 3, column 1: shards must be a list of "host:port"
            [[replicas]]\\nshards = ["a:1", "a:1"]     | replicas[0].shards[1] = 'a:1': is the address of shard 0 too; each shard listens at its own (from
            groups = 1\\n[[replicas]]\\nshards = ["a:1", "a:2"] | replicas[0].shards = [a:1, a:2]: must not be more than groups = 1: a shard without a group has nothing to do
            [[replicas]]\\nshards = ["a"]              | replicas[0].shards[0] = 'a': must be host:port
            replicas = 3                               | line 2, column 1: replicas must be tables [[replicas]]
            groups = 3                                 | names no replica
            [node]\\nwal_bytes = 5                     | line 3, column 1: "wal_bytes" belongs to the top of the file, not into [node]
            """)
    void shouldNamePlaceWhenReplicasAreWrong(final String text, final String expected) throws IOException {
        final Path file = write(HEAD + text.replace("\\n", "\n") + "\n");
        final OperatorException failure = assertThrows(OperatorException.class, () -> ClusterFile.load(file));
        assertTrue(failure.getMessage().contains(expected), failure.getMessage());
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoFile() {
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> ClusterFile.load(dir.resolve("none.toml")));
        assertTrue(
                failure.getMessage().contains("make one by \"vireo format\" or \"vireo dev\""), failure.getMessage());
    }

    @Test
    @Tag("I12")
    void shouldPreferFlagsOverEnvironmentOverFileWhenAllAreSet() throws IOException {
        final Path file =
                write(HEAD + "groups = 2\nname = \"file\"\n" + REPLICA + "[node]\nidle = \"block\"\nreplica = 0\n");
        final Settings settings = ClusterFile.read(file)
                .putEnvironment(
                        Map.of("VIREO_GROUPS", "3", "VIREO_IDLE", "spin", "PATH", "/bin", "VIREO_BUILD", "never"))
                .putFlags(Map.of("groups", "4"));
        final NodeSettings node = NodeSettings.conclude(settings, dir);
        assertEquals(4, node.cluster().groupCount());
        assertEquals("file", node.cluster().name());
        assertTrue(node.isSpinning());
        final String printed = node.print(null, List.of());
        assertTrue(printed.contains("groups = 4 # flag --set\n"), printed);
        assertTrue(printed.contains("idle = \"spin\" # environment VIREO_IDLE\n"), printed);
        assertTrue(printed.contains("name = \"file\" # " + file + " line 3, column 1\n"), printed);
        assertTrue(printed.contains("pipeline_max = 8 # default\n"), printed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2 | 1 | 8 |   | 1
            4 | 3 | 8 |   | 3
            4 | 3 | 3 |   | 2
            4 | 3 | 2 |   | 1
            4 | 3 | 1 |   | 1
            4 | 3 | 1 | 3 | 3
            4 | 4 | 8 | 1 | 1
            3 | 3 | 8 |   | 3
            """)
    void shouldRunAsManyShardsAsThereAreAddressesGroupsAndCoresForWhenNobodySaysHowMany(
            final int groups, final int addresses, final int processors, final String told, final int expected)
            throws IOException {
        final Settings settings = ClusterFile.read(write(HEAD + "groups = " + groups + "\n" + replica(addresses)));
        if (told != null) {
            settings.put(Setting.SHARDS, told, "test");
        }
        assertEquals(expected, NodeSettings.shardCount(settings, settings.concludeCluster(), 0, processors));
    }

    @ParameterizedTest
    @CsvSource({"4, 3, 2, 3", "2, 2, 1, 2", "4, 4, 64, 4"})
    void shouldCountAddressesAndNoCoresWhenAProcessRunsOneShard(
            final int groups, final int addresses, final int processors, final int expected) throws IOException {
        final Settings settings = ClusterFile.read(write(HEAD + "groups = " + groups + "\n" + replica(addresses)));
        settings.put(Setting.SHARD, "0", "test");
        assertEquals(expected, NodeSettings.shardCount(settings, settings.concludeCluster(), 0, processors));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            shards = 0              | shards = 0: must be from 1 to 4 (from FILE line 7, column 1)
            shards = 5              | shards = 5: must be from 1 to 4 (from FILE line 7, column 1)
            shards = 3              | shards = 3: replica 0 has 2 addresses in the cluster file, and each shard listens at its own; add to the list shards
            shards = 2\\nshard = 2   | shard = 2: replica 0 runs 2 shards, 0 to 1; how many is the setting shards (FILE line 7, column 1), which must be the same
            shards = 1\\nshard = 1   | shard = 1: replica 0 runs 1 shard; how many is the setting shards
            shards = 2\\nlisten = "127.0.0.1:0" | listen = 127.0.0.1:0: is one address, and this process runs 2 shards; change the addresses
            """)
    @Tag("I12")
    void shouldNameSettingValueAndRuleWhenShardsCannotBe(final String lines, final String expected) throws IOException {
        final Path file =
                write(HEAD + "groups = 4\n" + replica(2) + "[node]\nreplica = 0\n" + lines.replace("\\n", "\n") + "\n");
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> NodeSettings.conclude(ClusterFile.read(file), dir));
        assertTrue(failure.getMessage().contains(expected.replace("FILE", file.toString())), failure.getMessage());
    }

    @Test
    void shouldHostItsShareOfTheGroupsWhenProcessRunsOneShard() throws IOException {
        final Path file = write(HEAD + "groups = 5\n" + replica(2) + "[node]\nreplica = 0\nshards = 2\nshard = 1\n");
        final NodeSettings node = NodeSettings.conclude(ClusterFile.read(file), dir);
        assertArrayEquals(new int[] {1, 3}, node.hostedGroups());
        assertArrayEquals(new int[] {1}, node.shards());
        assertEquals("127.0.0.1:9191", node.listenAddress(1));
        final String printed = node.print(List.of("127.0.0.1:7"), List.of());
        assertTrue(printed.contains("\nshards = 2 # "), printed);
        assertTrue(printed.contains("\nshard = 1 # "), printed);
        assertTrue(printed.contains("\nlisten = \"127.0.0.1:7\" # "), printed);
        final NodeSettings whole = NodeSettings.conclude(
                ClusterFile.read(write(HEAD + "groups = 5\n" + replica(2) + "[node]\nreplica = 0\nshards = 2\n")), dir);
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, whole.hostedGroups());
        assertArrayEquals(new int[] {0, 1}, whole.shards());
        assertTrue(whole.print(List.of("a:1", "b:2"), List.of()).contains("\n# shard 1 listens at b:2\n"));
    }

    private static String replica(final int addresses) {
        return IntStream.range(0, addresses)
                .mapToObj(shard -> "\"127.0.0.1:9" + shard + "9" + shard + "\"")
                .collect(Collectors.joining(", ", "[[replicas]]\nshards = [", "]\n"));
    }

    @Test
    void shouldGiveEachShardAPortForClientsWhenTheReplicaHasAnAddressForThem() throws IOException {
        final String replica = "[[replicas]]\nshards = [\"127.0.0.1:9090\", \"127.0.0.1:9190\"]\n";
        final String stream = HEAD + "groups = 4\nstate_machine = \"stream\"\n" + replica;
        final String own = "[node]\nreplica = 0\nshards = 2\n";
        final NodeSettings node = node(stream + "clients = \"127.0.0.1:8090\"\n" + own);
        assertEquals("127.0.0.1:8090", node.clientAddress(0).toString());
        assertEquals("127.0.0.1:8091", node.clientAddress(1).toString());
        final String printed = node.print(List.of("a:1", "b:2"), List.of("a:3", "b:4"));
        assertTrue(printed.contains("\nclients = \"127.0.0.1:8090\"\n"), printed);
        assertTrue(printed.contains("\n# clients of shard 1 connect to b:4\n"), printed);

        final NodeSettings anyPort = node(stream + "clients = \"127.0.0.1:0\"\n" + own);
        assertEquals("127.0.0.1:0", anyPort.clientAddress(1).toString());
        final NodeSettings apart = node(stream + "clients = \"127.0.0.1:8090\"\n" + own + "shard = 1\n");
        assertEquals("127.0.0.1:8091", apart.clientAddress(1).toString(), "a process serves at the port of its shard");
        assertEquals(List.of(7, 2), List.of(apart.node(), apart.processCount()));
        assertEquals(List.of(0, 1), List.of(node.node(), node.processCount()));
        final NodeSettings withoutClients = node(stream + own + "shard = 0\n");
        assertEquals(1, withoutClients.processCount(), "what members the others had are gone with their ports");
        assertNull(node(stream + own).clientAddress(0));
    }

    @Test
    void shouldSayWhatIsWrongWhenTheAddressForClientsIsNone() throws IOException {
        final String stream = HEAD + "state_machine = \"stream\"\n" + REPLICA;
        final String own = "[node]\nreplica = 0\n";
        for (final String[] wrong : new String[][] {
            {stream + "clients = 8090\n" + own, "clients must be \"host:port\""},
            {stream + "clients = \"8090\"\n" + own, "\"8090\" is not host:port"},
            {stream + "client = \"a:1\"\n" + own, "it has only \"shards\" and \"clients\""},
            {
                HEAD + REPLICA + "clients = \"a:1\"\n" + own,
                "need state_machine = \"stream\", and this cluster has \"log\""
            },
        }) {
            final OperatorException refused = assertThrows(OperatorException.class, () -> node(wrong[0]));
            assertTrue(refused.getMessage().contains(wrong[1]), refused.getMessage());
        }
    }

    private NodeSettings node(final String text) throws IOException {
        return NodeSettings.conclude(ClusterFile.read(write(text)), dir);
    }

    @Test
    @Tag("I12")
    void shouldReadPrintedConfigurationWhenItIsUsedAsFile() throws IOException {
        final NodeSettings node =
                NodeSettings.conclude(ClusterFile.read(write(HEAD + REPLICA + "[node]\nreplica = 0\n")), dir);
        final Path printed =
                Files.writeString(dir.resolve("printed.toml"), node.print(List.of("127.0.0.1:7"), List.of()));
        final NodeSettings again = NodeSettings.conclude(ClusterFile.read(printed), dir);
        assertEquals(node.cluster().walBytes(), again.cluster().walBytes());
        assertEquals("127.0.0.1:7", again.listen());
    }

    @Test
    void shouldNameVariableWhenItIsNoSetting() {
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> new Settings().putEnvironment(Map.of("VIREO_GRUPS", "3")));
        assertEquals(
                "environment variable VIREO_GRUPS is no setting of Vireo; did you mean VIREO_GROUPS?; correct or unset it",
                failure.getMessage());
    }

    @Test
    void shouldNameReplicasWhenReplicaIsMissingOrUnknown() throws IOException {
        final Path file = write(HEAD + REPLICA);
        assertTrue(assertThrows(OperatorException.class, () -> NodeSettings.conclude(ClusterFile.read(file), dir))
                .getMessage()
                .startsWith("which replica is this? Give --replica K"));
        assertEquals(
                "replica = 1: must be from 0 to 0 (from flag --set)",
                assertThrows(
                                OperatorException.class,
                                () -> NodeSettings.conclude(
                                        ClusterFile.read(file).putFlags(Map.of("replica", "1")), dir))
                        .getMessage());
    }

    private Path write(final String text) throws IOException {
        return Files.writeString(dir.resolve("cluster.toml"), text);
    }
}
