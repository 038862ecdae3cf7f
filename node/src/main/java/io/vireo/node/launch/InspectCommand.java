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

/** {@code vireo inspect}: what is in the data directory of a stopped replica, and what a start would make of it. Changes nothing. */
@Command(
        name = "inspect",
        description =
                "Show what is in the data of a stopped replica, stage by stage as a start reads it; changes nothing.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:   vireo inspect ./vireo-dev/replica-0",
            "Exit code 0 if it could be read, also where damage is shown; see \"vireo verify\".",
        })
public final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Directory of a group, of a replica, or one with replica-K.")
    private Path directory;

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description = "Compare with this cluster file (else the superblock's word is taken).")
    private Path clusterFile;

    @Option(names = "--files", description = "List every file of the checkpoint.")
    private boolean isListing;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final ClusterConfig cluster = clusterFile == null ? null : ClusterFile.load(clusterFile);
        final PrintWriter out = spec.commandLine().getOut();
        try (InspectedDirectories directories = InspectedDirectories.open(directory)) {
            final List<GroupInspection> found = directories.inspect(cluster, false, group -> InspectionProgress.NONE);
            if (isJson) {
                out.println(InspectionJson.write(directories.groups(), found, isListing, false));
            } else {
                for (int i = 0; i < found.size(); i++) {
                    out.print(new InspectionText(directories.groups().get(i), found.get(i)).inspection(isListing));
                }
            }
        }
        out.flush();
        return ExitCodes.OK;
    }
}
