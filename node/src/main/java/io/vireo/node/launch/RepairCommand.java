package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo repair}: has a running replica check all its files now and heal them by the others, and waits for it. */
@Command(
        name = "repair",
        description =
                "Have a running replica check every file of its last checkpoint now, and heal what is damaged by the other replicas.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It reads no faster than scrub_bytes_per_second allows, also where scrub_interval_ns = 0 turns checks off.",
            "Ctrl-C ends the waiting; the replica goes on.",
            "",
            "Example:   vireo repair --dir vireo --replica 1",
            "Exit code 0 if all is right in the end, 1 if something is damaged still or the replica cannot be asked.",
        })
public final class RepairCommand implements Callable<Integer> {
    private static final long POLL_MS = 200;
    private static final long PROGRESS_NS = 1_000_000_000L;
    /** Answers in a row that may be missing: a node that is busy, or whose connection broke. */
    private static final int SILENT_MAX = 5;

    @Mixin
    private ClusterOption clusterOption;

    @Option(names = "--replica", paramLabel = "K", required = true, description = "Which replica.")
    private int replica;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Option(
            names = "--progress",
            description = "Say every second how far it is, on standard error (the default on a terminal).")
    private boolean isProgressWanted;

    @Option(
            names = "--timeout-ms",
            paramLabel = "MS",
            defaultValue = "2000",
            description = "How long to wait for an answer of a shard (${DEFAULT-VALUE}).")
    private int timeoutMs;

    @Spec
    private CommandSpec spec;

    /** By group: its figures when it was asked, and the last ones. */
    private final Map<Long, Map<String, Object>> before = new TreeMap<>();

    private final Map<Long, Map<String, Object>> now = new TreeMap<>();
    /** By group: how many passes that were asked for are complete when this one is. */
    private final Map<Long, Long> wanted = new TreeMap<>();
    /** By shard: which process it is. */
    private final Map<Integer, Object> processes = new TreeMap<>();
    /** Chunks of the pass of a group, as far as they were seen. */
    private final Map<Long, Long> chunks = new TreeMap<>();

