package io.vireo.node.launch;

import io.vireo.bootstrap.config.ConfigException;
import io.vireo.bootstrap.inspect.InspectionException;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.node.host.StorageFailureException;
import io.vireo.node.launch.stream.ConsumeCommand;
import io.vireo.node.launch.stream.GroupCommand;
import io.vireo.node.launch.stream.ProduceCommand;
import io.vireo.node.launch.stream.StreamCommand;
import io.vireo.node.launch.stream.TopicCommand;
import io.vireo.node.launch.stream.UserCommand;
import io.vireo.node.transport.ListenException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/**
 * The program {@code vireo}: picks the command, and turns what ends it into an exit code. What an operator can put right is one line
 * without a stack trace. A new command is one more class in the list below.
 */
@Command(
        name = "vireo",
        description = "A consensus node: Viewstamped Replication over a durable prepare journal.",
        mixinStandardHelpOptions = true,
        versionProvider = VireoMain.Version.class,
        subcommands = {
            DevCommand.class,
            StreamCommand.class,
            TopicCommand.class,
            GroupCommand.class,
            UserCommand.class,
            ProduceCommand.class,
            ConsumeCommand.class,
            AppendCommand.class,
            ReadCommand.class,
            BenchCommand.class,
            FormatCommand.class,
            NodeCommand.class,
            SecretCommand.class,
            StatusCommand.class,
            RepairCommand.class,
            RecoverCommand.class,
            InspectCommand.class,
            VerifyCommand.class,
            WarmUpCommand.class,
            HelpCommand.class,
        })
public final class VireoMain implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(final String[] arguments) {
        // Else Chronicle starts a thread that gives memory back, and wakes it for each buffer; whoever closes one has
        // the time.
        System.setProperty("background.releaser", "false");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new VireoMain())
                .setExecutionExceptionHandler(VireoMain::onException)
                // A text such as @home is what it is, not the name of a file with more arguments.
                .setExpandAtFiles(false)
                .setUsageHelpAutoWidth(true);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }

    private static int onException(final Exception failure, final CommandLine commandLine, final ParseResult parsed)
            throws Exception {
        if (failure instanceof OperatorException
                || failure instanceof ConfigException
                || failure instanceof ListenException
                || failure instanceof InspectionException
                || failure instanceof RecoveryException) {
            final PrintWriter err = commandLine.getErr();
            err.println("vireo: " + failure.getMessage());
            err.flush();
            return ExitCodes.OPERATOR;
        }
        if (failure instanceof FailedException) {
            final PrintWriter err = commandLine.getErr();
            err.println("vireo: " + failure.getMessage());
            err.flush();
            return ExitCodes.FAILED;
        }
        if (failure instanceof StorageFailureException) {
            commandLine.getErr().println("vireo: " + failure.getMessage());
            return ExitCodes.STORAGE_FAILED;
        }
        failure.printStackTrace(commandLine.getErr());
        return ExitCodes.BROKEN_INVARIANT;
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = VireoMain.class.getPackage().getImplementationVersion();
            return new String[] {"vireo " + (version == null ? "(not packaged)" : version)};
        }
    }
}
