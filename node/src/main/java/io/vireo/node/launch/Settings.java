package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.ConfigException;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.node.auth.ClusterSecret;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The effective settings of a process with where each comes from: flags over environment over cluster file over defaults. Filled by the
 * command that starts, read once; one thread.
 */
final class Settings {
    /** A value as it was written, and where: "cluster.toml line 3", "environment VIREO_IDLE", "flag --set". */
    record Value(String text, String origin) {}

    /** The secret itself, where it is not in a file. */
    static final String SECRET_VARIABLE = "VIREO_SECRET";

    private static final String[] UNITS = {"KiB", "MiB", "GiB"};

    private final Map<Setting, Value> values = new EnumMap<>(Setting.class);
    /** Not among the values, which are printed. */
    private String secret;

    private List<List<String>> addresses = List.of();
    private String addressesOrigin = "nowhere";
    /** Where clients of the protocol connect, by replica. */
    private final Map<Integer, String> clients = new TreeMap<>();

    /** Sets a value; a later source overrides an earlier one. */
    Settings put(final Setting setting, final String text, final String origin) {
        values.put(setting, new Value(text.strip(), origin));
        return this;
    }

    Settings addresses(final List<List<String>> shardsOfReplicas, final String origin) {
        addresses = shardsOfReplicas;
        addressesOrigin = origin;
        return this;
    }

    List<List<String>> addresses() {
        return addresses;
    }

    /** @param address "host:port" of the first shard; the others have the ports after it. */
    Settings clients(final int replica, final String address) {
        clients.put(replica, address);
        return this;
    }

    /** Where clients connect to the first shard of a replica, "host:port"; null if they cannot. */
    String clients(final int replica) {
        return clients.get(replica);
    }

    boolean isSet(final Setting setting) {
        return values.containsKey(setting);
    }

    /** Takes the secret, or the file that has it, from these variables; of a client, which takes no other setting from there. */
    Settings putSecret(final Map<String, String> environment) {
        secret = environment.get(SECRET_VARIABLE);
        final String file = environment.get(Setting.SECRET_FILE.variable());
        if (file == null) {
            return this;
        }
        final String origin = "environment " + Setting.SECRET_FILE.variable();
        final Value other = values.get(Setting.SECRET_FILE);
        if (other != null && !isSameFile(other.text, file.strip())) {
            throw new OperatorException(origin + " = " + file + " and secret_file = " + other.text + " (from "
                    + other.origin + ") name two files for the secret of the cluster: keep one of them");
        }
        return put(Setting.SECRET_FILE, file, origin);
    }

    /** Takes the settings of TLS from these variables; of a client, as {@link #putSecret} does. */
    Settings putTls(final Map<String, String> environment) {
        for (final Setting setting : Setting.values()) {
            final String text = environment.get(setting.variable());
            if (setting.isOfTls() && text != null) {
                put(setting, text, "environment " + setting.variable());
            }
        }
        return this;
    }

    private static boolean isSameFile(final String one, final String other) {
        return Path.of(one)
                .toAbsolutePath()
                .normalize()
                .equals(Path.of(other).toAbsolutePath().normalize());
    }

    /** True if nodes with these variables need no secret file. */
    static boolean isSecretAmong(final Map<String, String> environment) {
        return environment.containsKey(SECRET_VARIABLE) || environment.containsKey(Setting.SECRET_FILE.variable());
    }

    /** The secret of the cluster; null if it has none. */
    ClusterSecret concludeSecret() {
        final Value file = values.get(Setting.SECRET_FILE);
        if (secret == null) {
            return file == null ? null : SecretFile.read(Path.of(file.text), file.origin);
        }
        if (file != null) {
            throw new OperatorException("environment " + SECRET_VARIABLE + " and secret_file = " + file.text + " (from "
                    + file.origin + ") both say what the secret of the cluster is: keep one of them");
        }
        try {
            return ClusterSecret.ofText(secret);
        } catch (final IllegalArgumentException e) {
            throw new OperatorException("environment " + SECRET_VARIABLE + " " + e.getMessage(), e);
        }
    }

    /** Takes every setting among these variables; one with our prefix that is none is an error. */
    Settings putEnvironment(final Map<String, String> environment) {
        putSecret(environment);
        for (final Map.Entry<String, String> variable : environment.entrySet()) {
            final Setting setting = Setting.ofVariable(variable.getKey());
            if (setting != null) {
                put(setting, variable.getValue(), "environment " + variable.getKey());
            } else if (Setting.isUnknownVariable(variable.getKey())) {
                final String near = Setting.nearest(variable.getKey().substring("VIREO_".length()));
                throw new OperatorException("environment variable " + variable.getKey() + " is no setting of Vireo"
                        + (near == null
                                ? ""
                                : "; did you mean " + Setting.ofKey(near).variable() + "?") + "; correct or unset it");
            }
        }
        return this;
    }

    /** Takes "key=value" flags. */
    Settings putFlags(final Map<String, String> flags) {
        for (final Map.Entry<String, String> flag : flags.entrySet()) {
            final Setting setting = Setting.ofKey(flag.getKey());
            if (setting == null) {
                throw new OperatorException(
                        // Not the value: it may be a secret with its key misspelt.
                        "flag --set " + flag.getKey() + ": " + unknownKey(flag.getKey()));
            }
            put(setting, flag.getValue(), "flag --set");
        }
        return this;
    }

