package io.vireo.node.launch;

import io.vireo.node.bench.BatchCheckLoad;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo bench batches}: what the check of a batch costs a replica that applies it. */
@Command(
        name = "batches",
        description = "Measure what a replica pays for checking every byte of a batch of messages when it applies it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "One thread copies batches as applying does, alone and behind the check, in turns; medians of the pairs, in CPU time.",
            "",
            "Example: vireo bench batches",
        })
public final class BenchBatchesCommand implements Callable<Integer> {
    private static final int[][] SHAPES = {{1, 256}, {10, 256}, {1_000, 256}, {1_000, 1_024}, {1, 1 << 20}};
    private static final double MIB = 1 << 20;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "15",
            description = "Passes over 64 MiB of batches, of each kind (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--json", description = "Print JSON.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (pairs < 1) {
            throw new OperatorException("--pairs " + pairs + ": at least 1");
        }
        final PrintWriter out = spec.commandLine().getOut();
        final StringBuilder json = new StringBuilder();
        if (!isJson) {
            out.printf(
                    "%8s %8s %10s %12s %12s %12s %12s%n",
                    "messages", "payload", "batch B", "copy ns", "check ns", "ns/message", "check us/MiB");
        }
        for (final int[] shape : SHAPES) {
            final BatchCheckLoad.Result result = BatchCheckLoad.run(shape[0], shape[1], pairs);
            final double usPerMib = result.checkNs() / 1_000 / (result.batchBytes() / MIB);
            if (isJson) {
                json.append(json.length() == 0 ? "" : ",")
                        .append(String.format(
                                Locale.ROOT,
                                "{\"messages\":%d,\"payload\":%d,\"batchBytes\":%d,\"copyNs\":%.0f,\"checkNs\":%.0f}",
                                shape[0],
                                shape[1],
                                result.batchBytes(),
                                result.copyNs(),
                                result.checkNs()));
            } else {
                out.printf(
                        Locale.ROOT,
                        "%8d %8d %10d %12.0f %12.0f %12.1f %12.0f%n",
                        shape[0],
                        shape[1],
                        result.batchBytes(),
                        result.copyNs(),
                        result.checkNs(),
                        result.checkNs() / shape[0],
                        usPerMib);
                out.flush();
            }
        }
        if (isJson) {
            out.printf("{\"batches\":[%s]}%n", json);
        }
        out.flush();
        return ExitCodes.OK;
    }
}
