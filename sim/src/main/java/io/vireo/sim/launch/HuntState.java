package io.vireo.sim.launch;

import io.vireo.sim.CampaignProgress;
import io.vireo.sim.CampaignSummary;
import io.vireo.sim.CampaignSummary.FailureGroup;
import io.vireo.sim.CounterFields;
import io.vireo.sim.SeedRange;
import io.vireo.sim.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A hunt on disk, so that another call goes on where one stopped: a text file, one fact per line, its checksum in the last one. It is
 * replaced as a whole, so a crash leaves the one before. Failures are saved when they are counted, with their seed: none is found twice
 * or lost.
 */
final class HuntState {
    private static final String TITLE = "vireo-sim hunt state 1";
    private static final String CHECKSUM = "checksum ";

    private final String build;
    private final SeedRange range;
    /** Null if no hashes are wanted. */
    private final TraceHashFile hashes;

    private final CampaignProgress progress = new CampaignProgress();
    private long elapsedNs;

    HuntState(final String build, final SeedRange range, final TraceHashFile hashes) {
        this.build = build;
        this.range = range;
        this.hashes = hashes;
    }

    CampaignProgress progress() {
        return progress;
    }

    /** Time that earlier calls took. */
    long elapsedNs() {
        return elapsedNs;
    }

    /**
     * Takes up what the file says; a file that is not there is a hunt that begins.
     *
     * @throws HuntStateException if it is damaged, or of another build or range.
     */
    void load(final Path file) throws HuntStateException {
        final String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (final NoSuchFileException e) {
            return;
        } catch (final IOException e) {
            throw new HuntStateException(file + " cannot be read: " + e, e);
        }
        final int end = text.lastIndexOf(CHECKSUM);
        if (!text.startsWith(TITLE + "\n")
                || end < 0
                || !text.substring(end).equals(CHECKSUM + checksum(text.substring(0, end)) + "\n")) {
            throw new HuntStateException(file + " is no state of a hunt, or is damaged");
        }
        final Map<String, Long> counters = new HashMap<>();
        boolean hasHashes = false;
        try {
            for (final String line :
                    text.substring(TITLE.length() + 1, end).lines().toList()) {
                final String[] words = line.split(" ", 4);
                switch (words[0]) {
                    case "build" -> same(file, "build", words[1], build);
                    case "seeds" -> same(file, "range of seeds", words[1], range.toString());
                    case "elapsedNs" -> elapsedNs = Long.parseLong(words[1]);
                    case "done" -> progress.done.add(SeedRange.parse(words[1]));
                    case "summary" -> summary(words[1], Long.parseLong(words[2]));
                    case "counter" -> counters.put(words[1], Long.parseLong(words[2]));
                    case "legitimate" -> progress.summary.legitimate.add(Long.parseLong(words[1]));
                    case "failure" -> failure(Verdict.valueOf(words[1]), words[2], words[3]);
                    case "hashes" -> hasHashes = true;
                    case "hash" -> {
                        if (hashes != null) {
                            hashes.put(Long.parseLong(words[1]), Long.parseUnsignedLong(words[2], 16));
                        }
                    }
                    default -> throw new IllegalArgumentException(words[0]);
                }
            }
        } catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new HuntStateException(file + " has a line that nobody knows: " + e.getMessage(), e);
        }
        CounterFields.add(progress.summary.total, counters);
        if (hashes != null && !hasHashes) {
            throw new HuntStateException(
                    file + " was begun without trace hashes: those of its seeds are not known; use another file");
        }
    }

    private static void same(final Path file, final String what, final String theirs, final String ours)
            throws HuntStateException {
        if (!theirs.equals(ours)) {
            throw new HuntStateException(
                    file + " is of another " + what + ": " + theirs + ", this one is " + ours + "; use another file");
        }
    }

    private void summary(final String name, final long value) {
        final CampaignSummary summary = progress.summary;
        switch (name) {
            case "runs" -> summary.runs = value;
            case "runsWithCrashAndRestart" -> summary.runsWithCrashAndRestart = value;
            case "runsComparing" -> summary.runsComparing = value;
            case "events" -> summary.events = value;
            default -> throw new IllegalArgumentException(name);
        }
    }

    private void failure(final Verdict verdict, final String seeds, final String texts) {
        final int tab = texts.indexOf('\t');
        final FailureGroup group = new FailureGroup(verdict);
        for (final String seed : seeds.split(",", -1)) {
            group.seeds.add(Long.parseLong(seed));
        }
        group.message = unescaped(texts.substring(tab + 1));
        progress.summary.failures.put(unescaped(texts.substring(0, tab)), group);
    }

    /**
     * Replaces the file: after this the seeds in it are not run again.
     *
     * @param elapsed time that all calls took.
     */
    void save(final Path file, final long elapsed) throws HuntStateException {
        final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            final ByteBuffer bytes = ByteBuffer.wrap(text(elapsed).getBytes(StandardCharsets.UTF_8));
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException e) {
            throw new HuntStateException(file + " cannot be written: " + e, e);
        }
    }

    private String text(final long elapsed) {
        final CampaignSummary summary = progress.summary;
        final StringBuilder text = new StringBuilder(TITLE).append('\n');
        line(text, "build", build);
        line(text, "seeds", range);
        line(text, "elapsedNs", elapsed);
        progress.done.forEachRange(done -> line(text, "done", done));
        line(text, "summary runs", summary.runs);
        line(text, "summary runsWithCrashAndRestart", summary.runsWithCrashAndRestart);
        line(text, "summary runsComparing", summary.runsComparing);
        line(text, "summary events", summary.events);
        CounterFields.values(summary.total).forEach((name, value) -> line(text, "counter " + name, value));
        summary.legitimate.forEach(seed -> line(text, "legitimate", seed));
        summary.failures.forEach((signature, group) -> {
            final String seeds =
                    String.join(",", group.seeds.stream().map(String::valueOf).toList());
            line(
                    text,
                    "failure " + group.verdict + " " + seeds,
                    escaped(signature) + '\t' + escaped(String.valueOf(group.message)));
        });
        if (hashes != null) {
            line(text, "hashes", hashes.size());
            hashes.forEach((seed, hash) -> line(text, "hash " + seed, String.format("%016x", hash)));
        }
        return text + CHECKSUM + checksum(text.toString()) + '\n';
    }

    private static void line(final StringBuilder text, final String key, final Object value) {
        text.append(key).append(' ').append(value).append('\n');
    }

    private static String checksum(final String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    private static String escaped(final String text) {
        return text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    private static String unescaped(final String text) {
        final StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            final char escape = text.charAt(++i);
            plain.append(
                    switch (escape) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        default -> escape;
                    });
        }
        return plain.toString();
    }
}
