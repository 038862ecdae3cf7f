package io.vireo.node.launch;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints what the core reports, one line per change of status or view, and counts the rest. Shard's thread. */
final class NodeTrace implements TraceSink {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTrace.class);

    private final long[][] counts;

    NodeTrace(final int groupCount) {
        this.counts = new long[groupCount][TraceEvent.values().length];
    }

    /** By ordinal of {@link TraceEvent}. */
    long[] counts(final int group) {
        return counts[group];
    }

    @Override
    public void transition(final int group, final Status from, final Status to, final long view, final long logView, final String reason) {
        LOG.info("event=status group={} from={} to={} view={} logView={} reason=\"{}\"", group, from, to, view, logView, reason);
    }

    @Override
    public void applied(final int group, final PrepareFlyweight prepare) {
        // Every op passes here: the group's commitMin says as much.
    }

    @Override
    public void event(final int group, final TraceEvent event, final long view, final long op) {
        counts[group][event.ordinal()]++;
        if (LOG.isDebugEnabled()) {
            LOG.debug("event={} group={} view={} op={}", event, group, view, op);
        }
    }
}
