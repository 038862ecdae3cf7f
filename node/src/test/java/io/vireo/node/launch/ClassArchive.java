package io.vireo.node.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An archive of the classes of the packaged jar, made as the start script makes one, once for the tests of this JVM: there are hundreds of
 * starts of a JVM in them, and with it each has half of the work. A JVM that it does not fit, or where it could not be made, starts without.
 */
final class ClassArchive {
    private static final long DEADLINE_S = 60;
    private static final List<String> COMMON = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final Path ARCHIVE = make();

    private ClassArchive() {}

    /** Those of the JVM of each process that a test starts. */
    static List<String> flags() {
        return List.of(COMMON.get(0), COMMON.get(1), "-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds*=off");
    }

    private static Path make() {
        try {
            final Path directory = Files.createTempDirectory("vireo-classes-");
            final Path archive = directory.resolve("archive");
            // What is registered last goes first.
            directory.toFile().deleteOnExit();
            archive.toFile().deleteOnExit();
            final ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            COMMON.get(0),
                            COMMON.get(1),
                            "-XX:ArchiveClassesAtExit=" + archive,
                            "-jar",
                            System.getProperty("vireo.jar"),
                            "warm-up")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().keySet().removeIf(name -> name.startsWith("VIREO_"));
            final Process warmUp = builder.start();
            if (!warmUp.waitFor(DEADLINE_S, TimeUnit.SECONDS)) {
                warmUp.destroyForcibly();
            }
            return archive;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the archive of classes is made", e);
        }
    }
}
