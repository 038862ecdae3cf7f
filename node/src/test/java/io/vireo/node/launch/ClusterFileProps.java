package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A cluster file of any bytes is a cluster or a mistake of the operator, and nothing else. */
class ClusterFileProps {
    private static final byte[] SOUND = """
            cluster_id = "0000000000000000000000000000000a"
            wal_bytes = "64MiB"
            groups = 4
            [[replicas]]
            shards = ["127.0.0.1:9090"]
            [node]
            idle = "sleep"
            """.getBytes(StandardCharsets.UTF_8);

    private static Path file;

    @BeforeContainer
    static void make() throws IOException {
        file = Files.createTempFile("vireo-cluster", ".toml");
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(file);
    }

    @Property(tries = 300)
    void shouldLoadOrNameTheMistakeWhenBytesAreArbitrary(@ForAll final byte[] bytes) throws IOException {
        load(bytes);
    }

    @Property(tries = 1500)
    void shouldLoadOrNameTheMistakeWhenASoundFileIsChanged(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 4) final int changes) throws IOException {
        final Random random = new Random(seed);
        final byte[] bytes = SOUND.clone();
        for (int i = 0; i < changes; i++) {
            final int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] = bytes[random.nextInt(bytes.length)];
                default -> {
                    final int length = Math.min(random.nextInt(20), bytes.length - at);
                    System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
                }
            }
        }
        load(bytes);
    }

    private static void load(final byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            assertNotNull(ClusterFile.load(file));
        } catch (final OperatorException mistake) {
            assertNotNull(mistake.getMessage());
        }
    }
}
