package io.vireo.node.stream.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.SystemCommands.AcknowledgeDrops;
import io.vireo.node.stream.machine.SystemCommands.AcknowledgeDrops.Acknowledged;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import io.vireo.node.stream.metadata.TopicSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A cluster as carriers of drops see it: the log of group 0 that its replicas apply one after the other, groups with partitions that write
 * and drop as the protocol has it, and messages between them that come late, twice, or not at all. A replica leads if it believes so.
 */
final class DropWorld {
    /** What scripts have to meet. */
    static final List<String> EVENTS = List.of(
            "dropped",
            "dropped again",
            "dropped an old life beside a new one",
            "covered",
            "acknowledged",
            "acknowledged again",
            "lost",
            "repeated",
            "restarted",
            "led by two");

    private static final int REPLICAS = 3;
    private static final long RESEND_NS = 20;
    private static final TopicSettings SETTINGS = new TopicSettings(1, 1, TopicSettings.UNLIMITED, 1);

    private record Command(MetadataCommand command, Actor actor) {}

    private static final class Replica {
        MetadataMachine machine;
        int applied;
        boolean isLeading;
        DropCarrier carrier;
    }

    /** Of a group, as of its last op: data by namespace and incarnation, and how far each namespace was dropped. */
    private static final class Group {
        final TreeMap<Long, TreeSet<Long>> lives = new TreeMap<>();
        final TreeMap<Long, Long> dropped = new TreeMap<>();
        boolean isDown;
    }

    private final Random random;
    private final int groupCount;
    private final int window;
    private final List<Command> log = new ArrayList<>();
    /** As of the whole log. */
    private final MetadataMachine newest;

    private final Replica[] replicas = new Replica[REPLICAS];
    private final Group[] groups;
    private final List<Runnable> messages = new ArrayList<>();
    private final TreeMap<Long, Drop> decided = new TreeMap<>();
    private final TreeSet<Long> delivered = new TreeSet<>();
    private final List<String> events = new ArrayList<>();
    private boolean isFaulty = true;
    private long nowNs;

    DropWorld(final Random random, final int groupCount, final int window) {
        this.random = random;
        this.groupCount = groupCount;
        this.window = window;
        this.newest = new MetadataMachine(Machines.LIMITS, groupCount);
        this.groups = new Group[groupCount];
        Arrays.setAll(groups, group -> new Group());
        for (int i = 0; i < REPLICAS; i++) {
            replicas[i] = new Replica();
            replicas[i].machine = new MetadataMachine(Machines.LIMITS, groupCount);
        }
        commit(new StreamCommands.CreateStream("a"));
    }

    List<String> events() {
        return events;
    }

    void isDown(final int group, final boolean isDown) {
        groups[group].isDown = isDown;
    }

    int pending(final int group) {
        return newest.state().drops().pending(group).size();
    }

    void step() {
        nowNs += random.nextInt(4);
        final Replica replica = replicas[random.nextInt(REPLICAS)];
        final int kind = random.nextInt(100);
        if (kind < 10) {
            change();
        } else if (kind < 20) {
            write();
        } else if (kind < 45) {
            catchUp(replica);
        } else if (kind < 47) {
            replica.isLeading = !replica.isLeading;
            if (replica.isLeading) {
                replica.carrier = new DropCarrier(window, 3, RESEND_NS, 4 * RESEND_NS, new Wire(replica));
                if (Arrays.stream(replicas).filter(each -> each.isLeading).count() > 1) {
                    events.add("led by two");
                }
            } else {
                replica.carrier.stop();
            }
        } else if (kind < 48) {
            restart(replica);
        } else if (kind < 70) {
            tick(replica);
        } else if (!messages.isEmpty()) {
            deliver(random.nextInt(messages.size()));
        }
    }

    /** One replica leads, nothing is lost, and everybody hears everything. */
    void round() {
        isFaulty = false;
        nowNs += RESEND_NS;
        for (int i = 0; i < REPLICAS; i++) {
            while (replicas[i].applied < log.size()) {
                catchUp(replicas[i]);
            }
            replicas[i].isLeading = i == 0;
        }
        if (replicas[0].carrier == null) {
            replicas[0].carrier = new DropCarrier(window, 3, RESEND_NS, 4 * RESEND_NS, new Wire(replicas[0]));
        }
        tick(replicas[0]);
        while (!messages.isEmpty()) {
            deliver(0);
        }
    }

    /** As many drops as there can be, in all groups. */
    void fill() {
        commit(new StreamCommands.CreateTopic(Identifier.of(0), "t", 8, SETTINGS));
        commit(new StreamCommands.PurgeTopic(Identifier.of(0), Identifier.of(0)));
        assertTrue(newest.state().drops().size() == 8);
    }

    boolean isQuiet() {
        return newest.state().drops().size() == 0 && messages.isEmpty();
    }

    void checkEnd() {
        for (final Drop drop : decided.values()) {
            assertTrue(
                    groups[drop.group()].dropped.getOrDefault(drop.namespace(), 0L) >= drop.last(),
                    () -> "a life that ended was not dropped: " + drop);
        }
        for (final Group group : groups) {
            group.lives.forEach((namespace, lives) -> lives.forEach(
                    life -> assertTrue(isAlive(namespace, life), () -> "data of a life that ended is left: " + life)));
        }
    }

