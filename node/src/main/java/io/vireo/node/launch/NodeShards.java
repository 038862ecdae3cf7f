package io.vireo.node.launch;

import java.util.ArrayList;
import java.util.List;

/**
 * The shards of one process, a thread each. They live and die together: when one has failed, the others are stopped, because the process
 * that is left would look alive and have lost some of its groups.
 */
final class NodeShards {
    private final List<ShardAgent> agents;
    private RuntimeException failure;

    NodeShards(final List<ShardAgent> agents) {
        this.agents = List.copyOf(agents);
    }

    /**
     * Runs all shards to their end.
     *
     * @return the first failure of a shard, or null if all were stopped.
     */
    RuntimeException run() {
        final List<Thread> threads = new ArrayList<>();
        for (final ShardAgent agent : agents) {
            final Thread thread = new Thread(() -> run(agent), "vireo-shard-" + agent.shard());
            threads.add(thread);
            thread.start();
        }
        boolean isInterrupted = false;
        for (final Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (final InterruptedException e) {
                    isInterrupted = true;
                    stop();
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            return failure;
        }
    }

    /** Asks all shards to end; any thread. */
    void stop() {
        agents.forEach(ShardAgent::stop);
    }

    private void run(final ShardAgent agent) {
        // What is no RuntimeException is printed by the thread that it ends, and must not leave the other shards alone.
        RuntimeException cause = new IllegalStateException("shard " + agent.shard() + " was ended by an error");
        try {
            cause = agent.run();
        } finally {
            end(cause);
        }
    }

    private void end(final RuntimeException cause) {
        synchronized (this) {
            failure = failure == null ? cause : failure;
        }
        stop();
    }
}
