package io.vireo.sim.launch;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code vireo-sim mutants}: plants known bugs in the node's own sources and reports how each was found. */
@Command(name = "mutants", description = "Plants known bugs and hunts them.", mixinStandardHelpOptions = true)
public final class MutantsCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
