package io.vireo.sim.launch;

import io.vireo.sim.RunResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The trace hashes of a hunt, so that another run, in another process and on another JDK, can be compared with it (A15). A text file with
 * one line per seed: the seed in decimal, a space, the hash in 16 hexadecimal digits; sorted by seed.
 */
final class TraceHashFile {
    private final Map<Long, Long> hashes = new TreeMap<>();

    /**
     * Reads a file that {@link #save} wrote.
     *
     * @throws IOException with file, line and what is wrong with it.
     */
    static TraceHashFile load(final Path file) throws IOException {
        final TraceHashFile loaded = new TraceHashFile();
        final List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        for (int i = 0; i < lines.size(); i++) {
            final String[] words = lines.get(i).split(" ", -1);
            try {
                if (words.length != 2 || words[1].length() != 16) {
                    throw new NumberFormatException();
                }
                loaded.hashes.put(Long.parseLong(words[0]), Long.parseUnsignedLong(words[1], 16));
            } catch (final NumberFormatException e) {
                throw new IOException(
                        file + " line " + (i + 1) + ": \"" + lines.get(i) + "\" is not a seed and its hash", e);
            }
        }
        return loaded;
    }

    void add(final RunResult result) {
        put(result.seed(), result.traceHash());
    }

    void put(final long seed, final long hash) {
        hashes.put(seed, hash);
    }

    /** In the order of the seeds. */
    void forEach(final BiConsumer<Long, Long> consumer) {
        hashes.forEach(consumer);
    }

    /** Replaces the file. */
    void save(final Path file) throws IOException {
        final StringBuilder text = new StringBuilder();
        hashes.forEach((seed, hash) -> text.append(seed)
                .append(' ')
                .append(String.format("%016x", hash))
                .append('\n'));
        Files.writeString(file, text, StandardCharsets.US_ASCII);
    }

    int size() {
        return hashes.size();
    }

    /** The seeds of this hunt that the other has not or has with another hash. */
    List<Long> differingSeeds(final TraceHashFile other) {
        return hashes.keySet().stream()
                .filter(seed -> !hashes.get(seed).equals(other.hashes.get(seed)))
                .toList();
    }

    /** One sentence per seed of this hunt that the other has not or has with another hash. */
    List<String> differences(final TraceHashFile other) {
        final List<String> differences = new ArrayList<>();
        hashes.forEach((seed, hash) -> {
            final Long expected = other.hashes.get(seed);
            if (expected == null) {
                differences.add("seed " + seed + " is not in the file");
            } else if (!expected.equals(hash)) {
                differences.add(String.format(
                        "A15 violated: seed %d has trace hash %016x, the file says %016x", seed, hash, expected));
            }
        });
        return differences;
    }
}
