package io.vireo.node.launch;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo node}: runs one replica, or one shard of it, in this process until it is stopped. */
@Command(
        name = "node",
        description = "Run one replica of a cluster, or one of its shards.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Settings come from flags, the environment (VIREO_ and the key in capitals), the cluster file and defaults, in this order.",
            "Exit codes: 2 a mistake that you can put right, 70 a defect, 74 the storage failed.",
        })
public final class NodeCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Option(names = "--print-config", description = "Print the effective settings with where each comes from, and end.")
    private boolean isPrinting;

    @Option(
            names = "--stop-on-end-of-input",
            description = "Stop when standard input ends: for one that starts nodes and must not leave them behind.")
    private boolean isStoppedByEndOfInput;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final NodeSettings settings = options.conclude(System.getenv());
        if (isPrinting) {
            final PrintWriter out = spec.commandLine().getOut();
            out.print(settings.print(null, List.of()));
            out.flush();
            return ExitCodes.OK;
        }
        Logging.level(settings.logLevel());
        try {
            return new Node(settings).run(isStoppedByEndOfInput);
        } finally {
            Logging.stop();
        }
    }
}
