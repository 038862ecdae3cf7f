package io.vireo.node.launch;

import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A replica of a bench whose disk is wiped while the others go on: prepared as by {@code vireo recover}, started, and watched by its status
 * until it counts again. May be killed and started again on the way. One thread.
 */
final class WipedReplica {
    /** Not the primary of the first view. */
    static final int REPLICA = 2;

    private static final int STATUS_TIMEOUT_MS = 5_000;
    private static final long POLL_MS = 20;
    private static final long RETURN_MAX_NS = 3_600_000_000_000L;

    /**
     * How it came back.
     *
     * @param fetchStartNs {@link System#nanoTime} when the first bytes of files had come.
     * @param fetchEndNs the same when the checkpoint was installed.
     * @param voterNs the same when it counted again.
     * @param bytes of files that came, over all its processes.
     * @param saved bytes of files that a later process found on its disk, so that they did not come again.
     * @param targetBytes of all the files of the checkpoint that it fetched.
     */
    record Return(
            long fetchStartNs, long fetchEndNs, long voterNs, long bytes, long saved, long targetBytes, int kills) {
        double fetchSeconds() {
            return (fetchEndNs - fetchStartNs) / 1e9;
        }
    }

    private final BenchProcesses nodes;
    private String[] flags;
    private final StatusClient client;
    private Process process;
    private long fetchStartNs;
    private long fetchEndNs;
    /** Of processes that were killed. */
    private long bytesBefore;

    private long savedBefore;
    private long targetBytes;
    private Map<String, Object> group;

    /** @param process the running replica. @param flags further ones of {@code vireo node}. */
    WipedReplica(final BenchProcesses nodes, final Process process, final String... flags) {
        this.nodes = nodes;
        this.process = process;
        this.flags = flags.clone();
        this.client = new StatusClient(nodes.cluster(), nodes.access(), STATUS_TIMEOUT_MS);
    }

    /** Other flags for the next start. */
    void flags(final String... next) {
        flags = next.clone();
    }

    /** Stops it, wipes its disk, prepares that and starts it; returns when it fetches bytes of files. */
    void wipe() throws InterruptedException {
        nodes.stop(process, false);
        BenchProcesses.deleteTree(NodeSettings.replicaDir(nodes.directory(), REPLICA));
        ReplicaFormatter.recover(nodes.cluster(), nodes.directory(), REPLICA);
        bytesBefore = 0;
        savedBefore = 0;
        targetBytes = 0;
        process = nodes.startReplica(REPLICA, nodes.log(REPLICA), flags);
        final long deadlineNs = System.nanoTime() + RETURN_MAX_NS;
        look();
        while (transfer("bytesReceived") == 0) {
            if (isVoter()) {
                throw new FailedException(
                        "the replica came back without files: the load is too small for a checkpoint");
            }
            pause(deadlineNs);
            look();
        }
        fetchStartNs = System.nanoTime();
        fetchEndNs = 0;
        targetBytes = transfer("bytes");
    }

    /**
     * Waits until it counts again, and kills and starts it so often on the way, each time after another part of its files.
     *
     * @param kills how often.
     */
    Return await(final int kills) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + RETURN_MAX_NS;
        int killed = 0;
        while (true) {
            look();
            targetBytes = Math.max(targetBytes, transfer("bytes"));
            final boolean isFetching = isFetching();
            final long received = bytesBefore + transfer("bytesReceived");
            if (killed < kills
                    && isFetching
                    && targetBytes > 0
                    && received * (kills + 1) >= targetBytes * (killed + 1)) {
                killed++;
                bytesBefore = received;
                savedBefore += transfer("bytesSaved");
                nodes.stop(process, true);
                process = nodes.startReplica(REPLICA, nodes.log(REPLICA), flags);
            } else if (group != null && !isFetching && fetchEndNs == 0) {
                fetchEndNs = System.nanoTime();
            } else if (isFetching) {
                fetchEndNs = 0; // A later checkpoint.
            }
            if (isVoter()) {
                if (targetBytes == 0 || fetchEndNs <= fetchStartNs) {
                    throw new FailedException("the files came so fast that nobody saw it: take more --data-bytes");
                }
                return new Return(
                        fetchStartNs,
                        fetchEndNs,
                        System.nanoTime(),
                        received,
                        savedBefore + transfer("bytesSaved"),
                        targetBytes,
                        killed);
            }
            pause(deadlineNs);
        }
    }

    private boolean isFetching() {
        return transfer().get("active") == Boolean.TRUE;
    }

    private boolean isVoter() {
        return group != null && group.get("voter") == Boolean.TRUE && "NORMAL".equals(group.get("status"));
    }

    private long transfer(final String field) {
        return transfer().get(field) instanceof Long number ? number : 0;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> transfer() {
        final Object transfer = group == null ? null : group.get("transfer");
        return transfer == null ? Map.of() : (Map<String, Object>) transfer;
    }

    /** Asks for the status; nothing is known while the process does not answer. */
    @SuppressWarnings("unchecked")
    private void look() {
        try {
            final List<Object> groups =
                    (List<Object>) StatusClient.parse(client.ask(REPLICA)).get("groups");
            group = (Map<String, Object>) groups.get(0);
        } catch (final IOException e) {
            group = null; // It is starting: nobody listens yet.
        }
    }

    private void pause(final long deadlineNs) throws InterruptedException {
        nodes.requireAlive();
        if (System.nanoTime() - deadlineNs >= 0) {
            throw new FailedException("the replica did not come back within an hour");
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
}
