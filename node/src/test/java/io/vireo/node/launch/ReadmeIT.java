package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types what the README says, in its order and in an empty directory, and expects what it promises. */
class ReadmeIT {
    private static final String PROGRAM = "node/bin/vireo ";
    private static final Pattern COMMAND_OF_TABLE = Pattern.compile("`vireo ([a-z]+)");
    private static final Pattern SHA256 = Pattern.compile("\\b[0-9a-f]{64}\\b");
    private static final long DEADLINE_MS = 180_000;
    private static final long CATCH_UP_NS = 60_000_000_000L;

    @TempDir
    Path dir;

    @Test
    void shouldDoWhatTheReadmeSaysWhenItsCommandsAreTyped() throws Exception {
        final List<List<String>> commands = commands();
        assertEquals(List.of("dev"), commands.get(0), "the first command starts the cluster");
        final Set<String> sums = new TreeSet<>();
        final List<String> entries = new ArrayList<>();
        try (VireoProcess dev = VireoProcess.startIn(dir, commands.get(0))) {
            dev.awaitLine("The cluster is ready");
            for (final List<String> command : commands.subList(1, commands.size())) {
                final VireoProcess process = run(command);
                if (command.equals(List.of("read", "--all"))) {
                    process.output().lines().forEach(entries::add);
                } else if (command.contains("--namespace")) {
                    final long deadline = System.nanoTime() + CATCH_UP_NS;
                    String sum = sum(process);
                    // A backup may be behind for a moment; the README does not say that it never is.
                    while (command.contains("--replica") && !sums.contains(sum) && System.nanoTime() < deadline) {
                        sum = sum(run(command));
                    }
                    sums.add(sum);
                }
            }
            dev.terminate();
        }
        assertTrue(entries.containsAll(List.of("hello", "world")), entries.toString());
        assertEquals(1, sums.size(), "every replica gives back what was appended: " + sums);
    }

    @Test
    void shouldKnowEveryCommandWhenTheReadmeListsIt() throws Exception {
        final Matcher matcher = COMMAND_OF_TABLE.matcher(readme());
        final Set<String> listed = new TreeSet<>();
        while (matcher.find()) {
            listed.add(matcher.group(1));
        }
        assertTrue(
                listed.containsAll(
                        Set.of("dev", "format", "node", "append", "read", "status", "bench", "inspect", "verify")),
                listed.toString());
        for (final String command : listed) {
            final VireoProcess help = VireoProcess.run(command, "--help");
            assertEquals(ExitCodes.OK, help.exitCode(), help.output());
        }
    }

    private VireoProcess run(final List<String> command) throws Exception {
        final VireoProcess process = VireoProcess.startIn(dir, here(command));
        assertEquals(ExitCodes.OK, process.exitCode(DEADLINE_MS), command + ": " + process.output());
        return process;
    }

    private static String sum(final VireoProcess process) {
        final Matcher sum = SHA256.matcher(process.output());
        assertTrue(sum.find(), process::output);
        return sum.group();
    }

    /** The arguments of every line of a code block that starts the program. */
    private static List<List<String>> commands() throws IOException {
        final List<List<String>> commands = new ArrayList<>();
        for (final String line : readme().lines().toList()) {
            if (line.startsWith(PROGRAM)) {
                commands.add(Arrays.asList(line.substring(PROGRAM.length()).split(" +")));
            }
        }
        return commands;
    }

    /** The same with texts that every JDK has, where this machine has none of Debian's. */
    private static List<String> here(final List<String> command) {
        final int from = command.indexOf("--from-files");
        if (from < 0 || Files.isDirectory(Path.of(command.get(from + 1)))) {
            return command;
        }
        return List.of(
                "append",
                "--from-files",
                Path.of(System.getProperty("java.home"), "legal").toString());
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of(System.getProperty("basedir", "."), "..", "README.md"));
    }
}
