package io.vireo.node.gateway.service;

import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.port.Clock;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.SystemCommands;
import io.vireo.node.stream.machine.SystemQueries;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the primary of the metadata does for the cluster: carries drops, ends what has timed out, takes out the members of silent nodes, and
 * applies retention. Looks at applied state before it says anything, so that nothing is logged where nothing is to do. All it says is
 * idempotent and names what it was decided on: any number of housekeepers may run at a time. Belongs to the thread of the gateway.
 *
 * <p>A backup looks now and then whether a drop is still there after a while, and then carries it as well: a client waits for it, and the
 * primary may not reach the group that has the data, while nobody has a reason to change a view. Nobody waits for the rest, which such a group does without as long as the link stays so:
 * what is due there by expiry or size goes later.
 */
public final class Housekeeper {
    private static final long MICROS_NS = 1_000;
    /**
     * For so long by the time of the log an expulsion may take effect: enough for a group that answers, or for one view change; and little of
     * the time in which a node that is heard again could still lose its members to it.
     */
    private static final long EXPULSION_VALIDITY_MICROS = 5_000_000;

    private final ServiceSettings settings;
    private final Clock clock;
    private final MetadataLink metadata;
    private final DropDuty drops;
    private final DropDuty lateDrops;
    private final RetentionDuty retention;
    private final SilentNodes silent;
    private final TimedCommand revocations;
    private final TimedCommand tokens;
    /** By node with members. */
    private final TreeMap<Integer, TimedCommand> expulsions = new TreeMap<>();

    private MetadataRole role = MetadataRole.NONE;
    private boolean isAsking;
    private long askedAtNs;
    private long nowNs;

    /**
     * @param groupCount of the cluster.
     * @param replicaCount of the cluster.
     * @param clock of which only the wall clock is read: when to ask for what may have expired, and until when an expulsion is meant. What is
     *     done is decided by the op's own time; where this clock is behind it by more than an expulsion's validity, nobody is expelled.
     */
    public Housekeeper(
            final GroupRequests groups,
            final int groupCount,
            final int replicaCount,
            final StreamLimits limits,
            final HeardNodes heard,
            final Clock clock,
            final ServiceSettings settings,
            final long nowNs) {
        this.settings = settings;
        this.clock = clock;
        this.nowNs = nowNs;
        metadata = new MetadataLink(groups);
        drops = DropDuty.ofPrimary(metadata, groupCount, settings);
        lateDrops = DropDuty.ofBackup(metadata, groupCount, settings);
        retention = new RetentionDuty(metadata, groupCount, limits, settings);
        silent = new SilentNodes(replicaCount, settings.silenceNs(), settings.dutiesIntervalNs(), heard);
        revocations = new TimedCommand(metadata, settings.revocationIntervalNs());
        tokens = new TimedCommand(metadata, settings.tokenIntervalNs());
    }

    /** @param newRole as far as is known. @return work done. */
    public int poll(final long newNowNs, final MetadataRole newRole) {
        nowNs = newNowNs;
        if (newRole != role) {
            role = newRole;
            drops.stop();
            lateDrops.stop();
            retention.stop(nowNs);
            silent.reset();
            askedAtNs = nowNs - intervalNs();
        }
        int work = 0;
        if (role == MetadataRole.NONE) {
            return work;
        }
        if (role == MetadataRole.PRIMARY) {
            silent.poll(nowNs);
            work += retention.poll(nowNs, wallMicros());
        }
        if (!isAsking && (nowNs - askedAtNs >= intervalNs() || carried().isPressing())) {
            ask();
            work++;
        }
        return work;
    }

    /** Nanoseconds until {@link #poll} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    public long delayNs(final long atNs) {
        if (role == MetadataRole.NONE) {
            return Long.MAX_VALUE;
        }
        final long delay =
                isAsking ? Long.MAX_VALUE : carried().isPressing() ? 0 : Math.max(0, askedAtNs + intervalNs() - atNs);
        return role == MetadataRole.PRIMARY ? Math.min(delay, retention.delayNs(atNs)) : delay;
    }

    /** Drops that were sent from here, while another one was the primary of the metadata, and that their groups have answered. */
    public long lateDropsDone() {
        return lateDrops.done();
    }

    private DropDuty carried() {
        return role == MetadataRole.PRIMARY ? drops : lateDrops;
    }

    private long intervalNs() {
        return role == MetadataRole.PRIMARY
                ? settings.dutiesIntervalNs()
                : settings.dropPatienceNs() / ServiceSettings.DROP_LOOKS;
    }

    private void ask() {
        isAsking = true;
        askedAtNs = nowNs;
        carried().onAsked();
        metadata.ask(
                new SystemQueries.GetDuties(),
                Consistency.COMMITTED,
                Answers.Duties::read,
                this::onDuties,
                (outcome, status) -> isAsking = false);
    }

    private void onDuties(final Answers.Duties duties) {
        isAsking = false;
        if (role == MetadataRole.NONE) {
            return;
        }
        carried().onDuties(duties.drops(), nowNs);
        if (role == MetadataRole.PRIMARY) {
            lead(duties);
        }
    }

    private void lead(final Answers.Duties duties) {
        final long wallMicros = wallMicros();
        final long revocationMicros = settings.revocationTimeoutNs() / MICROS_NS;
        if (duties.movingSinceMicros() != 0 && wallMicros - duties.movingSinceMicros() >= revocationMicros) {
            revocations.offer(new SystemCommands.ExpireRevocations(revocationMicros), nowNs);
        }
        if (duties.tokenExpiryMicros() != 0 && Long.compareUnsigned(wallMicros, duties.tokenExpiryMicros()) >= 0) {
            tokens.offer(new SystemCommands.ExpireTokens(), nowNs);
        }
        silent.retain(duties.nodes().stream().map(Answers.MemberNode::node).collect(Collectors.toSet()));
        for (final Answers.MemberNode each : duties.nodes()) {
            if (silent.isSilent(each.node(), nowNs)) {
                final long notAfterMicros = wallMicros + EXPULSION_VALIDITY_MICROS;
                expulsions
                        .computeIfAbsent(
                                each.node(), node -> new TimedCommand(metadata, settings.revocationIntervalNs()))
                        .offer(new SystemCommands.ExpelNode(each.node(), each.joins(), notAfterMicros), nowNs);
            }
        }
    }

    private long wallMicros() {
        return clock.wallNs() / MICROS_NS;
    }
}
