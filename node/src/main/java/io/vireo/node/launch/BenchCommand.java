package io.vireo.node.launch;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vireo bench}: the measurements, each a command of its own. */
@Command(
        name = "bench",
        description =
                "Measure a cluster on this machine against the least work that a durable replicated append can cost.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchAppendCommand.class,
            BenchYardstickCommand.class,
            BenchIdleCommand.class,
            BenchRecoveryCommand.class,
            BenchNamespacesCommand.class,
            BenchBatchesCommand.class,
            BenchTransferCommand.class,
            YardstickNodeCommand.class
        },
        footer = {
            "",
            "Each starts processes of its own in a temporary directory and removes it. A busy machine measures its neighbours."
        })
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "name a measurement: append, yardstick, idle, recovery, namespaces, batches or transfer");
    }
}
