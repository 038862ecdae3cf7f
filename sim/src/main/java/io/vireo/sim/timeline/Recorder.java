package io.vireo.sim.timeline;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.client.Outcome;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.sim.cluster.Note;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.storage.DiskCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/** Keeps what happened last in a run, for its picture: a bounded number of things, of which the oldest go first. */
public final class Recorder implements RunListener {
    /** One thing that happened; what has not ended has an end event of 0. */
    abstract static sealed class Item permits Frame, Call, Mark {
        final long event;
        final long timeNs;
        long endEvent;
        long endNs;

        Item(final long event, final long timeNs) {
            this.event = event;
            this.timeNs = timeNs;
        }
    }

    /** A frame on its way; ends are replicas first, then clients. */
    static final class Frame extends Item {
        final long number;
        final Command command;
        final int from;
        final int to;
        final int group;
        final long view;
        final long op;
        String lostWhy;
        /** Of the receiver once it has worked on the frame, or null. */
        ReplicaState after;

        Frame(
                final long event,
                final long timeNs,
                final long number,
                final Command command,
                final int from,
                final int to,
                final int group,
                final long view,
                final long op) {
            super(event, timeNs);
            this.number = number;
            this.command = command;
            this.from = from;
            this.to = to;
            this.group = group;
            this.view = view;
            this.op = op;
        }
    }

    /** A read, write or sync. */
    static final class Call extends Item {
        final int replica;
        final int group;
        final long number;
        final DiskCall kind;
        final int file;
        final int sector;
        final int sectors;

        Call(
                final long event,
                final long timeNs,
                final int replica,
                final int group,
                final long number,
                final DiskCall kind,
                final int file,
                final int sector,
                final int sectors) {
            super(event, timeNs);
            this.replica = replica;
            this.group = group;
            this.number = number;
            this.kind = kind;
            this.file = file;
            this.sector = sector;
            this.sectors = sectors;
        }
    }

    /** Something of a moment. */
    static final class Mark extends Item {
        final String kind;
        final int end;
        final int group;
        final String text;
        /** Of the replica, or null for a client. */
        final ReplicaState state;

        Mark(
                final long event,
                final long timeNs,
                final String kind,
                final int end,
                final int group,
                final String text,
                final ReplicaState state) {
            super(event, timeNs);
            this.kind = kind;
            this.end = end;
            this.group = group;
            this.text = text;
            this.state = state;
        }
    }

    private static final int GROUPS_MAX = 64;

    private final int itemsMax;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private final Long2ObjectHashMap<Frame> underWay = new Long2ObjectHashMap<>();
    private final List<Long2ObjectHashMap<Call>> calls = new ArrayList<>();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final UnsafeBuffer frameView = new UnsafeBuffer(0, 0);
    private SimCluster cluster;
    private long dropped;

    public Recorder(final int itemsMax) {
        this.itemsMax = itemsMax;
    }

    /** Oldest first. */
    Iterable<Item> items() {
        return items;
    }

    /** Things that happened before the ones that are kept. */
    long dropped() {
        return dropped;
    }

    SimCluster cluster() {
        return cluster;
    }

    @Override
    public void onCluster(final SimCluster newCluster) {
        cluster = newCluster;
        for (int i = 0; i < cluster.options().replicas() * GROUPS_MAX; i++) {
            calls.add(new Long2ObjectHashMap<>());
        }
    }

    @Override
    public void onSent(final long number, final int from, final int to, final DirectBuffer buffer, final int offset) {
        frameView.wrap(buffer, offset, buffer.capacity() - offset);
        header.wrap(frameView, 0);
        final Command command = header.command();
        final long op = command == Command.PREPARE
                ? prepare.wrap(frameView, 0).op()
                : command == Command.PREPARE_OK ? prepareOk.wrap(frameView, 0).op() : 0;
        final Frame frame = new Frame(event(), nowNs(), number, command, from, to, header.group(), header.view(), op);
        underWay.put(number, frame);
        add(frame);
    }

    @Override
    public void onLost(final long number, final String why) {
        final Frame frame = underWay.remove(number);
        if (frame != null) {
            frame.lostWhy = why;
            end(frame);
        }
    }

    @Override
    public void onDelivered(final long number) {
        final Frame frame = underWay.get(number);
        if (frame != null) {
            end(frame);
        }
    }

    @Override
    public void onHandled(final long number) {
        final Frame frame = underWay.remove(number);
        if (frame != null && frame.to < cluster.options().replicas()) {
            frame.after = ReplicaState.of(cluster, frame.to, frame.group);
        }
    }

    @Override
    public void onNote(final Note note, final int replica, final int group, final Supplier<String> text) {
        if (note != Note.REPLY) { // the frame says it
            mark(note.name(), replica, group, text.get());
        }
    }

    @Override
    public void onApplied(final int replica, final int group, final long view, final long op) {
        mark("APPLIED", replica, group, "op " + op + " applied, of view " + view);
    }

    @Override
    public void onOutcome(final int client, final Outcome outcome) {
        add(new Mark(event(), nowNs(), "OUTCOME", cluster.options().replicas() + client, 0, outcome.name(), null));
    }

    @Override
    public void onDiskCall(
            final int replica,
            final int group,
            final long number,
            final DiskCall kind,
            final int file,
            final int sector,
            final int sectors) {
        final Call call = new Call(event(), nowNs(), replica, group, number, kind, file, sector, sectors);
        calls.get(replica * GROUPS_MAX + group).put(number, call);
        add(call);
    }

    @Override
    public void onDiskDone(final int replica, final int group, final long number) {
        final Call call = calls.get(replica * GROUPS_MAX + group).remove(number);
        if (call != null) {
            end(call);
        }
    }

    private void mark(final String kind, final int replica, final int group, final String text) {
        add(new Mark(event(), nowNs(), kind, replica, group, text, ReplicaState.of(cluster, replica, group)));
    }

    private void add(final Item item) {
        items.add(item);
        if (items.size() > itemsMax) {
            dropped++;
            final Item oldest = items.remove();
            if (oldest instanceof Frame frame) {
                underWay.remove(frame.number);
            } else if (oldest instanceof Call call) {
                calls.get(call.replica * GROUPS_MAX + call.group).remove(call.number);
            }
        }
    }

    private void end(final Item item) {
        item.endEvent = event();
        item.endNs = nowNs();
    }

    private long event() {
        return cluster.queue().executed();
    }

    private long nowNs() {
        return cluster.queue().nowNs();
    }
}
