package io.vireo.node.launch;

import io.vireo.bootstrap.open.RecoveryStage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node of one group that was started with {@code --log-level debug} says about its opening: when each stage ended, by the node's
 * own clock, and when the line that it is open came. A thread of its own reads the lines to their end, so that the node never waits.
 */
final class OpeningLog {
    /** A node that takes longer than this to open is given up. */
    private static final int OPEN_SECONDS = 600;

    /** The time is that of the stage before the one that is named. */
    private static final Pattern STAGE = Pattern.compile("event=opening group=0 stage=(\\w+) (us|ms)=(\\d+)");

    private static final Pattern OPENED =
            Pattern.compile("event=opened group=0 .* commit=(\\d+) checkpoint=(\\d+) head=(\\d+) ");

    private final Process process;
    private final long startNs;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final Map<RecoveryStage, Double> stageMs = new EnumMap<>(RecoveryStage.class);
    private double openedMs = -1;
    private long appliedOp;
    private long checkpointOp;
    private long head;
    private String lastLine = "";

    /** @param startNs when the process was asked for, by {@link System#nanoTime}. */
    OpeningLog(final Process process, final long startNs) {
        this.process = process;
        this.startNs = startNs;
        final Thread thread = new Thread(this::read, "vireo-bench-log");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                onLine(line, System.nanoTime());
            }
        } catch (final IOException e) {
            onLine("its output cannot be read: " + Failures.text(e), System.nanoTime());
        } finally {
            opened.countDown();
        }
    }

    private synchronized void onLine(final String line, final long nowNs) {
        lastLine = line;
        final Matcher stage = STAGE.matcher(line);
        if (stage.find()) {
            final RecoveryStage ended =
                    RecoveryStage.values()[RecoveryStage.valueOf(stage.group(1)).ordinal() - 1];
            stageMs.put(ended, Long.parseLong(stage.group(3)) / (stage.group(2).equals("us") ? 1e3 : 1));
        }
        final Matcher open = OPENED.matcher(line);
        if (open.find()) {
            openedMs = (nowNs - startNs) / 1e6;
            appliedOp = Long.parseLong(open.group(1));
            checkpointOp = Long.parseLong(open.group(2));
            head = Long.parseLong(open.group(3));
            opened.countDown();
        }
    }

    /** Waits until the node is open; a {@link FailedException} with its last line if it is not. */
    void await() throws InterruptedException {
        final boolean isInTime = opened.await(OPEN_SECONDS, TimeUnit.SECONDS);
        synchronized (this) {
            if (!isInTime || openedMs < 0) {
                throw new FailedException("the replica did not open: " + lastLine);
            }
        }
    }

    /** Milliseconds from the start of the process until it was open. */
    synchronized double openedMs() {
        return openedMs;
    }

    /** Milliseconds that a stage took. */
    synchronized double ms(final RecoveryStage stage) {
        return stageMs.getOrDefault(stage, 0.0);
    }

    /** Milliseconds that all stages took. */
    synchronized double stagesMs() {
        return stageMs.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    synchronized long appliedOp() {
        return appliedOp;
    }

    synchronized long checkpointOp() {
        return checkpointOp;
    }

    synchronized long head() {
        return head;
    }
}
