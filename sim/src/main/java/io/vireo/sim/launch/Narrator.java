package io.vireo.sim.launch;

import io.vireo.node.core.ReplicaView;
import io.vireo.sim.cluster.Note;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.cluster.SimReplica;
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
                cluster.queue().executed(), cluster.queue().nowNs() / 1e6, replica, group, columns(group), text.get()));
    }

    private String columns(final int group) {
        final StringBuilder text = new StringBuilder();
        for (int replica = 0; replica < cluster.options().replicas(); replica++) {
            text.append(String.format("%-24s", column(cluster.replica(replica), group)));
        }
        return text.toString();
    }

    /** Status, role, view and ops: committed here, known to be committed, head. */
    private static String column(final SimReplica replica, final int group) {
        final ReplicaView view = replica.isUp() ? replica.view(group) : null;
        if (view == null) {
            return replica.isUp() ? "^ opening" : "# down";
        }
        final char status = switch (view.status()) {
            case JOINING -> 'j';
            case NORMAL -> '.';
            case VIEW_CHANGE -> 'v';
            case RECOVERING_HEAD -> 'h';
            case RECOVERING -> 'w';
        };
        final boolean isPrimary = view.primary() == view.replica();
        return "" + status + (isPrimary ? '/' : '\\') + " V" + view.view() + " " + view.commitMin() + "/"
                + view.commitMax() + "/" + view.head();
    }
}
