package io.vireo.sim;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.journal.message.Command;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.transport.CloseReason;
import io.vireo.sim.cluster.RunCounters;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeMap;

/** The counters of runs by their names, such as {@code disk.writes} or {@code events.CHECKPOINT_TAKEN}: sums, and a form to save. */
public final class CounterFields {
    /** What the elements of each array count. */
    private static final Map<String, Enum<?>[]> ELEMENTS = Map.of(
            "events", TraceEvent.values(),
            "sent", Command.values(),
            "transitions", Status.values(),
            "stages", RecoveryStage.values(),
            "closed", CloseReason.values());

    @FunctionalInterface
    private interface Visitor {
        /** The new value of the counter. */
        long visit(String name, long value);
    }

    private CounterFields() {}

    /** Every counter by its name. */
    public static Map<String, Long> values(final RunCounters counters) {
        final Map<String, Long> values = new TreeMap<>();
        visit("", counters, (name, value) -> {
            values.put(name, value);
            return value;
        });
        return values;
    }

    /** Adds values by their names; a counter that is not among them stays as it is. */
    public static void add(final RunCounters sum, final Map<String, Long> values) {
        visit("", sum, (name, value) -> value + values.getOrDefault(name, 0L));
    }

    private static void visit(final String prefix, final Object counters, final Visitor visitor) {
        try {
            for (final Field field : counters.getClass().getFields()) {
                final String name = prefix + field.getName();
                if (field.getType() == long.class) {
                    field.setLong(counters, visitor.visit(name, field.getLong(counters)));
                } else if (field.getType() == long[].class) {
                    final long[] elements = (long[]) field.get(counters);
                    for (int i = 0; i < elements.length; i++) {
                        elements[i] = visitor.visit(name + "." + ELEMENTS.get(field.getName())[i].name(), elements[i]);
                    }
                } else {
                    visit(name + ".", field.get(counters), visitor);
                }
            }
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
