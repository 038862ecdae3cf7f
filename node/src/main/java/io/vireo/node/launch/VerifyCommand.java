package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.inspect.GroupInspection;
import io.vireo.bootstrap.inspect.InspectionProgress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo verify}: every checksum in the data directory of a stopped replica; what is damaged and who can repair it. Changes nothing. */
@Command(
        name = "verify",
        description =
                "Check every checksum in the data of a stopped replica, and say what is damaged and who can repair it; changes nothing.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:   vireo verify ./vireo-dev/replica-0",
            "Exit code 0 if nothing is damaged (remains of a crash in free space are not), 1 if something is.",
        })
public final class VerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Directory of a group, of a replica, or one with replica-K.")
    private Path directory;

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description = "Compare with this cluster file (else the superblock's word is taken).")
    private Path clusterFile;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean isJson;

    @Option(
            names = "--progress",
            description = "Say every second how far it is, on standard error (the default on a terminal).")
    private boolean isProgressWanted;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final ClusterConfig cluster = clusterFile == null ? null : ClusterFile.load(clusterFile);
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final boolean isWhole;
        try (InspectedDirectories directories = InspectedDirectories.open(directory)) {
            final boolean isShown = isProgressWanted || System.console() != null;
            final List<GroupInspection> found = directories.inspect(
                    cluster,
                    true,
                    group -> isShown ? new ProgressLine(err, group.toString()) : InspectionProgress.NONE);
            isWhole = found.stream().allMatch(GroupInspection::isWhole);
            if (isJson) {
                out.println(InspectionJson.write(directories.groups(), found, false, true));
            } else {
                for (int i = 0; i < found.size(); i++) {
                    out.print(new InspectionText(directories.groups().get(i), found.get(i)).verification());
                }
                out.println(InspectionText.verdict(found));
            }
        }
        out.flush();
        return isWhole ? ExitCodes.OK : ExitCodes.FAILED;
    }
}
