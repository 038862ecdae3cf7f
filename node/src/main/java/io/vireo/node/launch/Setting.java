package io.vireo.node.launch;

import java.util.Locale;

/**
 * Every setting there is: its key in the cluster file, from which follow its environment variable ({@code VIREO_} and the key in capitals)
 * and its flag ({@code --set key=value}). Cluster settings are equal on all replicas and stand at the top of the file; node settings belong
 * to one process and stand in its table {@code [node]}.
 */
enum Setting {
    NAME(true),
    CLUSTER_ID(true),
    GROUPS(true),
    WAL_BYTES(true),
    PREPARE_SIZE_MAX(true),
    PIPELINE_MAX(true),
    SESSIONS_MAX(true),
    SESSION_WINDOW(true),
    DURABILITY(true),
    HEARTBEAT_NS(true),
    SUSPICION_MIN_NS(true),
    SUSPICION_MAX_NS(true),
    TICK_NS(true),
    REQUEST_QUEUE_MAX(true),
    NAMESPACES_MAX(true),
    SEGMENT_BYTES(true),
    /** "log" or "stream"; chosen when a cluster is formatted. */
    STATE_MACHINE(true),
    /** File with the secret that the members of the cluster share; beside the cluster file where the path is not absolute. */
    SECRET_FILE(true),
    /** "on" or "off": TLS at the ports of replicas, for all who call them. */
    TLS_REPLICAS(true),
    /** "on" or "off": TLS at the ports of clients of the protocol. */
    TLS_CLIENTS(true),
    /** PEM file with the certificates of the CAs that are trusted: by replicas of each other, and by commands of nodes. */
    TLS_CA_FILE(true),
    /** PEM file with a node's own certificate, and those between it and the CA. */
    TLS_CERTIFICATE_FILE(true),
    /** PEM file with its key. */
    TLS_KEY_FILE(true),
    /** Which replica this process is. */
    REPLICA(false),
    /** How many shards the replica runs, each a thread with its own address and its share of the groups. */
    SHARDS(false),
    /** Which of them this process is, where every shard is a process of its own; else it runs them all. */
    SHARD(false),
    /** Directory that holds {@code replica-K}; else that of the cluster file. */
    DATA_DIR(false),
    /** Where to listen if not at this replica's address: "host:port". */
    LISTEN(false),
    /** "block" or "spin". */
    IDLE(false),
    /** How far the wall clock may be behind the newest timestamp of the log at start. */
    CLOCK_TOLERANCE_NS(false),
    CONNECTIONS_MAX(false),
    /** How long a pass over all files of a replica takes that checks them while they are in use; 0 for none. */
    SCRUB_INTERVAL_NS(false),
    /** Most that is read for it, of all groups of the process together. */
    SCRUB_BYTES_PER_SECOND(false),
    /** Most that is asked for, and most that is sent, of files that replicas fetch from each other; of all groups of the process together. */
    TRANSFER_BYTES_PER_SECOND(false),
    /** What a guess at a password costs who has got at the hashes, and a login; of new passwords only. */
    PASSWORD_ITERATIONS(false),
    /** "error", "warn", "info" or "debug". */
    LOG_LEVEL(false);

    /** Variables with our prefix that are no settings: of the start scripts, and secrets, which are never printed. */
    private static final String[] FOREIGN_VARIABLES = {
        "VIREO_JAVA_OPTS",
        "VIREO_BUILD",
        "VIREO_CLUSTER",
        "VIREO_DIR",
        "VIREO_ROOT_USERNAME",
        "VIREO_ROOT_PASSWORD",
        "VIREO_SERVER",
        "VIREO_USERNAME",
        "VIREO_PASSWORD",
        "VIREO_TOKEN",
        "VIREO_NEW_PASSWORD",
        Settings.SECRET_VARIABLE
    };

    static final String TLS_TABLE = "tls";

    private final boolean isOfCluster;

    Setting(final boolean isOfCluster) {
        this.isOfCluster = isOfCluster;
    }

    boolean isOfCluster() {
        return isOfCluster;
    }

    String key() {
        final String key = name().toLowerCase(Locale.ROOT);
        return isOfTls() ? TLS_TABLE + "." + key.substring(TLS_TABLE.length() + 1) : key;
    }

    /** Stands in the table of TLS, where its key has no such beginning. */
    boolean isOfTls() {
        return name().startsWith("TLS_");
    }

    /** True if the value names a file. */
    boolean isFile() {
        return name().endsWith("_FILE");
    }

    String variable() {
        return "VIREO_" + name();
    }

    /** The setting with this key, or null. */
    static Setting ofKey(final String key) {
        for (final Setting setting : values()) {
            if (setting.key().equals(key)) {
                return setting;
            }
        }
        return null;
    }

    /** The setting of this environment variable, or null where there is none. */
    static Setting ofVariable(final String variable) {
        for (final Setting setting : values()) {
            if (setting.variable().equals(variable)) {
                return setting;
            }
        }
        return null;
    }

    /** True for a variable with our prefix that is neither a setting nor one of the start scripts'. */
    static boolean isUnknownVariable(final String variable) {
        if (!variable.startsWith("VIREO_") || ofVariable(variable) != null) {
            return false;
        }
        for (final String foreign : FOREIGN_VARIABLES) {
            if (foreign.equals(variable)) {
                return false;
            }
        }
        return true;
    }

    /** The key that was probably meant, for an error about an unknown one; null if none is near. */
    static String nearest(final String key) {
        String nearest = null;
        int least = 3;
        for (final Setting setting : values()) {
            final int distance = distance(key.toLowerCase(Locale.ROOT), setting.key());
            if (distance < least) {
                least = distance;
                nearest = setting.key();
            }
        }
        return nearest;
    }

    /** Edits that turn one into the other. */
    private static int distance(final String a, final String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
