package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.transport.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Reads and writes the cluster file: who belongs to the cluster, where, and its settings. The same file serves nodes and clients. Every
 * error names file, line and column; an unknown key is one.
 */
public final class ClusterFile {
    public static final String NAME = "cluster.toml";

    private static final String REPLICAS = "replicas";
    private static final String SHARDS = "shards";
    private static final String CLIENTS = "clients";
    private static final String NODE = "node";

    private ClusterFile() {}

    /** The cluster that a file describes, for clients. */
    public static ClusterConfig load(final Path file) {
        return read(file).concludeCluster();
    }

    /** All settings of a file with their places. */
    static Settings read(final Path file) {
        final TomlParseResult toml;
        try {
            toml = Toml.parse(file);
        } catch (final NoSuchFileException e) {
            throw new OperatorException(
                    "there is no cluster file " + file
                            + "; name one by --cluster FILE or --dir DIR, or make one by \"vireo format\" or \"vireo dev\"",
                    e);
        } catch (final IOException e) {
            throw new OperatorException("cannot read the cluster file " + file + ": " + Failures.text(e), e);
        }
        if (toml.hasErrors()) {
            final var error = toml.errors().get(0);
            throw new OperatorException(place(file, error.position()) + ": " + error.getMessage());
        }
        final Settings settings = new Settings();
        for (final Map.Entry<String, Object> entry : toml.entrySet()) {
            final String key = entry.getKey();
            final String place = place(file, toml.inputPositionOf(List.of(key)));
            if (key.equals(REPLICAS)) {
                settings.addresses(readReplicas(entry.getValue(), file, place, settings), place);
            } else if (key.equals(NODE) && entry.getValue() instanceof TomlTable) {
                readTable((TomlTable) entry.getValue(), "", false, file, settings);
            } else if (key.equals(Setting.TLS_TABLE) && entry.getValue() instanceof TomlTable) {
                readTable((TomlTable) entry.getValue(), Setting.TLS_TABLE + ".", true, file, settings);
            } else {
                put(settings, key, entry.getValue(), true, file, place);
            }
        }
        if (settings.addresses().isEmpty()) {
            throw new OperatorException("cluster file " + file
                    + " names no replica; add for each a table [[replicas]] with shards = [\"host:port\"]");
        }
        return settings;
    }

    private static void readTable(
            final TomlTable table, final String prefix, final boolean isTop, final Path file, final Settings settings) {
        for (final Map.Entry<String, Object> entry : table.entrySet()) {
            put(
                    settings,
                    prefix + entry.getKey(),
                    entry.getValue(),
                    isTop,
                    file,
                    place(file, table.inputPositionOf(List.of(entry.getKey()))));
        }
    }

    private static void put(
            final Settings settings,
            final String key,
            final Object value,
            final boolean isTop,
            final Path file,
            final String place) {
        final Setting setting = Setting.ofKey(key);
        if (setting == null) {
            throw new OperatorException(place + ": " + Settings.unknownKey(key));
        }
        if (setting.isOfCluster() != isTop) {
            throw new OperatorException(place + ": \"" + key + "\" belongs "
                    + (isTop ? "into the table [node]" : "to the top of the file, not into [node]"));
        }
        if (!(value instanceof String) && !(value instanceof Long)) {
            throw new OperatorException(place + ": \"" + key + "\" must be a text or a whole number");
        }
        settings.put(setting, setting.isFile() ? beside(file, value.toString()) : value.toString(), place);
    }

    /** A path of the cluster file: what is not absolute begins at its directory. */
    private static String beside(final Path file, final String path) {
        return file.toAbsolutePath().resolveSibling(path).normalize().toString();
    }

