package io.vireo.sim.timeline;

import io.vireo.node.core.ReplicaView;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.cluster.SimReplica;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How one replica of a group stands at one moment, as names and values in a fixed order.
 *
 * @param values what is known of it: a process that is down or opening has no more than its disk.
 */
public record ReplicaState(Map<String, String> values) {
    /** As it stands now. */
    public static ReplicaState of(final SimCluster cluster, final int index, final int group) {
        final SimReplica replica = cluster.replica(index);
        final ReplicaView view = replica.isUp() ? replica.view(group) : null;
        final Map<String, String> values = new LinkedHashMap<>();
        if (view == null) {
            values.put("status", replica.isUp() ? "OPENING" : "DOWN");
        } else {
            values.put("status", view.status().name());
            values.put("role", view.primary() == index ? "primary" : "backup");
            values.put("view", Long.toString(view.view()));
            values.put("logView", Long.toString(view.logView()));
            values.put("commitMin", Long.toString(view.commitMin()));
            values.put("commitMax", Long.toString(view.commitMax()));
            values.put("head", Long.toString(view.head()));
            values.put("ackableOp", Long.toString(view.ackableOp()));
            values.put("checkpointOp", Long.toString(view.checkpointOp()));
        }
        values.put("pendingWrites", Integer.toString(replica.disk(group).pendingWrites()));
        return new ReplicaState(values);
    }

    /** What differs in the later one, {@code name: before -> after} each, or an empty text. */
    public String difference(final ReplicaState later) {
        final Map<String, String> all = new LinkedHashMap<>(values);
        later.values.forEach(all::putIfAbsent);
        final StringBuilder text = new StringBuilder();
        for (final String name : all.keySet()) {
            final String before = values.getOrDefault(name, "-");
            final String after = later.values.getOrDefault(name, "-");
            if (!before.equals(after)) {
                text.append(text.length() == 0 ? "" : "  ");
                text.append(name).append(": ").append(before).append(" -> ").append(after);
            }
        }
        return text.toString();
    }

    /** {@code name=value}, separated by spaces. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(text.length() == 0 ? "" : " ")
                .append(name)
                .append('=')
                .append(value));
        return text.toString();
    }
}
