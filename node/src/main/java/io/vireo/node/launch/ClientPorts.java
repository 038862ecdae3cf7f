package io.vireo.node.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports for clients of a cluster that is made on one machine. */
final class ClientPorts {
    /** Where clients of the protocol look first. */
    static final int FIRST = 8090;

    private static final int TRIES_MAX = 64;

    private ClientPorts() {}

    /**
     * "host:port" of the first shard of each replica, on loopback: the ports from {@link #FIRST} on, or where one of them is taken some that
     * nobody listens on now.
     *
     * @param shardCount of each replica; the shards have ports in a row.
     */
    static List<String> choose(final int replicaCount, final int shardCount) {
        int first = FIRST;
        for (int i = 0; i < TRIES_MAX; i++) {
            if (areFree(first, replicaCount * shardCount)) {
                final List<String> addresses = new ArrayList<>();
                for (int replica = 0; replica < replicaCount; replica++) {
                    addresses.add("127.0.0.1:" + (first + replica * shardCount));
                }
                return addresses;
            }
            first = anyFree();
        }
        throw new OperatorException("cannot get " + replicaCount * shardCount
                + " free ports in a row on 127.0.0.1 for clients; make the cluster by \"vireo format --clients\"");
    }

    /** Whether nobody listens on any of them now. */
    static boolean areFree(final int first, final int count) {
        final List<ServerSocket> taken = new ArrayList<>();
        try {
            try {
                for (int port = first; port < first + count; port++) {
                    if (port > 65_535) {
                        return false;
                    }
                    taken.add(new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")));
                }
                return true;
            } finally {
                for (final ServerSocket socket : taken) {
                    socket.close();
                }
            }
        } catch (final IOException e) {
            return false;
        }
    }

    private static int anyFree() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (final IOException e) {
            throw new OperatorException("cannot get a free port on 127.0.0.1: " + Failures.text(e), e);
        }
    }
}
