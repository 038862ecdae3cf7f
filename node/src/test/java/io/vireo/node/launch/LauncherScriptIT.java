package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the start scripts in a copy of the directories they need. The {@code java} and {@code mvn} they find are small scripts that print how
 * they were called, so that no test builds anything or starts a JVM.
 */
class LauncherScriptIT {
    private static final Path ROOT = Path.of(System.getProperty("vireo.root"));
    private static final int OPERATOR_ERROR = 2;

    @TempDir
    Path temp;

    private Path copy;
    private Path tools;

    @BeforeEach
    void copyScripts() throws IOException {
        // A blank in the path, because users have them.
        copy = Files.createDirectories(temp.resolve("a copy"));
        tools = Files.createDirectories(temp.resolve("tools"));
        for (final String script : List.of("node/bin/vireo", "node/bin/launcher.sh", "sim/bin/vireo-sim")) {
            Files.createDirectories(copy.resolve(script).getParent());
            Files.copy(ROOT.resolve(script), copy.resolve(script));
            makeExecutable(copy.resolve(script));
        }
        Files.writeString(copy.resolve("pom.xml"), "<project/>");
        for (final String module : List.of("journal", "bootstrap", "node", "sim")) {
            Files.createDirectories(copy.resolve(module).resolve("src/main"));
            Files.writeString(copy.resolve(module).resolve("pom.xml"), "<project/>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node/bin/vireo", "sim/bin/vireo-sim"})
    void shouldRunJarWithFlagsWhenStartedThroughSymbolicLinkFromElsewhere(final String script) throws Exception {
        final Path jar = jar(script);
        final Path link = Files.createSymbolicLink(temp.resolve("link"), copy.resolve(script));

        final Result result =
                run(link, java("17.0.15"), Map.of("VIREO_JAVA_OPTS", "-Xmx1g  -Da=*"), "append", "two words");

        assertEquals(0, result.exitCode, result.toString());
        final List<String> expected =
                new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError"));
        if (script.endsWith("vireo-sim")) {
            expected.addAll(List.of("-XX:NewSize=256m", "-Xlog:gc+ergo=off"));
            if (hasHugePages()) {
                expected.add("-XX:+UseTransparentHugePages");
            }
        }
        expected.addAll(List.of("-Xmx1g", "-Da=*", "-jar", jar.toString(), "append", "two words"));
        assertEquals(expected, result.output);
    }

    private static boolean hasHugePages() throws IOException {
        final Path enabled = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        return Files.exists(enabled) && !Files.readString(enabled).contains("[never]");
    }

    @Test
    void shouldAllowUnsafeMemoryAccessWhenJavaKnowsTheFlag() throws Exception {
        jar("node/bin/vireo");
        assertTrue(run(copy.resolve("node/bin/vireo"), java("25.0.3"), Map.of())
                .output
                .contains("--sun-misc-unsafe-memory-access=allow"));
        assertFalse(run(copy.resolve("node/bin/vireo"), java("23"), Map.of())
                .output
                .contains("--sun-misc-unsafe-memory-access=allow"));
    }

    @Test
    void shouldMakeArchiveOfClassesOnceForEachBuildWhenJavaCan() throws Exception {
        final Path jar = jar("node/bin/vireo");
        final Path script = copy.resolve("node/bin/vireo");
        final Path home = archivingJava("17.0.15");
        final Path archive = jar.resolveSibling("vireo-17.0.15.jsa");

        for (int i = 0; i < 2; i++) {
            final Result result = run(script, home, Map.of(), "status");
            assertEquals(0, result.exitCode, result.toString());
            assertEquals("", result.errors);
            assertTrue(
                    result.output.containsAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off", "status")),
                    result.toString());
            assertEquals(1, Files.readAllLines(temp.resolve("archived")).size());
        }
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        run(script, home, Map.of(), "status");
        assertEquals(2, Files.readAllLines(temp.resolve("archived")).size());
    }

    @Test
    void shouldKeepTheOperatorsSettingsFromTheWarmUp() throws Exception {
        jar("node/bin/vireo");
        final Result result = run(
                copy.resolve("node/bin/vireo"),
                archivingJava("17.0.15"),
                Map.of("VIREO_DATA_DIR", "/srv/real", "VIREO_JAVA_OPTS", "-Da=b"),
                "status");
        assertEquals(0, result.exitCode, result.toString());
        assertEquals(List.of("made without settings"), Files.readAllLines(temp.resolve("archived")));
        assertTrue(result.output.contains("-Da=b"), result.toString());
    }

    @Test
    void shouldTryOnceWhenNoArchiveCanBeMade() throws Exception {
        final Path jar = jar("node/bin/vireo");
        final Path script = copy.resolve("node/bin/vireo");
        final Path home = archivingJava("17.0.15");
        Files.writeString(temp.resolve("fails"), "");
        // Newer than the sources, and older than what is made of it.
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));
        for (int i = 0; i < 2; i++) {
            final Result result = run(script, home, Map.of(), "status");
            assertEquals(0, result.exitCode, result.toString());
            assertFalse(result.output.toString().contains("Archive"), result.toString());
            assertEquals(1, Files.readAllLines(temp.resolve("archived")).size());
        }
        try (Stream<Path> left = Files.list(jar.getParent())) {
            assertEquals(
                    List.of("vireo-17.0.15.jsa", "vireo.jar"),
                    left.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void shouldStartNothingWhenInterruptedWhileTheArchiveIsMade() throws Exception {
        final Path jar = jar("node/bin/vireo");
        Files.writeString(temp.resolve("waits"), "");
        final Process process = start(copy.resolve("node/bin/vireo"), archivingJava("17.0.15"), Map.of(), "status");
        final Path archived = temp.resolve("archived");
        final long deadlineNs = System.nanoTime() + 30_000_000_000L;
        while (!Files.exists(archived) && System.nanoTime() - deadlineNs < 0) {
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        process.destroy();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(143, process.exitValue());
        assertEquals("", Files.readString(temp.resolve("output")));
        try (Stream<Path> left = Files.list(jar.getParent())) {
            assertEquals(List.of(jar), left.toList());
        }
    }

    @Test
    void shouldStartWithoutArchiveWhenNothingMayBeMade() throws Exception {
        jar("node/bin/vireo");
        final Result result =
                run(copy.resolve("node/bin/vireo"), archivingJava("17.0.15"), Map.of("VIREO_BUILD", "never"), "status");
        assertEquals(0, result.exitCode, result.toString());
        assertFalse(result.output.toString().contains("Archive"), result.toString());
        assertFalse(Files.exists(temp.resolve("archived")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.2", "1.8.0_392", "16"})
    void shouldRefuseWhenJavaIsTooOld(final String version) throws Exception {
        jar("node/bin/vireo");

        final Result result = run(copy.resolve("node/bin/vireo"), java(version), Map.of(), "node");

        assertEquals(OPERATOR_ERROR, result.exitCode, result.toString());
        assertTrue(result.errors.contains("but 17 or newer is needed"), result.errors);
    }

    @Test
    void shouldRefuseWhenJavaHomeHasNoJava() throws Exception {
        final Result result = run(copy.resolve("node/bin/vireo"), temp.resolve("nowhere"), Map.of(), "node");

        assertEquals(OPERATOR_ERROR, result.exitCode, result.toString());
        assertTrue(result.errors.contains("JAVA_HOME is " + temp.resolve("nowhere")), result.errors);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node/bin/vireo", "sim/bin/vireo-sim"})
    void shouldBuildOnceWhenJarIsMissing(final String script) throws Exception {
        final Path home = java("17.0.15");
        final Path jar = jarPath(script);
        maven("mkdir -p '" + jar.getParent() + "' && touch '" + jar + "'");

        final Result first = run(copy.resolve(script), home, Map.of());
        assertEquals(0, first.exitCode, first.toString());
        assertTrue(first.errors.contains("building " + copy.relativize(jar)), first.errors);
        assertTrue(first.output.contains(jar.toString()), first.toString());

        final Result second = run(copy.resolve(script), home, Map.of());
        assertEquals(0, second.exitCode, second.toString());
        assertEquals("", second.errors);
    }

    @Test
    void shouldBuildAgainWhenSourceIsNewerThanJar() throws Exception {
        final Path jar = jar("node/bin/vireo");
        maven("touch '" + jar + "'");
        final Path source = Files.writeString(copy.resolve("journal/src/main/A.java"), "class A {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(30)));
        final Result result = run(copy.resolve("node/bin/vireo"), java("17.0.15"), Map.of());
        assertTrue(result.errors.contains("building node/target/vireo.jar"), result.toString());

        final Result forbidden = run(copy.resolve("node/bin/vireo"), java("17.0.15"), Map.of("VIREO_BUILD", "never"));
        assertEquals(0, forbidden.exitCode, forbidden.toString());
        assertEquals("", forbidden.errors);
    }

    @Test
    void shouldShowWhatMavenSaysWhenBuildFails() throws Exception {
        maven("echo 'COMPILATION ERROR in A.java' && exit 1");

        final Result result = run(copy.resolve("node/bin/vireo"), java("17.0.15"), Map.of());

        assertEquals(OPERATOR_ERROR, result.exitCode, result.toString());
        assertTrue(result.errors.contains("COMPILATION ERROR in A.java"), result.errors);
        assertTrue(result.errors.contains("the build failed"), result.errors);
    }

    @Test
    void shouldRefuseToBuildWhenForbidden() throws Exception {
        final Result result = run(copy.resolve("node/bin/vireo"), java("17.0.15"), Map.of("VIREO_BUILD", "never"));

        assertEquals(OPERATOR_ERROR, result.exitCode, result.toString());
        assertTrue(result.errors.contains("VIREO_BUILD=never"), result.errors);
    }

    @Test
    void shouldNeedNoFlagWhenPackagedJarIsStartedBare() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("vireo.jar"))) {
            final Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("java.base/jdk.internal.misc java.base/jdk.internal.ref", manifest.getValue("Add-Exports"));
            assertEquals("java.base/sun.nio.ch java.base/java.lang.reflect", manifest.getValue("Add-Opens"));
            assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access"));
            assertEquals("true", manifest.getValue("Multi-Release"));
        }
    }

    private Path jarPath(final String script) {
        return copy.resolve(script.startsWith("sim") ? "sim/target/vireo-sim.jar" : "node/target/vireo.jar");
    }

    /** A jar that is newer than all sources. */
    private Path jar(final String script) throws IOException {
        final Path jar = jarPath(script);
        Files.createDirectories(jar.getParent());
        Files.createFile(jar);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(10)));
        return jar;
    }

    /** The home of a Java that prints its arguments, one a line. */
    private Path java(final String version) throws IOException {
        final Path home = temp.resolve("java-" + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        makeExecutable(Files.writeString(home.resolve("bin/java"), "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\n"));
        return home;
    }

    /**
     * A Java that also writes the archive it is asked for, and a line for each: whether it saw settings. With a file "fails" it writes none,
     * with a file "waits" it does not end by itself.
     */
    private Path archivingJava(final String version) throws IOException {
        final Path home = java(version);
        makeExecutable(Files.writeString(home.resolve("bin/java"), """
                #!/usr/bin/env bash
                for each in "$@"; do
                    case $each in -XX:ArchiveClassesAtExit=*)
                        echo "made with${VIREO_DATA_DIR-out}${VIREO_DATA_DIR:+ }${VIREO_DATA_DIR-} settings" >>'TEMP/archived'
                        if [ -e 'TEMP/waits' ]; then
                            exec sleep 60
                        fi
                        if [ -e 'TEMP/fails' ]; then
                            exit 1
                        fi
                        echo made >"${each#*=}"
                        touch -d '+30 seconds' "${each#*=}";;
                    esac
                done
                printf '%s\\n' "$@"
                """.replace("TEMP", temp.toString())));
        return home;
    }

    private void maven(final String body) throws IOException {
        makeExecutable(Files.writeString(tools.resolve("mvn"), "#!/usr/bin/env bash\n" + body + "\n"));
    }

    private Process start(
            final Path script, final Path javaHome, final Map<String, String> environment, final String... arguments)
            throws IOException {
        final List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectOutput(temp.resolve("output").toFile())
                .redirectError(temp.resolve("errors").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VIREO_"));
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Result run(
            final Path script, final Path javaHome, final Map<String, String> environment, final String... arguments)
            throws IOException, InterruptedException {
        final Process process = start(script, javaHome, environment, arguments);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(script + " did not end");
        }
        return new Result(
                process.exitValue(),
                Files.readAllLines(temp.resolve("output"), StandardCharsets.UTF_8),
                Files.readString(temp.resolve("errors"), StandardCharsets.UTF_8));
    }

    private static void makeExecutable(final Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Result(int exitCode, List<String> output, String errors) {}
}
