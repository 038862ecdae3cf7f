package io.vireo.sim.launch;

import io.vireo.sim.RunResult;
import io.vireo.sim.Simulator;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.shrink.Reproduction;
import io.vireo.sim.timeline.ReplicaState;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo-sim replay}: plays a reproduction, as a whole or up to an event, or compares two of its moments. */
@Command(
        name = "replay",
        description = "Plays the run of a reproduction file again.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The file says in which regime its run is.",
            "",
            "Examples:",
            "  vireo-sim replay repro-7.json",
            "  vireo-sim replay repro-7.json --verbose",
            "  vireo-sim replay repro-7.json --until event=4711",
            "  vireo-sim replay repro-7.json --diff 4700 4711",
            "",
            "Exit code: the verdict of the run, 0 pass, 10 crash, 11 liveness, 12 safety;",
            "2 if the file is no reproduction, or for a mistake in the arguments. With",
            "--until or --diff 0, if the run reaches the event.",
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final String EVENT = "event=";

    @Parameters(paramLabel = "FILE", description = "A file that shrink has written.")
    private Path file;

    @Option(names = "--until", paramLabel = "event=N", description = "Stop after event N and print every replica.")
    private String until;

    @Option(names = "--diff", arity = "2", paramLabel = "N", description = "Print what differs between two events.")
    private long[] diff;

    @Option(names = "--verbose", description = "Print a line per event of note, one column per replica.")
    private boolean isVerbose;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (until != null && diff != null) {
            throw new ParameterException(spec.commandLine(), "--until and --diff exclude each other");
        }
        final long stop = until == null ? 0 : event();
        if (diff != null && (diff[0] < 1 || diff[1] <= diff[0])) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--diff is " + diff[0] + " " + diff[1] + ", must be two events from 1 on, the earlier one first");
        }
        final Reproduction reproduction = ReproductionArgument.read(spec, file);
        final PrintWriter out = spec.commandLine().getOut();
        final RunListener listener = isVerbose ? new Narrator(out) : RunListener.NONE;
        if (diff != null) {
            compare(out, moment(reproduction, diff[0], RunListener.NONE), moment(reproduction, diff[1], listener));
            return 0;
        }
        if (until != null) {
            moment(reproduction, stop, listener).forEach(line -> out.println(line.name() + "  " + line.state()));
            out.flush();
            return 0;
        }
        final RunResult result = reproduction
                .simulator(ReproductionArgument.profile(reproduction), listener)
                .run();
        out.println(Report.line(result));
        if (result.cause() != null) {
            result.cause().printStackTrace(out);
        }
        if (!result.verdict().isFailure()) {
            out.println("not reproduced: the run does not fail any more");
        } else if (!result.signature().equals(reproduction.signature())) {
            out.println("not reproduced: it fails with another signature, \"" + result.signature() + "\" in place of \""
                    + reproduction.signature() + "\"");
        } else {
            out.println("reproduced: " + result.signature());
        }
        out.flush();
        return result.verdict().exitCode();
    }

    private long event() {
        try {
            final long event = until.startsWith(EVENT) ? Long.parseLong(until.substring(EVENT.length())) : 0;
            if (event > 0) {
                return event;
            }
        } catch (final NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(), "--until is " + until + ", must be event=N, N from 1 on", e);
        }
        throw new ParameterException(spec.commandLine(), "--until is " + until + ", must be event=N, N from 1 on");
    }

    private record Line(String name, ReplicaState state) {}

    /** Every group of every replica when this event has taken place. */
    private List<Line> moment(final Reproduction reproduction, final long event, final RunListener listener) {
        final Simulator simulator = reproduction.simulator(ReproductionArgument.profile(reproduction), listener);
        simulator.stopAt(event);
        final RunResult result = simulator.run();
        if (result.events() < event) {
            throw new ParameterException(
                    spec.commandLine(), "the run has " + result.events() + " events, none with number " + event);
        }
        final ClusterOptions options = result.options();
        final List<Line> lines = new ArrayList<>();
        for (int replica = 0; replica < options.replicas(); replica++) {
            for (int group = 0; group < options.cluster().groupCount(); group++) {
                lines.add(new Line("r" + replica + " g" + group, ReplicaState.of(simulator.cluster(), replica, group)));
            }
        }
        return lines;
    }

    private static void compare(final PrintWriter out, final List<Line> earlier, final List<Line> later) {
        for (int i = 0; i < earlier.size(); i++) {
            final String difference =
                    earlier.get(i).state().difference(later.get(i).state());
            out.println(earlier.get(i).name() + "  " + (difference.isEmpty() ? "the same" : difference));
        }
        out.flush();
    }
}
