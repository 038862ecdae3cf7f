package io.vireo.node.gateway.service;

import io.vireo.node.gateway.GatewayPorts;

/**
 * The services of one gateway: makes them, drives them and hands them out as its ports. Belongs to the thread of the gateway; with several
 * gateways in a node each has its own, and one of them has a role in the metadata.
 */
public final class GatewayServices implements AutoCloseable {
    private final GatewayPorts ports;
    private final PasswordHasher passwords;
    private final MachineView machine;
    private final GroupFigures figures;
    private final Housekeeper housekeeper;
    /** Null where no clients are served. */
    private final RootUser root;

    /** @param nowNs monotonic time, as {@link #poll} has it. */
    public GatewayServices(final ServicesContext context, final long nowNs) {
        final ServiceSettings settings = context.settings();
        passwords = new PasswordHasher(
                settings.passwordIterations(),
                settings.passwordThreads(),
                settings.passwordsMax(),
                context.secrets(),
                context.wake());
        machine = new MachineView(
                context.directory(),
                context.hostname(),
                context.version(),
                context.attachments(),
                context.clock(),
                context.wake());
        figures = new GroupFigures(context.groups(), context.groupCount(), context.limits(), settings, nowNs);
        housekeeper = new Housekeeper(
                context.groups(),
                context.groupCount(),
                context.replicaCount(),
                context.limits(),
                context.heard(),
                context.clock(),
                settings,
                nowNs);
        root = context.isServing()
                ? new RootUser(context.groups(), passwords, context.root(), context.rootKeeper(), settings)
                : null;
        ports = new GatewayPorts(
                context.groups(),
                passwords,
                new RandomTokens(context.secrets()),
                context.cluster(),
                machine,
                figures,
                context.clock(),
                context.ids());
    }

    public GatewayPorts ports() {
        return ports;
    }

    /** Whether the cluster has a root user, so that somebody can log in. */
    public boolean hasRoot() {
        return root != null && root.isDone();
    }

    /**
     * To be called first whenever the thread of the gateway is awake.
     *
     * @param role of this gateway's process in the metadata, as far as is known.
     * @return work done.
     */
    public int poll(final long nowNs, final MetadataRole role) {
        return figures.poll(nowNs)
                + passwords.poll(nowNs)
                + machine.poll(nowNs)
                + (root == null ? 0 : root.poll(nowNs))
                + housekeeper.poll(nowNs, role);
    }

    /** Nanoseconds until {@link #poll} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    public long delayNs(final long nowNs) {
        return Math.min(
                Math.min(figures.delayNs(nowNs), root == null ? Long.MAX_VALUE : root.delayNs(nowNs)),
                Math.min(housekeeper.delayNs(nowNs), Math.min(passwords.delayNs(nowNs), machine.delayNs(nowNs))));
    }

    @Override
    public void close() {
        passwords.close();
        machine.close();
    }
}
