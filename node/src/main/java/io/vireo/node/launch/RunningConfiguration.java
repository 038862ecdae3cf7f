package io.vireo.node.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The file in the directory of a replica that says what a process really runs with, its ports above all: {@code running.toml} of one that
 * runs the whole replica, {@code running-shard-K.toml} of one that runs a shard. Written at every start under the locks of the groups; so
 * whatever the other kind of start has left is out of date, and goes.
 */
final class RunningConfiguration {
    private static final String NAME = "running.toml";
    private static final String OF_SHARDS = "running-shard-*.toml";
    private static final Pattern PID = Pattern.compile("(?m)^# pid (\\d+)");
    private static final Pattern GROUPS = Pattern.compile("(?m)^# groups ([0-9 ]+)$");

    private RunningConfiguration() {}

    /** Replaces the file as a whole. */
    static void write(
            final NodeSettings settings, final List<String> listenAddresses, final List<String> clientAddresses) {
        final Path directory = settings.replicaDir();
        final Path file = directory.resolve(settings.isOneShard() ? ofShard(settings.shard()) : NAME);
        final Path written = directory.resolve(file.getFileName() + ".tmp");
        final String text =
                "# Written at every start: what this process runs with. Changing it changes nothing.\n# pid "
                        + ProcessHandle.current().pid() + "\n# groups "
                        + IntStream.of(settings.hostedGroups())
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining(" "))
                        + "\n" + settings.print(listenAddresses, clientAddresses);
        try {
            Files.write(written, text.getBytes(StandardCharsets.UTF_8));
            Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            if (settings.isOneShard()) {
                Files.deleteIfExists(directory.resolve(NAME));
            } else {
                deleteOfShards(directory);
            }
        } catch (final IOException e) {
            throw new OperatorException(
                    "cannot write " + file + ": " + Failures.text(e) + "; the data directory must be writable", e);
        }
    }

    /** For people: which file names which living process for this group; empty if none does. */
    static String processOf(final Path replicaDirectory, final int group) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(replicaDirectory, "running*.toml")) {
            for (final Path file : files) {
                final String text = Files.readString(file);
                final Matcher pid = PID.matcher(text);
                final Matcher groups = GROUPS.matcher(text);
                final boolean isOfGroup =
                        groups.find() && List.of(groups.group(1).split(" ")).contains(Integer.toString(group));
                if (isOfGroup
                        && pid.find()
                        && ProcessHandle.of(Long.parseLong(pid.group(1)))
                                .map(ProcessHandle::isAlive)
                                .orElse(false)) {
                    return "; by " + file.getFileName() + " it is process " + pid.group(1);
                }
            }
            return "";
        } catch (final IOException e) {
            return "";
        }
    }

    private static void deleteOfShards(final Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, OF_SHARDS)) {
            for (final Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static String ofShard(final int shard) {
        return OF_SHARDS.replace("*", Integer.toString(shard));
    }
}
