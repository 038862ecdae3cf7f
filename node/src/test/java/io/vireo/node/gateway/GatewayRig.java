package io.vireo.node.gateway;

import io.vireo.node.iggy.ClientRecord;
import io.vireo.node.iggy.ClusterRecord;
import io.vireo.node.iggy.Secret;
import io.vireo.node.iggy.StatsRecord;
import io.vireo.node.port.Clock;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.metadata.TopicSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A gateway before the real state machines, with a root user; time passes when a test says so. */
final class GatewayRig implements AutoCloseable {
    static final int NODE = 2;
    static final int MESSAGE_MAX = 4096;
    static final int BATCH_MAX = 6000;
    static final int OUTPUT_MAX = 80_000;
    static final int INFLIGHT_MAX = 5;
    static final long REQUEST_BYTES_MAX = 12_000;
    static final long RETRY_NS = 10;
    static final long TIMEOUT_NS = 100;
    static final TopicSettings DEFAULTS = new TopicSettings(1, TopicSettings.NEVER, TopicSettings.UNLIMITED, 1);
    static final GatewaySettings SETTINGS = new GatewaySettings(
            NODE,
            Groups.LIMITS,
            DEFAULTS,
            MESSAGE_MAX,
            BATCH_MAX,
            Groups.ANSWER_MAX,
            INFLIGHT_MAX,
            REQUEST_BYTES_MAX,
            OUTPUT_MAX,
            TIMEOUT_NS,
            RETRY_NS);

    private static final long START = 3;

    final Groups groups;
    final Gateway gateway;
    long wallNs;
    boolean isHashBusy;
    private long nowNs = 5;
    private int tokens;

    GatewayRig(final Path directory) {
        groups = new Groups(directory);
        gateway = new Gateway(
                SETTINGS,
                START,
                new GatewayPorts(
                        groups,
                        new PlainHash(),
                        new CountedTokens(),
                        GatewayRig::cluster,
                        new Server(),
                        groups,
                        new Time(),
                        new SeededRandom(7)),
                nowNs);
        groups.command(new UserCommands.CreateRoot("iggy", "hash of iggy"), Actor.SYSTEM);
    }

    Client client(final int clientId) {
        return new Client(gateway, clientId, ClientRecord.Transport.TCP);
    }

    /** A client that is logged in as root. */
    Client root(final int clientId) {
        final Client client = client(clientId);
        client.login("iggy", "iggy");
        return client;
    }

    /** Time passes, and nothing else happens. */
    void pass(final long ns) {
        nowNs += ns;
        gateway.onTick(nowNs);
    }

    long nowNs() {
        return nowNs;
    }

    void tick() {
        nowNs += RETRY_NS;
        gateway.onTick(nowNs);
    }

    @Override
    public void close() {
        groups.close();
    }

    private static ClusterRecord cluster() {
        return new ClusterRecord(
                "c",
                List.of(new ClusterRecord.Node(
                        "n0", "127.0.0.1", 8090, 0, 0, 0, ClusterRecord.Role.LEADER, ClusterRecord.Health.HEALTHY)));
    }

    private final class PlainHash implements PasswordHash {
        @Override
        public void hash(final Secret password, final Consumer<String> onHash, final Runnable onBusy) {
            if (isHashBusy) {
                onBusy.run();
            } else {
                onHash.accept("hash of " + password.value());
            }
        }

        @Override
        public void verify(
                final Secret password, final String hash, final Consumer<Boolean> onVerified, final Runnable onBusy) {
            if (isHashBusy) {
                onBusy.run();
            } else {
                onVerified.accept(("hash of " + password.value()).equals(hash));
            }
        }
    }

    private final class CountedTokens implements Tokens {
        @Override
        public Secret create() {
            return new Secret("token-" + tokens++);
        }

        @Override
        public String hash(final Secret token) {
            return "h(" + token.value() + ")";
        }
    }

    private final class Time implements Clock {
        @Override
        public long monotonicNs() {
            return nowNs;
        }

        @Override
        public long wallNs() {
            return wallNs;
        }
    }

    private static final class Server implements ServerView {
        @Override
        public StatsRecord.ProcessFigures process() {
            return new StatsRecord.ProcessFigures(11, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }

        @Override
        public StatsRecord.Host host() {
            return new StatsRecord.Host("host", "os", "1", "kernel", "0.1.0", 1_000);
        }

        @Override
        public StatsRecord.Storage storage() {
            return new StatsRecord.Storage(4, 5, 6);
        }

        @Override
        public void snapshot(
                final int compression, final List<Integer> types, final Consumer<Optional<byte[]>> onPacked) {
            onPacked.accept(types.contains(100) ? Optional.of(new byte[] {'P', 'K'}) : Optional.empty());
        }
    }
}
