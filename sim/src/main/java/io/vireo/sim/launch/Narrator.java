package io.vireo.sim.launch;

import io.vireo.sim.cluster.Note;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.SimCluster;
import java.io.PrintWriter;
import java.util.function.Supplier;

/** Prints a line per event of note, one column per replica. */
final class Narrator implements RunListener {
    private final PrintWriter out;
    private SimCluster cluster;

    Narrator(final PrintWriter out) {
        this.out = out;
    }

    @Override
    public void onCluster(final SimCluster newCluster) {
        cluster = newCluster;
    }

    @Override
    public void onNote(final Note note, final int replica, final int group, final Supplier<String> text) {
        out.println(String.format(
                "%9d %10.3fms r%d g%d  %s %s",
                cluster.queue().executed(),
                cluster.queue().nowNs() / 1e6,
                replica,
                group,
                cluster.columns(group),
                text.get()));
    }
}
