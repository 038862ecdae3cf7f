package io.vireo.node.launch;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo secret FILE}: makes the secret of a cluster. Never touches what exists. */
@Command(
        name = "secret",
        description =
                "Make the secret that the members of a cluster share, in a new file that only its owner may read.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Copy the file to every node and to whoever runs append, read, status or bench, and name it in the cluster file:",
            "  secret_file = \"cluster.secret\"      (a path beside the cluster file)",
        })
public final class SecretCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to make; one that exists is left as it is.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        SecretFile.create(file);
        final PrintWriter out = spec.commandLine().getOut();
        out.println("made " + file);
        out.println("copy it to every member of the cluster, beside its cluster file, and put into that: "
                + Setting.SECRET_FILE.key() + " = "
                + ClusterFile.toml(file.getFileName().toString()));
        out.println(
                "elsewhere it needs a path from the directory of the cluster file, or an absolute one, which is to hold on every machine; here it is "
                        + file.toAbsolutePath().normalize());
        out.flush();
        return ExitCodes.OK;
    }
}
