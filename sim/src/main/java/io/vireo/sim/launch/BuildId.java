package io.vireo.sim.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.Status;
import io.vireo.sim.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Names a build by what runs: the SHA-256 of all its class files. A version would stay the same while the code is worked on, and a trace
 * hash would miss a changed auditor. The same sources give another name under another compiler.
 */
final class BuildId {
    private static final int HEX_DIGITS = 16;

    private BuildId() {}

    /** 16 hexadecimal digits. */
    static String current() {
        final Map<String, Path> roots = new TreeMap<>();
        for (final Class<?> one :
                new Class<?>[] {HeaderFlyweight.class, ClusterConfig.class, Status.class, Simulator.class}) {
            final Path root = root(one);
            roots.put(root.toString(), root);
        }
        try {
            final Map<String, byte[]> digests = new TreeMap<>();
            for (final Path root : roots.values()) {
                if (Files.isDirectory(root)) {
                    digest(root, digests);
                } else {
                    try (FileSystem jar = FileSystems.newFileSystem(root)) {
                        digest(jar.getPath("/"), digests);
                    }
                }
            }
            final MessageDigest all = sha256();
            digests.forEach((name, digest) -> {
                all.update(name.getBytes(StandardCharsets.UTF_8));
                all.update(digest);
            });
            return hex(all.digest()).substring(0, HEX_DIGITS);
        } catch (final IOException e) {
            throw new UncheckedIOException("the classes of this program cannot be read", e);
        }
    }

    private static void digest(final Path root, final Map<String, byte[]> digests) throws IOException {
        final Path own = root.resolve("io").resolve("vireo");
        try (Stream<Path> files = Files.walk(own)) {
            for (final Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                digests.put(own.relativize(file).toString(), sha256().digest(Files.readAllBytes(file)));
            }
        }
    }

    private static Path root(final Class<?> one) {
        try {
            final URI place =
                    one.getProtectionDomain().getCodeSource().getLocation().toURI();
            return Path.of(place);
        } catch (final URISyntaxException e) {
            throw new IllegalStateException("the place of " + one + " has no path", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String hex(final byte[] bytes) {
        final StringBuilder text = new StringBuilder();
        for (final byte b : bytes) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }
}
