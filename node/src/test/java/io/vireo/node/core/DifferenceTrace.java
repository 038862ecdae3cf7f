package io.vireo.node.core;

import io.vireo.journal.message.PrepareFlyweight;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it hears of events, and of replicas that differ, for parts that report nothing else. */
public final class DifferenceTrace implements TraceSink {
    public final List<TraceEvent> events = new ArrayList<>();
    public final List<DifferingCheckpoints> differing = new ArrayList<>();

    @Override
    public void transition(
            final int group,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {
        throw new AssertionError("no status changes");
    }

    @Override
    public void applied(final int group, final PrepareFlyweight prepare) {
        throw new AssertionError("nothing is applied");
    }

    @Override
    public void event(final int group, final TraceEvent event, final long view, final long op) {
        events.add(event);
    }

    @Override
    public void checkpointsDiffer(final int group, final DifferingCheckpoints found) {
        differing.add(found);
    }
}