    private void change() {
        final Identifier stream = Identifier.of(0);
        final Identifier topic = Identifier.of(random.nextInt(3));
        commit(
                switch (random.nextInt(5)) {
                    case 0 -> new StreamCommands.DeleteTopic(stream, topic);
                    case 1 -> new StreamCommands.PurgeTopic(stream, topic);
                    case 2 -> new StreamCommands.DeletePartitions(stream, topic, 1);
                    case 3 -> new StreamCommands.PurgeStream(stream);
                    default -> new StreamCommands.CreateTopic(stream, "t" + random.nextInt(3), 3, SETTINGS);
                });
    }

    private void commit(final MetadataCommand command) {
        log.add(new Command(command, Actor.SYSTEM));
        Machines.apply(newest, command, Actor.SYSTEM, log.size());
        for (final Drop drop : newest.state().drops().pending()) {
            decided.put(drop.last(), drop);
            if (drop.first() < drop.last()) {
                events.add("covered");
            }
        }
    }

    private void catchUp(final Replica replica) {
        if (replica.applied < log.size()) {
            final Command next = log.get(replica.applied++);
            Machines.apply(replica.machine, next.command(), next.actor(), replica.applied);
        }
    }

    private void restart(final Replica replica) {
        replica.machine =
                Machines.restore(Machines.snapshot(replica.machine), new MetadataMachine(Machines.LIMITS, groupCount));
        replica.isLeading = false;
        replica.carrier = null;
        events.add("restarted");
    }

    private void tick(final Replica replica) {
        if (replica.isLeading) {
            replica.carrier.onTick(
                    nowNs, DropCarrier.Outbox.of(replica.machine.state().drops()));
            assertTrue(replica.carrier.inFlight() <= window * groupCount, "the carrier keeps its bounds");
        }
    }

    /** A producer that found the partition some time ago: maybe its life has ended since. */
    private void write() {
        final MetadataState state = replicas[random.nextInt(REPLICAS)].machine.state();
        for (final Stream stream : state.streams().all()) {
            for (final Topic topic : stream.topics()) {
                for (int partition = 0; partition < topic.partitions().count(); partition++) {
                    final long namespace = state.namespaces().pack(stream.number(), topic.number(), partition);
                    final long incarnation = topic.partitions().incarnation(partition);
                    final Group group = groups[topic.partitions().group(partition)];
                    if (random.nextInt(3) == 0 && incarnation > group.dropped.getOrDefault(namespace, 0L)) {
                        group.lives
                                .computeIfAbsent(namespace, absent -> new TreeSet<>())
                                .add(incarnation);
                    }
                }
            }
        }
    }

    private boolean isAlive(final long namespace, final long incarnation) {
        return newest.state().incarnationOf(namespace) == incarnation;
    }

    private void onDropOp(final Replica from, final DropCarrier carrier, final Drop drop) {
        final Group group = groups[drop.group()];
        assertEquals(decided.get(drop.last()), drop, "only what was decided is dropped");
        assertTrue(!isAlive(drop.namespace(), drop.last()), "what is dropped has ended");
        events.add(delivered.add(drop.last()) ? "dropped" : "dropped again");
        group.dropped.merge(drop.namespace(), drop.last(), Math::max);
        final TreeSet<Long> lives = group.lives.getOrDefault(drop.namespace(), new TreeSet<>());
        lives.headSet(drop.last(), true).clear();
        if (!lives.isEmpty()) {
            events.add("dropped an old life beside a new one");
        }
        send(() -> {
            if (from.carrier == carrier) {
                carrier.onDropped(drop.namespace(), drop.last(), nowNs);
            }
        });
    }

    private void onAcknowledgementOp(final List<Acknowledged> drops) {
        for (final Acknowledged drop : drops) {
            assertTrue(delivered.contains(drop.incarnation()), "only what was dropped is acknowledged");
            events.add(
                    newest.state().drops().isPending(drop.namespace(), drop.incarnation())
                            ? "acknowledged"
                            : "acknowledged again");
        }
        commit(new AcknowledgeDrops(drops));
    }

    private void send(final Runnable message) {
        final int luck = isFaulty ? random.nextInt(6) : 5;
        if (luck == 0) {
            events.add("lost");
            return;
        }
        messages.add(message);
        if (luck == 1) {
            events.add("repeated");
            messages.add(message);
        }
    }

    private void deliver(final int index) {
        messages.remove(index).run();
    }

    /** From one life of a carrier to the groups. */
    private final class Wire implements DropCarrier.Sender {
        private final Replica from;

        Wire(final Replica from) {
            this.from = from;
        }

        @Override
        public void sendDrop(final Drop drop) {
            final DropCarrier carrier = from.carrier;
            if (!groups[drop.group()].isDown) {
                send(() -> onDropOp(from, carrier, drop));
            }
        }

        @Override
        public void sendAcknowledgement(final List<Acknowledged> drops) {
            send(() -> onAcknowledgementOp(drops));
        }
    }
}
