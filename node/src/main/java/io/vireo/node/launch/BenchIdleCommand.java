package io.vireo.node.launch;

import io.vireo.node.client.VireoClient;
import io.vireo.node.log.LogStateMachine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo bench idle}: the CPU that a cluster takes while nobody asks it for anything. */
@Command(
        name = "idle",
        description = "Measure the CPU share of each process of an idle cluster.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: vireo bench idle --seconds 10"})
public final class BenchIdleCommand implements Callable<Integer> {
    private static final long WAL_BYTES = 64L << 20;
    private static final int SETTLE_SECONDS = 3;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Directory in which a temporary one is made (${DEFAULT-VALUE}).")
    private Path dir;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Measured seconds (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        BenchOptions.require(seconds >= 1 && seconds <= 3600, "--seconds is " + seconds + ", must be 1 to 3600");
        final double[] percent = new double[3];
        try (BenchProcesses nodes = BenchProcesses.startCluster(dir, WAL_BYTES)) {
            appendOne(nodes);
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            final Duration[] before = new Duration[percent.length];
            final long startNs = System.nanoTime();
            for (int i = 0; i < percent.length; i++) {
                before[i] = ProcessFigures.cpuTime(nodes.process(i));
            }
            TimeUnit.SECONDS.sleep(seconds);
            for (int i = 0; i < percent.length; i++) {
                percent[i] = 100.0
                        * ProcessFigures.cpuTime(nodes.process(i))
                                .minus(before[i])
                                .toNanos()
                        / (System.nanoTime() - startNs);
            }
            nodes.requireAlive();
        }
        print(percent);
        return ExitCodes.OK;
    }

    /** The cluster serves: what follows is idling, not starting. */
    private static void appendOne(final BenchProcesses nodes) throws InterruptedException {
        try (VireoClient client =
                ClusterConnection.connect(nodes.cluster(), nodes.access(), 1, BenchAppendCommand.START_SECONDS)) {
            final CountDownLatch answered = new CountDownLatch(1);
            client.submit(
                    LogStateMachine.OPERATION_APPEND,
                    0,
                    new byte[1],
                    (outcome, status, op, reply, offset, length) -> answered.countDown());
            if (!answered.await(30, TimeUnit.SECONDS)) {
                nodes.requireAlive();
                throw new FailedException("the cluster did not serve within 30 s");
            }
        }
    }

    private void print(final double[] percent) {
        final PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.printf(
                    Locale.ROOT,
                    "{\"seconds\":%d,\"cpuPercentOfACore\":[%.2f,%.2f,%.2f]}%n",
                    seconds,
                    percent[0],
                    percent[1],
                    percent[2]);
        } else {
            for (int i = 0; i < percent.length; i++) {
                out.printf(Locale.ROOT, "replica %d: %.2f %% of a core over %d s%n", i, percent[i], seconds);
            }
        }
        out.flush();
    }
}