    @Override
    public Integer call() throws InterruptedException {
        final ClusterConfig cluster = clusterOption.load();
        if (replica < 0 || replica >= cluster.replicaCount()) {
            throw new OperatorException(
                    "--replica " + replica + ": the cluster has replicas 0 to " + (cluster.replicaCount() - 1));
        }
        final StatusClient client = new StatusClient(cluster, clusterOption.access(), timeoutMs);
        final int shards = begin(client, cluster);
        await(client, shards);
        final long damagedNow = sum("damagedNow");
        print(damagedNow);
        return damagedNow == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** Asks every shard; returns how many there are. */
    private int begin(final StatusClient client, final ClusterConfig cluster) {
        int shards = cluster.addresses(replica).size();
        final ShardCoverage coverage = new ShardCoverage(cluster.groupCount());
        for (int shard = 0; shard < shards; shard++) {
            try {
                final Map<String, Object> node = StatusClient.parse(client.scrub(replica, shard));
                if (node.get("shards") instanceof Long count) {
                    shards = (int) Math.min(shards, count);
                }
                processes.put(shard, node.get("processNonce"));
                coverage.add(node);
                take(shard, node);
            } catch (final IOException e) {
                throw new FailedException("cannot ask shard " + shard + " of replica " + replica + " at "
                        + cluster.addresses(replica).get(shard) + ": " + e.getMessage());
            }
        }
        if (coverage.problem() != null) {
            throw new FailedException("replica " + replica + " cannot be checked as a whole: " + coverage.problem());
        }
        before.putAll(now);
        // Of a pass that was under way already another one follows: the first one may have passed what has gone bad
        // since.
        now.forEach((group, scrub) -> wanted.put(group, (Long) scrub.get("askedAt")));
        return shards;
    }

    private void await(final StatusClient client, final int shards) throws InterruptedException {
        final boolean isShown = isProgressWanted || System.console() != null;
        long saidNs = System.nanoTime();
        int silent = 0;
        while (wanted.entrySet().stream().anyMatch(each -> isUnderWay(each.getKey(), each.getValue()))) {
            Thread.sleep(POLL_MS);
            try {
                for (int shard = 0; shard < shards; shard++) {
                    take(shard, StatusClient.parse(client.ask(replica, shard)));
                }
                silent = 0;
            } catch (final IOException e) {
                if (++silent == SILENT_MAX) {
                    throw new FailedException("replica " + replica + " answers no longer: " + e.getMessage());
                }
            }
            if (isShown && System.nanoTime() - saidNs >= PROGRESS_NS) {
                saidNs = System.nanoTime();
                say();
            }
        }
    }

    private boolean isUnderWay(final long group, final long passes) {
        final Map<String, Object> scrub = now.get(group);
        final boolean isComplete = (Long) scrub.get("askedPasses") >= passes;
        if (!isComplete && !Boolean.TRUE.equals(scrub.get("asked"))) {
            throw new FailedException(
                    "group " + group + " of replica " + replica + " began anew before all was checked; ask again");
        }
        return !isComplete;
    }

    @SuppressWarnings("unchecked")
    private void take(final int shard, final Map<String, Object> node) {
        if (!processes.get(shard).equals(node.get("processNonce"))) {
            throw new FailedException(
                    "shard " + shard + " of replica " + replica + " was restarted before all was checked; ask again");
        }
        if (node.get("groupsOmitted") instanceof Long omitted && omitted > 0) {
            throw new FailedException("replica " + replica + " has too many groups for one answer, which leaves out "
                    + omitted + ": start it with more shards, or let the regular checks find what is damaged");
        }
        for (final Object each : (List<Object>) node.get("groups")) {
            final Map<String, Object> group = (Map<String, Object>) each;
            final Map<String, Object> scrub = (Map<String, Object>) group.get("scrub");
            final Object number = group.get("group");
            if (scrub == null || !"RUNNING".equals(group.get("state"))) {
                throw new FailedException("group " + number + " of replica " + replica + " is " + group.get("state")
                        + ": nothing of it can be checked now; ask again when it runs");
            }
            now.put((Long) number, scrub);
            chunks.merge((Long) number, (Long) scrub.get("passChunks"), Math::max);
        }
    }

    private void say() {
        long done = 0;
        long total = 0;
        for (final Map.Entry<Long, Map<String, Object>> group : now.entrySet()) {
            final long ofGroup = chunks.get(group.getKey());
            final boolean isAsked = Boolean.TRUE.equals(group.getValue().get("asked"));
            total += ofGroup;
            done += isAsked ? (Long) group.getValue().get("passDone") : ofGroup;
        }
        final PrintWriter err = spec.commandLine().getErr();
        err.println("replica " + replica + ": " + done + " of " + total + " chunks checked, " + since("damaged")
                + " damaged, " + since("healed") + " healed");
        err.flush();
    }

    private void print(final long damagedNow) {
        final PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.println("{\"replica\":" + replica + ",\"groups\":" + now.size() + ",\"checked\":" + since("checked")
                    + ",\"damaged\":" + since("damaged") + ",\"healed\":" + since("healed") + ",\"damagedNow\":"
                    + damagedNow + "}");
        } else {
            out.println(
                    "replica " + replica + ": " + since("checked") + " chunks of " + now.size() + " groups checked, "
                            + since("damaged") + " found damaged, " + since("healed") + " healed, " + damagedNow
                            + " damaged now"
                            + (damagedNow == 0 ? "" : "; its log says why (event=damage-remains)"));
        }
        out.flush();
    }

    private long sum(final String field) {
        return now.values().stream().mapToLong(scrub -> (Long) scrub.get(field)).sum();
    }

    private long since(final String field) {
        return sum(field)
                - before.values().stream()
                        .mapToLong(scrub -> (Long) scrub.get(field))
                        .sum();
    }
}
