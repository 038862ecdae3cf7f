package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.transport.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which addresses a node may use: without a secret nobody proves who he is, so nobody but this machine may get at the ports. */
final class AddressGuard {
    private static final String CLIENTS = ".clients";

    private AddressGuard() {}

    /**
     * Refuses to start where an address is not of loopback and there is no secret.
     *
     * TLS takes nothing away from this: who comes by TLS proves the secret all the same.
     *
     * @return the settings whose addresses others than this machine can reach without TLS, each as "setting = address".
     */
    static List<String> require(final NodeSettings settings) {
        final List<String> reachable = new ArrayList<>();
        addresses(settings).forEach((setting, address) -> {
            if (!isLoopback(setting, address)) {
                if (settings.secret() == null) {
                    throw new OperatorException(setting + " = " + address
                            + ": not an address of loopback, and the cluster has no secret by which its members prove who they are; make one by \"vireo secret "
                            + SecretFile.NAME
                            + "\", copy it to every node and client, and put secret_file = \"" + SecretFile.NAME
                            + "\" into the cluster file (or set " + Settings.SECRET_VARIABLE
                            + " everywhere); a cluster on one machine can use 127.0.0.1 instead");
                }
                if (!isByTls(settings, setting)) {
                    reachable.add(setting + " = " + address);
                }
            }
        });
        return reachable;
    }

    private static boolean isByTls(final NodeSettings settings, final String setting) {
        return (setting.endsWith(CLIENTS)
                        ? settings.tls().clients()
                        : settings.tls().replicas())
                != null;
    }

    /** True if any replica of the cluster, or its port for clients, is to be reached from elsewhere. */
    static boolean isReachable(final ClusterConfig cluster, final Settings settings) {
        return addresses(cluster, settings).entrySet().stream()
                .anyMatch(each -> !isLoopback(each.getKey(), each.getValue()));
    }

    private static Map<String, String> addresses(final NodeSettings settings) {
        final Map<String, String> addresses = addresses(settings.cluster(), settings.settings());
        if (settings.listen() != null) {
            addresses.put(Setting.LISTEN.key(), settings.listen());
        }
        return addresses;
    }

    private static Map<String, String> addresses(final ClusterConfig cluster, final Settings settings) {
        final Map<String, String> addresses = new TreeMap<>();
        for (int i = 0; i < cluster.replicaCount(); i++) {
            for (int j = 0; j < cluster.addresses(i).size(); j++) {
                addresses.put(
                        "replicas[" + i + "].shards[" + j + "]",
                        cluster.addresses(i).get(j));
            }
            if (settings.clients(i) != null) {
                addresses.put("replicas[" + i + "]" + CLIENTS, settings.clients(i));
            }
        }
        return addresses;
    }

    /** A name that nobody knows is not taken for one. */
    private static boolean isLoopback(final String setting, final String address) {
        try {
            return InetAddress.getByName(HostPort.parse(address).host()).isLoopbackAddress();
        } catch (final IllegalArgumentException e) {
            throw new OperatorException(setting + ": " + e.getMessage(), e);
        } catch (final UnknownHostException e) {
            return false;
        }
    }
}
