package io.vireo.node.gateway.service;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.DropCarrier;
import io.vireo.node.stream.machine.SystemCommands;
import io.vireo.node.stream.machine.SystemCommands.AcknowledgeDrops.Acknowledged;
import io.vireo.node.stream.machine.SystemQueries;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.partition.PartitionOperation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Drives a {@link DropCarrier} over requests: reads the oldest drops of each group, and sends what the carrier says. Outcomes wait until the
 * carrier is done with what it is at. The primary of the metadata carries all of them; a backup those that have waited for too long.
 */
final class DropDuty implements DropCarrier.Sender {
    private static final int ACKNOWLEDGEMENT_MAX = 256;
    /** Of its patience, a backup lets pass at most so many times as much between two tries. */
    private static final int PATIENCES_MAX = 4;

    private final MetadataLink metadata;
    private final int groupCount;
    private final OverdueDrops overdue;
    private final DropCarrier carrier;
    private List<Drop> dropped = new ArrayList<>();
    /** What the reading under way has found; null if none is. */
    private OldestDrops reading;

    private int unread;
    private boolean isPressing;
    private long done;

    private DropDuty(
            final MetadataLink metadata,
            final int groupCount,
            final int window,
            final long patienceNs,
            final long resendNs,
            final long resendMaxNs) {
        this.metadata = metadata;
        this.groupCount = groupCount;
        this.overdue = new OverdueDrops(window, patienceNs);
        this.carrier = new DropCarrier(window, ACKNOWLEDGEMENT_MAX, resendNs, resendMaxNs, this);
    }

    static DropDuty ofPrimary(final MetadataLink metadata, final int groupCount, final ServiceSettings settings) {
        return new DropDuty(
                metadata, groupCount, settings.dropWindow(), 0, settings.dropResendNs(), settings.dropResendNs());
    }

    /** Of what the primary has not got done in time; tried ever more rarely, because state that is old shows no effect. */
    static DropDuty ofBackup(final MetadataLink metadata, final int groupCount, final ServiceSettings settings) {
        final long patienceNs = settings.dropPatienceNs();
        return new DropDuty(
                metadata, groupCount, settings.dropWindow(), patienceNs, patienceNs, PATIENCES_MAX * patienceNs);
    }

    /** Drops that were sent from here and that their groups have answered. */
    long done() {
        return done;
    }

    /** Whether something has come back since duties were last asked for, so that the next step is due. */
    boolean isPressing() {
        return isPressing;
    }

    void onAsked() {
        isPressing = false;
    }

    /** This node has another part in the metadata now. */
    void stop() {
        carrier.stop();
        overdue.clear();
        dropped.clear();
        isPressing = false;
        // What is being read is not used.
        reading = null;
    }

    /** @param waiting drops in the outbox. */
    void onDuties(final int waiting, final long nowNs) {
        if (reading != null) {
            return;
        }
        if (waiting == 0 && carrier.inFlight() == 0) {
            dropped.clear();
            overdue.clear();
            return;
        }
        final OldestDrops found = new OldestDrops();
        reading = found;
        final int first = PartitionGroups.first(groupCount);
        unread = groupCount - first;
        for (int group = first; group < groupCount; group++) {
            read(group, found, nowNs);
        }
    }

    @Override
    public void sendDrop(final Drop drop) {
        metadata.groups()
                .submit(
                        MetadataLink.LANE,
                        drop.group(),
                        drop.namespace(),
                        drop.last(),
                        PartitionOperation.DROP,
                        new UnsafeBuffer(new byte[PartitionOperation.DROP_LENGTH]),
                        0,
                        PartitionOperation.DROP_LENGTH,
                        GroupRequests.NO_DEADLINE,
                        (outcome, status, reply, offset, length) -> {
                            if (outcome == Outcome.OK) {
                                dropped.add(drop);
                                done++;
                                isPressing = true;
                            }
                        });
    }

    @Override
    public void sendAcknowledgement(final List<Acknowledged> drops) {
        // Whether it took effect, the outbox says.
        metadata.submit(
                new SystemCommands.AcknowledgeDrops(drops),
                (outcome, status, reply, offset, length) -> isPressing |= outcome == Outcome.OK);
    }

    private void read(final int group, final OldestDrops found, final long nowNs) {
        metadata.ask(
                new SystemQueries.GetDrops(group),
                Consistency.COMMITTED,
                in -> Answers.Page.read(in, Answers::readDrop),
                page -> onRead(group, page.entries(), found, nowNs),
                (outcome, status) -> onUnread(found));
    }

    private void onRead(final int group, final List<Drop> drops, final OldestDrops found, final long nowNs) {
        if (reading != found) {
            return;
        }
        if (!drops.isEmpty()) {
            found.byGroup.put(group, drops);
        }
        if (--unread == 0) {
            reading = null;
            carry(found, nowNs);
        }
    }

    /** Without all groups nothing is known of what is under way: it is read again. */
    private void onUnread(final OldestDrops found) {
        if (reading == found) {
            reading = null;
        }
    }

    private void carry(final OldestDrops found, final long nowNs) {
        final List<Drop> answered = dropped;
        dropped = new ArrayList<>();
        answered.forEach(drop -> carrier.onDropped(drop.namespace(), drop.last(), nowNs));
        found.byGroup.replaceAll((group, drops) -> overdue.of(drops, nowNs));
        overdue.forgetOthers();
        carrier.onTick(nowNs, found);
    }

    /** The outbox as far as it was read: of each group its oldest, and of these what is due. */
    private static final class OldestDrops implements DropCarrier.Outbox {
        private final TreeMap<Integer, List<Drop>> byGroup = new TreeMap<>();

        @Override
        public Collection<Integer> groups() {
            return byGroup.keySet();
        }

        @Override
        public Collection<Drop> pending(final int group) {
            return byGroup.getOrDefault(group, List.of());
        }

        @Override
        public boolean isPending(final Drop drop) {
            return pending(drop.group()).stream()
                    .anyMatch(each -> each.namespace() == drop.namespace() && each.last() == drop.last());
        }
    }
}