    private static List<List<String>> readReplicas(
            final Object value, final Path file, final String place, final Settings settings) {
        if (!(value instanceof TomlArray)) {
            throw new OperatorException(place + ": replicas must be tables [[replicas]] with shards = [\"host:port\"]");
        }
        final TomlArray array = (TomlArray) value;
        final List<List<String>> replicas = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof TomlTable)) {
                throw new OperatorException(place(file, array.inputPositionOf(i))
                        + ": replicas must be tables [[replicas]] with shards = [\"host:port\"]");
            }
            final TomlTable replica = array.getTable(i);
            final List<String> shards = new ArrayList<>();
            for (final String key : replica.keySet()) {
                final String at = place(file, replica.inputPositionOf(List.of(key)));
                switch (key) {
                    case SHARDS -> shards.addAll(readShards(replica, at));
                    case CLIENTS -> settings.clients(i, readClients(replica, at));
                    default ->
                        throw new OperatorException(at + ": unknown key \"" + key + "\" of a replica; it has only \""
                                + SHARDS + "\" and \"" + CLIENTS + "\"");
                }
            }
            if (shards.isEmpty()) {
                throw new OperatorException(place(file, array.inputPositionOf(i)) + ": replica " + i
                        + " has no address; shards = [\"host:port\"] takes one for each shard that it may run");
            }
            replicas.add(shards);
        }
        return replicas;
    }

    private static List<String> readShards(final TomlTable replica, final String at) {
        if (!(replica.get(List.of(SHARDS)) instanceof TomlArray)) {
            throw new OperatorException(at + ": shards must be a list of \"host:port\"");
        }
        final List<String> shards = new ArrayList<>();
        for (final Object address : replica.getArray(List.of(SHARDS)).toList()) {
            if (!(address instanceof String)) {
                throw new OperatorException(at + ": shards must be a list of \"host:port\"");
            }
            shards.add((String) address);
        }
        return shards;
    }

    private static String readClients(final TomlTable replica, final String at) {
        if (!(replica.get(List.of(CLIENTS)) instanceof String address)) {
            throw new OperatorException(at + ": clients must be \"host:port\"");
        }
        try {
            return HostPort.parse(address).toString();
        } catch (final IllegalArgumentException e) {
            throw new OperatorException(at + ": clients: " + e.getMessage(), e);
        }
    }

    /** Writes a new file; one that exists is an error and stays as it is. */
    static void create(final Path file, final Settings settings) {
        final StringBuilder text = new StringBuilder(
                "# A Vireo cluster: the same file on every replica and client. \"vireo node --print-config\" shows all settings.\n");
        for (final Setting setting : Setting.values()) {
            if (setting.isOfCluster() && settings.isSet(setting)) {
                text.append(setting.key())
                        .append(" = ")
                        .append(toml(settings.text(setting, "")))
                        .append('\n');
            }
        }
        for (int replica = 0; replica < settings.addresses().size(); replica++) {
            text.append("\n[[replicas]]\n")
                    .append(replica(settings.addresses().get(replica), settings.clients(replica)));
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(
                    file,
                    text.toString().getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (final FileAlreadyExistsException e) {
            throw new OperatorException(
                    "the cluster file " + file + " exists and is left as it is; remove it or name another place", e);
        } catch (final IOException e) {
            throw new OperatorException("cannot write the cluster file " + file + ": " + Failures.text(e), e);
        }
    }

    /** The lines of a replica. @param clients null if it serves none. */
    static String replica(final List<String> shards, final String clients) {
        return SHARDS + " = " + toml(shards) + "\n" + (clients == null ? "" : CLIENTS + " = " + toml(clients) + "\n");
    }

    /** A value as TOML: digits as a number, all else as a text. */
    static String toml(final String value) {
        return value.matches("[0-9]{1,18}") ? value : "\"" + Toml.tomlEscape(value) + "\"";
    }

    /** Texts as a list. */
    static String toml(final List<String> values) {
        return values.stream().map(ClusterFile::toml).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String place(final Path file, final TomlPosition position) {
        return position == null ? file.toString() : file + " line " + position.line() + ", column " + position.column();
    }
}
