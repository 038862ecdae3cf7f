package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo status}: asks every shard of every replica of the cluster and prints a table, or the documents themselves as a JSON array. */
@Command(
        name = "status",
        description = "Show what every replica says about itself.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "lag is how many ops a replica has still to apply of those that are known to be committed, at the moment it was asked.",
            "ready is yes, or what a group of a replica still lacks.",
            "",
            "Exit code 0 if every shard of every replica answered and they fit together, 1 if not.",
        })
public final class StatusCommand implements Callable<Integer> {
    private static final String[] COLUMNS = {
        "replica",
        "group",
        "role",
        "status",
        "view",
        "head",
        "commit",
        "applied",
        "lag",
        "faulty",
        "missing",
        "shard",
        "connections",
        "ready",
        "notes"
    };

    private static final int GROUP_COLUMN = 1;
    private static final int COMMIT_COLUMN = 6;
    private static final int APPLIED_COLUMN = 7;
    private static final int LAG_COLUMN = 8;
    private static final int SHARD_COLUMN = 11;

    private static final String NUMBER = "[0-9]{1,18}";

    @Mixin
    private ClusterOption clusterOption;

    @Option(names = "--json", description = "Print an array with one JSON document per shard of a replica.")
    private boolean isJson;

    @Option(
            names = "--timeout-ms",
            paramLabel = "MS",
            defaultValue = "2000",
            description = "How long to wait for a shard (${DEFAULT-VALUE}).")
    private int timeoutMs;

    @Spec
    private CommandSpec spec;

    private final List<String> documents = new ArrayList<>();
    private final List<String[]> rows = new ArrayList<>();

    @Override
    public Integer call() {
        final ClusterConfig cluster = clusterOption.load();
        final StatusClient client = new StatusClient(cluster, clusterOption.access(), timeoutMs);
        boolean isComplete = true;
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            isComplete &= ask(client, cluster, replica);
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.println("[" + String.join(",\n ", documents) + "]");
        } else {
            putLags();
            print(out, rows);
        }
        out.flush();
        return isComplete ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** The shards of one replica: as many as one of them says that there are; before one has, as many as there are addresses. */
    private boolean ask(final StatusClient client, final ClusterConfig cluster, final int replica) {
        boolean isComplete = true;
        final ShardCoverage coverage = new ShardCoverage(cluster.groupCount());
        int shardCount = cluster.addresses(replica).size();
        for (int shard = 0; shard < shardCount; shard++) {
            try {
                final String document = client.ask(replica, shard);
                final Map<String, Object> node = StatusClient.parse(document);
                if (node.get("shards") instanceof Long) {
                    shardCount = (int) Math.min(shardCount, (Long) node.get("shards"));
                }
                documents.add(document);
                addRows(node);
                coverage.add(node);
            } catch (final IOException e) {
                isComplete = false;
                addUnreachable(replica, shard, cluster.addresses(replica).get(shard) + ": " + e.getMessage());
            }
        }
        if (!isComplete) {
            return false;
        }
        final String problem = coverage.problem();
        if (problem != null) {
            addInconsistent(replica, problem);
        }
        return problem == null;
    }

    private void addInconsistent(final int replica, final String problem) {
        documents.add("{\"replica\":" + replica + ",\"inconsistent\":\"" + escaped(problem) + "\"}");
        addRow(replica, "inconsistent", "-", problem);
    }

    private void addUnreachable(final int replica, final int shard, final String reason) {
        documents.add(
                "{\"replica\":" + replica + ",\"shard\":" + shard + ",\"unreachable\":\"" + escaped(reason) + "\"}");
        addRow(replica, "unreachable", Integer.toString(shard), reason);
    }

    /** A row about no group. */
    private void addRow(final int replica, final String status, final String shard, final String note) {
        final String[] row = new String[COLUMNS.length];
        Arrays.fill(row, "");
        row[0] = Integer.toString(replica);
        row[1] = "-";
        row[2] = "-";
        row[3] = status;
        row[SHARD_COLUMN] = shard;
        row[COLUMNS.length - 1] = note;
        rows.add(row);
    }

