package io.vireo.sim.launch;

import io.vireo.sim.RunResult;
import io.vireo.sim.SimOptions;
import io.vireo.sim.Simulator;
import io.vireo.sim.Verdict;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunListener;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo-sim run}: one seed, twice, with its verdict and statistics; with {@code --verbose} a line per event of note. */
@Command(name = "run", description = "Runs one seed.", mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", required = true, description = "The seed, any 64-bit number.")
    private long seed;

    @Option(names = "--verbose", description = "Print a line per event of note, one column per replica.")
    private boolean isVerbose;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final ClusterOptions options = SimOptions.of(seed);
        if (!isJson) {
            out.println(options);
        }
        final RunResult result = new Simulator(options, isVerbose ? new Narrator(out) : RunListener.NONE).run();
        final RunResult again = Simulator.run(seed);
        final boolean isSame = again.traceHash() == result.traceHash();
        if (isJson) {
            out.println(Report.json(result));
        } else {
            Report.printStatistics(out, result.counters());
            out.println(Report.line(result));
            if (result.cause() != null) {
                result.cause().printStackTrace(out);
            }
            if (result.verdict().isFailure()) {
                out.println("to find the few faults that it takes: vireo-sim shrink --seed " + seed);
            }
            if (!isSame) {
                out.println("the second run of the same seed was another one: trace hash "
                        + Long.toHexString(again.traceHash()));
            }
        }
        out.flush();
        return result.verdict() == Verdict.PASS && !isSame
                ? Verdict.NON_DETERMINISM.exitCode()
                : result.verdict().exitCode();
    }
}
