package io.vireo.sim.launch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Another process that runs the same classes.
 *
 * @param name for people.
 * @param java the executable.
 * @param mainClass what it runs.
 */
record OtherJvm(String name, Path java, String mainClass) {
    /** Where homes of a JDK 25 are named: ours, and those of GitHub's and other runners. */
    static final List<String> VARIABLES =
            List.of("JAVA_HOME_25", "JAVA25_HOME", "JAVA_HOME_25_X64", "JAVA_HOME_25_ARM64");

    private static final List<String> PLACES = List.of("/usr/lib/jvm", "/opt");

    /** The executable of a fresh JVM of this process's own kind. */
    static Path own() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** The executable in a home, or the executable itself; empty if there is none. */
    static Optional<Path> executable(final Path homeOrJava) {
        final Path inHome = homeOrJava.resolve("bin").resolve("java");
        return Files.isExecutable(inHome)
                ? Optional.of(inHome)
                : Optional.of(homeOrJava).filter(path -> Files.isRegularFile(path) && Files.isExecutable(path));
    }

    /** The executable of a JDK 25 on this machine. */
    static Optional<Path> findJdk25(final UnaryOperator<String> environment) {
        final List<Path> homes = new ArrayList<>();
        for (final String variable : VARIABLES) {
            final String home = environment.apply(variable);
            if (home != null && !home.isEmpty()) {
                homes.add(Path.of(home));
            }
        }
        for (final String place : PLACES) {
            try (DirectoryStream<Path> directories = Files.newDirectoryStream(Path.of(place), "*25*")) {
                directories.forEach(homes::add);
            } catch (final IOException e) {
                // Not every machine has this directory.
                continue;
            }
        }
        return homes.stream().filter(OtherJvm::isJdk25).findFirst().flatMap(OtherJvm::executable);
    }

    private static boolean isJdk25(final Path home) {
        try {
            return Files.readString(home.resolve("release"), StandardCharsets.UTF_8)
                    .contains("JAVA_VERSION=\"25");
        } catch (final IOException e) {
            return false;
        }
    }

    /** Begins; what it prints goes to {@code log}. */
    Process start(final Path log, final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-exports",
                "java.base/jdk.internal.ref=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        final File output = log.toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
    }
}