    @SuppressWarnings("unchecked")
    private void addRows(final Map<String, Object> node) {
        final Map<String, Object> connections = (Map<String, Object>) node.get("connections");
        for (final Object each : (List<Object>) node.get("groups")) {
            final Map<String, Object> group = (Map<String, Object>) each;
            rows.add(new String[] {
                text(node, "replica"),
                text(group, "group"),
                text(group, "role"),
                text(group, "status"),
                text(group, "view"),
                text(group, "head"),
                text(group, "commitMax"),
                text(group, "commitMin"),
                "",
                text(group, "faulty"),
                text(group, "missing"),
                text(node, "shard") + " of " + text(node, "shards"),
                "replicas " + connections.get("replicas") + bulk(connections) + ", clients "
                        + connections.get("clients") + clients(node),
                ready(group),
                note(group)
            });
        }
    }

    /** How many ops a replica has to apply before it is where the group is, as far as any replica that answered knows. */
    private void putLags() {
        final Map<String, Long> committed = new HashMap<>();
        for (final String[] row : rows) {
            if (row[COMMIT_COLUMN].matches(NUMBER)) {
                committed.merge(row[GROUP_COLUMN], Long.parseLong(row[COMMIT_COLUMN]), Math::max);
            }
        }
        for (final String[] row : rows) {
            if (row[APPLIED_COLUMN].matches(NUMBER) && committed.containsKey(row[GROUP_COLUMN])) {
                row[LAG_COLUMN] = Long.toString(committed.get(row[GROUP_COLUMN]) - Long.parseLong(row[APPLIED_COLUMN]));
            }
        }
    }

    /** The port for clients of the protocol and how many there are. */
    @SuppressWarnings("unchecked")
    private static String clients(final Map<String, Object> node) {
        final Map<String, Object> clients = (Map<String, Object>) node.get("clients");
        if (clients == null) {
            return "";
        }
        return ", " + clients.get("connections") + " at " + clients.get("address")
                + (Boolean.TRUE.equals(clients.get("serving")) ? "" : " (not served yet)");
    }

    /** What keeps a replica from counting, or nothing. */
    private static String standing(final Map<String, Object> group) {
        if (!Boolean.FALSE.equals(group.get("voter"))) {
            return "";
        }
        return "RECOVERING".equals(group.get("status"))
                ? "its disk was lost; waits for the other replicas"
                : "its disk was lost; learns, ops " + group.get("ackable") + " of " + group.get("head");
    }

    /** Whether a group can be counted on, or what it lacks; a node of before does not say. */
    private static String ready(final Map<String, Object> group) {
        final String readiness = text(group, "readiness");
        return Boolean.TRUE.equals(group.get("ready")) ? "yes" : readiness.toLowerCase(Locale.ROOT);
    }

    /** While a group opens: at which stage it is and how far. */
    @SuppressWarnings("unchecked")
    static String note(final Map<String, Object> group) {
        final Map<String, Object> opening = (Map<String, Object>) group.get("opening");
        if (!"OPENING".equals(group.get("state")) || opening == null || !opening.containsKey("stage")) {
            final String fetched =
                    TransferStatus.note(text(group, "note"), (Map<String, Object>) group.get("transfer"));
            final String scrubbed = ScrubStatus.note(fetched, (Map<String, Object>) group.get("scrub"));
            return Stream.of(standing(group), DivergenceStatus.note(group), scrubbed)
                    .filter(each -> !each.isEmpty())
                    .collect(Collectors.joining("; "));
        }
        final String far =
                opening.containsKey("total") ? " " + opening.get("done") + " of " + opening.get("total") : "";
        return "opening " + opening.get("stage") + far + ", " + opening.get("ms") + " ms";
    }

    /** Which replicas there is a connection for bulk with, where these are not the same as those for consensus. */
    private static String bulk(final Map<String, Object> connections) {
        final Object bulk = connections.get("bulk");
        return bulk == null || bulk.equals(connections.get("replicas")) ? "" : " (bulk " + bulk + ")";
    }

    private static String text(final Map<String, Object> fields, final String name) {
        final Object value = fields.get(name);
        return value == null ? "" : value.toString();
    }

    private static void print(final PrintWriter out, final List<String[]> rows) {
        rows.add(0, COLUMNS);
        final int[] widths = new int[COLUMNS.length];
        for (final String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (final String[] row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String escaped(final String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace('\n', ' ');
    }
}
