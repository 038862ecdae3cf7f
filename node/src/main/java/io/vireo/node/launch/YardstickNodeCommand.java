package io.vireo.node.launch;

import io.vireo.node.bench.YardstickNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo bench yardstick-node}: one process of the yardstick; started by the other bench commands. */
@Command(
        name = "yardstick-node",
        hidden = true,
        description = "One process of the yardstick.",
        mixinStandardHelpOptions = true)
public final class YardstickNodeCommand implements Callable<Integer> {
    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "An empty directory for its file.")
    private Path dir;

    @Option(
            names = "--followers",
            split = ",",
            paramLabel = "PORT,PORT",
            description = "Makes it the leader of these two.")
    private int[] followers;

    @Option(names = "--stop-on-end-of-input", description = "Stop when standard input ends.")
    private boolean isStoppedByEndOfInput;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        BenchOptions.require(followers == null || followers.length == 2, "--followers must be two ports");
        try {
            final YardstickNode node = new YardstickNode(dir);
            if (isStoppedByEndOfInput) {
                stopAtEndOfInput();
            }
            final PrintWriter out = spec.commandLine().getOut();
            out.println("port=" + node.port() + " direct=" + node.isDirect());
            out.flush();
            if (followers == null) {
                node.follow();
            } else {
                node.lead(followers);
            }
        } catch (final IOException e) {
            throw new FailedException("the yardstick's process in " + dir + " failed: " + Failures.text(e), e);
        }
        return ExitCodes.OK;
    }

    private static void stopAtEndOfInput() {
        final Thread thread = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            continue;
                        }
                    } catch (final IOException e) {
                        Runtime.getRuntime().halt(ExitCodes.FAILED);
                    }
                    Runtime.getRuntime().halt(ExitCodes.OK);
                },
                "yardstick-input");
        thread.setDaemon(true);
        thread.start();
    }
}
