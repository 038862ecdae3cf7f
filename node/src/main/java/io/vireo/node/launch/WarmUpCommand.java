package io.vireo.node.launch;

import io.vireo.journal.superblock.StateMachineKind;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code vireo warm-up}: loads the classes that a node and its tools need by using them once, in a temporary directory. The start script
 * runs it with a flag that makes the JVM write these classes to an archive when it ends, which later starts map instead of parsing them.
 */
@Command(
        name = "warm-up",
        hidden = true,
        description = "Format, start, fill, read and stop a cluster of one replica within this process.",
        mixinStandardHelpOptions = true)
public final class WarmUpCommand implements Callable<Integer> {
    private static final String TIMEOUT_SECONDS = "20";
    /** Small: all of it is written. */
    private static final String WAL = "wal_bytes=16MiB";

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Path dir = Files.createTempDirectory("vireo-warm-up-");
        try {
            return use(dir);
        } finally {
            BenchProcesses.deleteTree(dir);
        }
    }

    private static int use(final Path dir) throws IOException, InterruptedException {
        final String address = DevCommand.freeAddresses(1).get(0).get(0);
        final int formatted = run(
                "format",
                "--state-machine",
                StateMachineKind.LOG.text(),
                "--dir",
                dir.toString(),
                "--addresses",
                address,
                "--replica",
                "0",
                "--set",
                "groups=1",
                "--set",
                WAL);
        if (formatted != ExitCodes.OK) {
            return formatted;
        }
        final AtomicInteger ended = new AtomicInteger();
        final PipedOutputStream input = new PipedOutputStream();
        System.setIn(new PipedInputStream(input));
        final Thread node = new Thread(
                // What flags say, the environment of an operator's node cannot.
                () -> ended.set(run(
                        "node",
                        "--dir",
                        dir.toString(),
                        "--data-dir",
                        dir.toString(),
                        "--listen",
                        address,
                        "--replica",
                        "0",
                        "--stop-on-end-of-input")),
                "vireo-warm-up-node");
        node.start();
        final int appended = run("append", "--dir", dir.toString(), "--timeout", TIMEOUT_SECONDS, "entry");
        run("read", "--dir", dir.toString(), "--all");
        run("status", "--dir", dir.toString());
        input.close(); // which stops the node
        node.join();
        return Math.max(appended, ended.get());
    }

    private static int run(final String... arguments) {
        final CommandLine command = VireoMain.commandLine();
        command.setOut(new PrintWriter(Writer.nullWriter()));
        return command.execute(arguments);
    }
}