    static String unknownKey(final String key) {
        final String near = Setting.nearest(key);
        return "unknown key \"" + key + "\""
                + (near == null
                        ? "; \"vireo node --print-config\" shows all keys"
                        : "; did you mean \"" + near + "\"?");
    }

    String text(final Setting setting, final String otherwise) {
        final Value value = values.get(setting);
        return value == null ? otherwise : value.text;
    }

    /** A number, as digits (underscores allowed) or with KiB, MiB or GiB behind them. */
    long number(final Setting setting, final long otherwise, final long min, final long max) {
        final Value value = values.get(setting);
        if (value == null) {
            return otherwise;
        }
        final long number = parseNumber(setting, value);
        if (number < min || number > max) {
            throw bad(setting, value, "must be from " + min + " to " + max);
        }
        return number;
    }

    /** One of these words. */
    String word(final Setting setting, final String otherwise, final String... words) {
        final Value value = values.get(setting);
        if (value == null) {
            return otherwise;
        }
        for (final String word : words) {
            if (word.equals(value.text)) {
                return word;
            }
        }
        throw bad(setting, value, "must be one of " + String.join(", ", words));
    }

    /** Where the value comes from; "default" where it is not set. */
    String origin(final Setting setting) {
        final Value value = values.get(setting);
        return value == null ? "default" : value.origin;
    }

    String addressesOrigin() {
        return addressesOrigin;
    }

    static OperatorException bad(final Setting setting, final Value value, final String rule) {
        return new OperatorException(setting.key() + " = " + value.text + ": " + rule + " (from " + value.origin + ")");
    }

    /** The cluster's part, checked as a whole. */
    ClusterConfig concludeCluster() {
        final NodeContext context = new NodeContext();
        final Value id = values.get(Setting.CLUSTER_ID);
        if (id != null) {
            if (!id.text.matches("[0-9a-fA-F]{32}")) {
                throw bad(Setting.CLUSTER_ID, id, "must be 32 hexadecimal digits");
            }
            context.clusterId(
                    Long.parseUnsignedLong(id.text.substring(16), 16),
                    Long.parseUnsignedLong(id.text.substring(0, 16), 16));
        }
        addresses.forEach(context::addReplica);
        context.name(text(Setting.NAME, context.name()));
        context.groupCount(integer(Setting.GROUPS, context.groupCount()));
        context.walBytes(number(Setting.WAL_BYTES, context.walBytes(), Long.MIN_VALUE, Long.MAX_VALUE));
        context.prepareSizeMax(integer(Setting.PREPARE_SIZE_MAX, context.prepareSizeMax()));
        context.pipelineMax(integer(Setting.PIPELINE_MAX, context.pipelineMax()));
        context.sessionsMax(integer(Setting.SESSIONS_MAX, context.sessionsMax()));
        context.sessionWindow(integer(Setting.SESSION_WINDOW, context.sessionWindow()));
        context.heartbeatNs(number(Setting.HEARTBEAT_NS, context.heartbeatNs(), Long.MIN_VALUE, Long.MAX_VALUE));
        context.suspicionMinNs(
                number(Setting.SUSPICION_MIN_NS, context.suspicionMinNs(), Long.MIN_VALUE, Long.MAX_VALUE));
        context.suspicionMaxNs(
                number(Setting.SUSPICION_MAX_NS, context.suspicionMaxNs(), Long.MIN_VALUE, Long.MAX_VALUE));
        context.tickNs(number(Setting.TICK_NS, context.tickNs(), Long.MIN_VALUE, Long.MAX_VALUE));
        context.requestQueueMax(integer(Setting.REQUEST_QUEUE_MAX, context.requestQueueMax()));
        context.namespacesMax(integer(Setting.NAMESPACES_MAX, context.namespacesMax()));
        context.segmentBytes(number(Setting.SEGMENT_BYTES, context.segmentBytes(), Long.MIN_VALUE, Long.MAX_VALUE));
        context.stateMachine(StateMachineKind.ofText(word(
                Setting.STATE_MACHINE,
                context.stateMachine().text(),
                StateMachineKind.LOG.text(),
                StateMachineKind.STREAM.text())));
        try {
            if (isSet(Setting.DURABILITY)) {
                context.durability(text(Setting.DURABILITY, ""));
            }
            return context.conclude();
        } catch (final ConfigException e) {
            final Setting setting = Setting.ofKey(e.setting());
            final String origin = setting == null ? addressesOrigin : origin(setting);
            throw new OperatorException(e.getMessage() + " (from " + origin + ")", e);
        }
    }

    private int integer(final Setting setting, final int otherwise) {
        return (int) number(setting, otherwise, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static long parseNumber(final Setting setting, final Value value) {
        String digits = value.text.replace("_", "");
        int shift = 0;
        for (int i = 0; i < UNITS.length; i++) {
            if (digits.endsWith(UNITS[i])) {
                digits =
                        digits.substring(0, digits.length() - UNITS[i].length()).strip();
                shift = 10 * (i + 1);
            }
        }
        try {
            return Math.multiplyExact(Long.parseLong(digits), 1L << shift);
        } catch (final NumberFormatException | ArithmeticException e) {
            throw bad(setting, value, "must be a whole number, KiB, MiB or GiB allowed behind it");
        }
    }
}
