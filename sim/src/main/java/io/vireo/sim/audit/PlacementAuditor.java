package io.vireo.sim.audit;

import io.vireo.sim.audit.StreamHistory.Life;

/**
 * A17 over several groups: what changes a partition is executed by the group that the metadata has placed it in, on a life that the metadata
 * has given, and what is stored in it was sent to its stream and topic.
 */
public final class PlacementAuditor extends Auditor {
    private long checked;

    public PlacementAuditor(final AuditLog log) {
        super("A17", log);
    }

    /** Executions looked at. */
    public long checked() {
        return checked;
    }

    /** A group has executed a request on a partition. @param life null if the metadata has never given it. */
    public void onExecuted(
            final int replica,
            final int group,
            final long op,
            final long namespace,
            final long incarnation,
            final Life life) {
        checked++;
        check(
                life != null,
                "nothing is done in a partition that the metadata has not made",
                replica,
                group,
                -1,
                op,
                "namespace, incarnation",
                namespace,
                incarnation);
        if (life != null) {
            checkNumbers(
                    life.partition().group() == group,
                    "a partition is changed by its own group only",
                    replica,
                    group,
                    -1,
                    op,
                    "placed in, executed by",
                    life.partition().group(),
                    group);
        }
    }

    /** A message was stored that its client had sent to this stream and topic. */
    public void onStored(
            final int replica,
            final int group,
            final long op,
            final Life life,
            final String stream,
            final String topic) {
        if (!life.partition().stream().equals(stream)
                || !life.partition().topic().equals(topic)) {
            fail(
                    "a message is stored where its client has sent it",
                    replica,
                    group,
                    op,
                    "sent to " + stream + "/" + topic + ", stored in " + life);
        }
    }
}
