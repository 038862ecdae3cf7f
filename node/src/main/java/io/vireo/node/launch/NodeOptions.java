package io.vireo.node.launch;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a node's settings; anything without a flag of its own goes by {@code --set}. A picocli mixin. */
final class NodeOptions {
    @Mixin
    private ClusterOption cluster;

    @Option(names = "--replica", paramLabel = "K", description = "Which replica this process is.")
    private String replica;

    @Option(
            names = "--shards",
            paramLabel = "S",
            description =
                    "How many shards the replica runs, a thread and an address each (default: one per core but one, as far as there are groups and addresses).")
    private String shards;

    @Option(
            names = "--shard",
            paramLabel = "K",
            description = "Run only this shard in this process, 0 to S-1: one process per core.")
    private String shard;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Directory that holds replica-K (default: that of the cluster file).")
    private String dataDir;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Listen here instead of at the address in the cluster file; port 0 is any free one.")
    private String listen;

    @Option(
            names = "--idle",
            paramLabel = "HOW",
            description = "block (default) or spin, which takes a whole core per shard.")
    private String idle;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "error, warn, info (default) or debug.")
    private String logLevel;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any setting by its key in the cluster file.")
    private Map<String, String> others = new LinkedHashMap<>();

    /** File, environment and flags, in this order of rising precedence, checked. */
    NodeSettings conclude(final Map<String, String> environment) {
        final Settings settings =
                ClusterFile.read(cluster.file()).putEnvironment(environment).putFlags(others);
        flag(settings, Setting.REPLICA, replica, "flag --replica");
        flag(settings, Setting.SHARDS, shards, "flag --shards");
        flag(settings, Setting.SHARD, shard, "flag --shard");
        flag(settings, Setting.DATA_DIR, dataDir, "flag --data-dir");
        flag(settings, Setting.LISTEN, listen, "flag --listen");
        flag(settings, Setting.IDLE, idle, "flag --idle");
        flag(settings, Setting.LOG_LEVEL, logLevel, "flag --log-level");
        return NodeSettings.conclude(settings, cluster.dataDir());
    }

    private static void flag(final Settings settings, final Setting setting, final String text, final String origin) {
        if (text != null) {
            settings.put(setting, text, origin);
        }
    }
}
