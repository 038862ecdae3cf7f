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
 * carrier is done with what it is at.
 */
final class DropDuty implements DropCarrier.Sender {
    private static final int ACKNOWLEDGEMENT_MAX = 256;

    private final MetadataLink metadata;
    private final int groupCount;
    private final DropCarrier carrier;
    private List<Drop> dropped = new ArrayList<>();
    /** What the reading under way has found; null if none is. */
    private OldestDrops reading;

    private int unread;
    private boolean isPressing;

    DropDuty(final MetadataLink metadata, final int groupCount, final ServiceSettings settings) {
        this.metadata = metadata;
        this.groupCount = groupCount;
        this.carrier = new DropCarrier(settings.dropWindow(), ACKNOWLEDGEMENT_MAX, settings.dropResendNs(), this);
    }

    /** Whether something has come back since duties were last asked for, so that the next step is due. */
    boolean isPressing() {
        return isPressing;
    }

    void onAsked() {
        isPressing = false;
    }

    /** This node no longer leads the metadata. */
    void stop() {
        carrier.stop();
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
        final List<Drop> done = dropped;
        dropped = new ArrayList<>();
        done.forEach(drop -> carrier.onDropped(drop.namespace(), drop.last(), nowNs));
        carrier.onTick(nowNs, found);
    }

    /** The outbox as far as it was read: of each group its oldest. */
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
