package io.vireo.sim.explore;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.sim.cluster.SimReplica;
import io.vireo.sim.scenario.ScenarioClient;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongHashSet;

/** Says what may happen next, always in the same order. Changes nothing. */
final class Choices {
    /** A lost sector and a rotten one; how a sector is rotten makes no difference to whoever checks it. */
    private static final DamageKind[] DAMAGES = {DamageKind.UNREADABLE, DamageKind.SECTOR};

    private static final int SECTORS_PER_COPY = DurableImage.MARKS_START / DataFileLayout.SUPERBLOCK_COPIES;

    private final SimReplica[] replicas;
    private final ScenarioClient client;
    private final FaultAtlas atlas;
    private final Links links;
    private final Budget budget;

    Choices(
            final SimReplica[] replicas,
            final ScenarioClient client,
            final FaultAtlas atlas,
            final Links links,
            final Budget budget) {
        this.replicas = replicas;
        this.client = client;
        this.atlas = atlas;
        this.links = links;
        this.budget = budget;
    }

    List<Choice> list() {
        final List<Choice> choices = new ArrayList<>();
        for (int end = 0; end <= replicas.length; end++) {
            if (end == replicas.length || replicas[end].isAlive()) {
                for (final Frame frame : links.next(end)) {
                    choices.add(new Choice(Choice.Kind.DELIVER, end, frame.from, frame.lo, frame.hi));
                }
            }
        }
        if (client.canRequest()) {
            add(choices, Choice.Kind.REQUEST, replicas.length);
        }
        for (int r = 0; r < replicas.length; r++) {
            if (replicas[r].isAlive() && replicas[r].disk(0).held() > 0) {
                add(choices, Choice.Kind.DISK, r);
            }
        }
        for (int end = 0; end <= replicas.length; end++) {
            if (end == replicas.length || replicas[end].isAlive()) {
                add(choices, Choice.Kind.TIMEOUT, end);
            }
        }
        for (int r = 0; r < replicas.length; r++) {
            if (replicas[r].isAlive()) {
                addCrashes(choices, r);
            } else {
                addRestarts(choices, r);
            }
        }
        addDrops(choices);
        return choices;
    }

    private void add(final List<Choice> choices, final Choice.Kind kind, final int end) {
        if (budget.allows(kind)) {
            choices.add(Choice.at(kind, end));
        }
    }

    private void addCrashes(final List<Choice> choices, final int r) {
        add(choices, Choice.Kind.CRASH, r);
        if (replicas[r].disk(0).pendingWrites() > 0) {
            add(choices, Choice.Kind.CRASH_KEPT, r);
        }
    }

    /** Damage to the first sector of each entry, mark and copy of the superblock that a correct cluster must survive. */
    private void addRestarts(final List<Choice> choices, final int r) {
        choices.add(Choice.at(Choice.Kind.RESTART, r));
        if (!budget.allows(Choice.Kind.RESTART_DAMAGED)) {
            return;
        }
        final SimDisk disk = replicas[r].disk(0);
        final IntArrayList written = new IntArrayList();
        disk.writtenSectors(written);
        final LongHashSet parts = new LongHashSet();
        for (int i = 0; i < written.size(); i++) {
            final int sector = written.getInt(i);
            if (isPart(disk.image(), sector) && parts.add(part(disk.image(), sector)) && atlas.admit(r, 0, sector)) {
                for (final DamageKind kind : DAMAGES) {
                    choices.add(new Choice(Choice.Kind.RESTART_DAMAGED, r, -1, sector, kind.ordinal()));
                }
            }
        }
    }

    private static boolean isPart(final DurableImage image, final int sector) {
        return sector < DurableImage.RING_START || image.isSectorOfEntry(sector);
    }

    private static long part(final DurableImage image, final int sector) {
        if (DurableImage.isSuperblock(sector)) {
            return -1L - sector / SECTORS_PER_COPY;
        }
        return sector < DurableImage.RING_START ? Integer.MIN_VALUE + (long) sector : image.opOfSector(sector);
    }

    private void addDrops(final List<Choice> choices) {
        if (budget.allows(Choice.Kind.DROP)) {
            for (int end = 0; end <= replicas.length; end++) {
                for (final Frame frame : links.next(end)) {
                    choices.add(new Choice(Choice.Kind.DROP, end, frame.from, frame.lo, frame.hi));
                }
            }
        }
    }
}
