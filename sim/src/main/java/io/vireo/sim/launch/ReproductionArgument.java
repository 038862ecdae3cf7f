package io.vireo.sim.launch;

import io.vireo.sim.SimProfile;
import io.vireo.sim.shrink.Reproduction;
import io.vireo.sim.shrink.ReproductionException;
import io.vireo.sim.shrink.ReproductionFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads the file that a command is given; says what is wrong with it. */
final class ReproductionArgument {
    private ReproductionArgument() {}

    /** What gives its seed a meaning: the machine and the regime that the file says. */
    static SimProfile profile(final Reproduction reproduction) {
        return SimProfile.of(reproduction.settings());
    }

    static Reproduction read(final CommandSpec spec, final Path file) {
        try {
            final Reproduction reproduction =
                    ReproductionFile.parse(Files.readString(file, StandardCharsets.UTF_8), SimProfile::of);
            if (!reproduction.isOfThisPlan(profile(reproduction))) {
                final PrintWriter err = spec.commandLine().getErr();
                err.println("note: seed " + reproduction.seed() + " plans other faults in this build than when " + file
                        + " was written");
                err.flush();
            }
            return reproduction;
        } catch (final ReproductionException e) {
            throw new ParameterException(
                    spec.commandLine(), file + " is no reproduction for this program: " + e.getMessage(), e);
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + file + ": " + e, e);
        }
    }
}
