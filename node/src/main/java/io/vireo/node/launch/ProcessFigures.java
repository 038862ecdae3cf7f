package io.vireo.node.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the system and the tools of the JDK say about a Java process. What they do not say is absent, never 0. */
final class ProcessFigures {
    private static final Path PROC = Path.of("/proc");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern TOTAL = Pattern.compile("Total\\s+(\\d+)\\s+(\\d+)");

    private ProcessFigures() {}

    /** CPU time of all threads since the start. */
    static Duration cpuTime(final Process process) {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(
                        () -> new FailedException("this system does not say how much CPU time a process has used"));
    }

    /** Files, sockets and pipes that are open. */
    static OptionalLong openFiles(final Process process) {
        try (Stream<Path> open =
                Files.list(PROC.resolve(Long.toString(process.pid())).resolve("fd"))) {
            return OptionalLong.of(open.count());
        } catch (final IOException e) {
            // Not every system has it.
            return OptionalLong.empty();
        }
    }

    /** Memory of the process that is in RAM, in bytes. */
    static OptionalLong residentBytes(final Process process) {
        try {
            final Matcher resident = RESIDENT.matcher(
                    Files.readString(PROC.resolve(Long.toString(process.pid())).resolve("status")));
            return resident.find() ? OptionalLong.of(Long.parseLong(resident.group(1)) * 1_024) : OptionalLong.empty();
        } catch (final IOException e) {
            // Not every system has it.
            return OptionalLong.empty();
        }
    }

    /** Objects that are in use, in bytes, by the JDK's {@code jcmd}: makes the process collect all of its garbage first. */
    static OptionalLong liveHeapBytes(final Process process) throws InterruptedException {
        final Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(tool)) {
            return OptionalLong.empty();
        }
        try {
            final Process asked = new ProcessBuilder(
                            tool.toString(), Long.toString(process.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            OptionalLong bytes = OptionalLong.empty();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(asked.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    final Matcher total = TOTAL.matcher(line);
                    if (total.lookingAt()) {
                        bytes = OptionalLong.of(Long.parseLong(total.group(2)));
                    }
                }
            }
            asked.waitFor();
            return bytes;
        } catch (final IOException e) {
            throw new FailedException("cannot run " + tool + ": " + Failures.text(e), e);
        }
    }
}
