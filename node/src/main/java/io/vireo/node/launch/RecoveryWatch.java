package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** Waits until every group of a replica is ready, and says how far it is, each second in which that changes. */
final class RecoveryWatch {
    private static final long POLL_MS = 1_000;

    private final StatusClient client;
    private final ClusterConfig cluster;
    private final int replica;
    private final PrintWriter out;
    private String said = "";

    private int groups;
    private int ready;
    /** What the first group that is not ready says. */
    private String lacking = "";

    RecoveryWatch(final StatusClient client, final ClusterConfig cluster, final int replica, final PrintWriter out) {
        this.client = client;
        this.cluster = cluster;
        this.replica = replica;
        this.out = out;
    }

    void await() throws InterruptedException {
        while (!isReady()) {
            Thread.sleep(POLL_MS);
        }
    }

    private boolean isReady() {
        groups = 0;
        ready = 0;
        lacking = "";
        int shards = cluster.addresses(replica).size();
        try {
            for (int shard = 0; shard < shards; shard++) {
                final Map<String, Object> node = StatusClient.parse(client.ask(replica, shard));
                if (node.get("shards") instanceof Long count) {
                    shards = (int) Math.min(shards, count);
                }
                take(node);
            }
        } catch (final IOException e) {
            say("does not answer (" + e.getMessage() + ")");
            return false;
        }
        say(ready + " of " + cluster.groupCount() + " groups ready" + (lacking.isEmpty() ? "" : "; " + lacking));
        return groups == cluster.groupCount() && ready == groups;
    }

    /** One shard's document. */
    @SuppressWarnings("unchecked")
    void take(final Map<String, Object> node) {
        for (final Object each : (List<Object>) node.get("groups")) {
            final Map<String, Object> group = (Map<String, Object>) each;
            groups++;
            if (Boolean.TRUE.equals(group.get("ready"))) {
                ready++;
            } else if (lacking.isEmpty()) {
                final String note = StatusCommand.note(group);
                lacking = "group " + group.get("group") + " is " + group.get("readiness")
                        + (note.isEmpty() ? "" : ": " + note);
            }
        }
    }

    private void say(final String text) {
        if (!text.equals(said)) {
            said = text;
            out.println("replica " + replica + ": " + text);
            out.flush();
        }
    }
}
