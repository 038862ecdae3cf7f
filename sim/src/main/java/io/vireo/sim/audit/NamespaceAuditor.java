package io.vireo.sim.audit;

import io.vireo.bootstrap.config.Placement;
import io.vireo.journal.message.HeaderFlyweight;

/**
 * A17: groups and namespaces are isolated. What is executed belongs to the namespace that its client wrote into it, and that namespace to
 * the group that executes it; a read shows entries of the namespace it asked for; a frame names the group of the process that sends it.
 */
public final class NamespaceAuditor extends Auditor {
    private final Placement placement;
    private long checked;

    public NamespaceAuditor(final AuditLog log, final Placement placement) {
        super("A17", log);
        this.placement = placement;
    }

    /** Entries looked at, executed or read. */
    public long checked() {
        return checked;
    }

    /**
     * A state machine executes an append.
     *
     * @param addressed namespace that its client has written into the entry.
     */
    public void onExecuted(
            final int replica, final int group, final long op, final int namespace, final int addressed) {
        checked++;
        checkNumbers(
                namespace == addressed,
                "a request is executed in the namespace that its client addressed",
                replica,
                group,
                -1,
                op,
                "executed in, addressed",
                namespace,
                addressed);
        checkNumbers(
                placement.groupOf(namespace) == group,
                "a group executes requests of its own namespaces only",
                replica,
                group,
                -1,
                op,
                "namespace, its group",
                namespace,
                placement.groupOf(namespace));
    }

    /** A read of a namespace showed an entry that its client had addressed to another one, or not. */
    public void onEntry(final int namespace, final int group, final int addressed) {
        checked++;
        checkNumbers(
                namespace == addressed,
                "a read shows entries of its own namespace only",
                -1,
                group,
                -1,
                0,
                "read, addressed",
                namespace,
                addressed);
    }

    /** A process of a group sends a frame. */
    public void onFrame(final int replica, final int group, final HeaderFlyweight frame) {
        checkNumbers(
                frame.group() == group,
                "a frame names the group that sends it",
                replica,
                group,
                frame.view(),
                0,
                "named, sender's",
                frame.group(),
                group);
    }
}
