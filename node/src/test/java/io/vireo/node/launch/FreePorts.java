package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback for clusters whose nodes are killed and started again: below those that the system gives to who connects, because one of
 * these may take the port of a node that is down.
 */
final class FreePorts {
    private static final int FIRST = 15_000;
    private static final int END = 30_000;
    private static final int TRIES_MAX = 64;

    private FreePorts() {}

    /** The first of so many in a row that nobody listens on now; another build on this machine hardly gets the same. */
    static int inARow(final int count) {
        for (int i = 0; i < TRIES_MAX; i++) {
            final int first = ThreadLocalRandom.current().nextInt(FIRST, END - count);
            if (ClientPorts.areFree(first, count)) {
                return first;
            }
        }
        return fail("no " + count + " free ports in a row");
    }

    /** "host:port" of each shard, by replica. */
    static List<List<String>> addresses(final int replicas, final int shards) {
        final int first = inARow(replicas * shards);
        final List<List<String>> addresses = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) {
            final List<String> ofReplica = new ArrayList<>();
            for (int shard = 0; shard < shards; shard++) {
                ofReplica.add("127.0.0.1:" + (first + replica * shards + shard));
            }
            addresses.add(ofReplica);
        }
        return addresses;
    }
}
