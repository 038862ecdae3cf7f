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
    /** When something took place. */
    record Moment(long event, long timeNs) {}

    /** One thing that happened. */
    static final class Item {
        final Moment begin;
        final What what;
        /** Null as long as it goes on, and for what is of a moment. */
        Moment end;
        /** Of a frame that got lost: why. */
        String lostWhy;
        /** Of the replica: at a mark, or when it had worked on a frame; null for a client. */
        ReplicaState state;

        Item(final Moment begin, final What what) {
            this.begin = begin;
            this.what = what;
        }
    }

    /** What it was. */
    sealed interface What permits Frame, Call, Mark {}

    /** A frame on its way; ends are replicas first, then clients. */
    record Frame(long number, Command command, int from, int to, int group, long view, long op) implements What {}

    /** A read, write or sync. */
    record Call(int replica, int group, long number, DiskCall kind, int file, int sector, int sectors)
            implements What {}

    /** Something of a moment. */
    record Mark(String kind, int end, int group, String text) implements What {}

    private static final int GROUPS_MAX = 64;

    private final int itemsMax;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private final Long2ObjectHashMap<Item> underWay = new Long2ObjectHashMap<>();
    private final List<Long2ObjectHashMap<Item>> calls = new ArrayList<>();
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
        underWay.put(number, add(new Frame(number, command, from, to, header.group(), header.view(), op)));
    }

    @Override
    public void onLost(final long number, final String why) {
        final Item frame = underWay.remove(number);
        if (frame != null) {
            frame.lostWhy = why;
            frame.end = now();
        }
    }

    @Override
    public void onDelivered(final long number) {
        final Item frame = underWay.get(number);
        if (frame != null) {
            frame.end = now();
        }
    }

    @Override
    public void onHandled(final long number) {
        final Item item = underWay.remove(number);
        if (item != null
                && item.what instanceof Frame frame
                && frame.to() < cluster.options().replicas()) {
            item.state = ReplicaState.of(cluster, frame.to(), frame.group());
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
        add(new Mark("OUTCOME", cluster.options().replicas() + client, 0, outcome.name()));
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
        calls.get(replica * GROUPS_MAX + group)
                .put(number, add(new Call(replica, group, number, kind, file, sector, sectors)));
    }

    @Override
    public void onDiskDone(final int replica, final int group, final long number) {
        final Item call = calls.get(replica * GROUPS_MAX + group).remove(number);
        if (call != null) {
            call.end = now();
        }
    }

    private void mark(final String kind, final int replica, final int group, final String text) {
        add(new Mark(kind, replica, group, text)).state = ReplicaState.of(cluster, replica, group);
    }

    private Item add(final What what) {
        final Item item = new Item(now(), what);
        items.add(item);
        if (items.size() > itemsMax) {
            dropped++;
            final What oldest = items.remove().what;
            if (oldest instanceof Frame frame) {
                underWay.remove(frame.number());
            } else if (oldest instanceof Call call) {
                calls.get(call.replica() * GROUPS_MAX + call.group()).remove(call.number());
            }
        }
        return item;
    }

    private Moment now() {
        return new Moment(cluster.queue().executed(), cluster.queue().nowNs());
    }
}
