package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import io.vireo.node.stream.partition.PartitionContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Two housekeepers at a time, whose requests and outcomes come in any order and in part never, beside topics that come and go. */
class HousekeeperProps {
    private static final int STEPS = 250;
    private static final int ROUNDS_MAX = 400;

    private record Life(long namespace, long incarnation) {}

    private final Map<Life, Long> messages = new HashMap<>();
    private final List<Housekeeper> housekeepers = new ArrayList<>();
    private final MetadataRole[] roles = {MetadataRole.PRIMARY, MetadataRole.PRIMARY};
    private ServiceWorld world;
    private Random random;
    private int names;

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldDropEveryEndedLifeAndNothingOfALivingOne(@ForAll final long seed) throws IOException {
        final Path directory = Files.createTempDirectory("vireo-housekeeper");
        try (ServiceWorld made = new ServiceWorld(directory)) {
            begin(made, seed);
            for (int i = 0; i < STEPS; i++) {
                step();
                checkLiving();
            }
            end();
        } finally {
            delete(directory);
        }
    }

    private void begin(final ServiceWorld made, final long seed) {
        world = made;
        random = new Random(seed);
        messages.clear();
        housekeepers.clear();
        names = 0;
        for (int i = 0; i < roles.length; i++) {
            roles[i] = MetadataRole.PRIMARY;
            housekeepers.add(new Housekeeper(
                    world,
                    ServiceWorld.GROUPS,
                    ServiceWorld.NODES,
                    ServiceWorld.LIMITS,
                    node -> true,
                    world,
                    ServiceSettings.DEFAULT,
                    world.nowNs));
        }
        world.createStream("s");
        world.isHolding = true;
        world.losses = new Random(seed + 1);
    }

    private void step() {
        switch (random.nextInt(10)) {
            case 0 -> {
                final Stream stream = world.metadata.state().streams().find(Identifier.of("s"));
                if (stream.topics().size() < ServiceWorld.LIMITS.topicsMax()
                        && world.metadata.state().drops().size() < ServiceWorld.LIMITS.partitionsTotalMax()) {
                    world.createTopic(0, "t" + names++, partitions(), ServiceWorld.KEEPING);
                }
            }
            case 1 -> onTopic(topic -> new StreamCommands.DeleteTopic(Identifier.of("s"), topic));
            case 2 -> onTopic(topic -> new StreamCommands.PurgeTopic(Identifier.of("s"), topic));
            case 3, 4 -> append();
            case 5 -> roles[random.nextInt(roles.length)] = MetadataRole.values()[random.nextInt(3)];
            case 6 -> world.pass(random.nextInt(4) == 0 ? 3 * ServiceWorld.SECOND : ServiceWorld.SECOND / 20);
            case 7 -> world.downGroup = random.nextInt(4);
            default -> {
                for (int i = random.nextInt(6); i > 0; i--) {
                    world.release(random);
                }
            }
        }
        poll();
    }

    /** Often one: the next life of its partition then has the next number. */
    private int partitions() {
        return random.nextBoolean() ? 1 : 1 + random.nextInt(8);
    }

    private void onTopic(final Function<Identifier, MetadataCommand> command) {
        final List<Topic> topics = new ArrayList<>();
        world.metadata.state().streams().find(Identifier.of("s")).topics().forEach(topics::add);
        if (!topics.isEmpty()) {
            final Topic chosen = topics.get(random.nextInt(topics.size()));
            world.command(command.apply(Identifier.of(chosen.number())));
        }
    }

    private void append() {
        final long namespace = ServiceWorld.NAMESPACES.pack(0, random.nextInt(4), random.nextInt(8));
        final long incarnation = world.metadata.state().incarnationOf(namespace);
        if (incarnation != 0 && world.tryAppend(namespace, random.nextInt(7_000)) == ReplyStatus.OK) {
            messages.merge(new Life(namespace, incarnation), 1L, Long::sum);
        }
    }

    private void poll() {
        for (int i = 0; i < housekeepers.size(); i++) {
            housekeepers.get(i).poll(world.nowNs, roles[i]);
        }
    }

    /** Each life that the metadata names has all its messages. */
    private void checkLiving() {
        final TreeMap<Long, PartitionContents> contents = world.contents();
        messages.forEach((life, count) -> {
            if (world.metadata.state().incarnationOf(life.namespace()) == life.incarnation()) {
                final PartitionContents found = contents.get(life.namespace());
                assertTrue(found != null && found.incarnation() == life.incarnation(), () -> life + " is gone");
                assertEquals(count, found.messages(), life::toString);
            }
        });
    }

    /** Once nothing is lost and one leads, all that has ended goes, and then nothing is said any more. */
    private void end() {
        world.losses = null;
        world.downGroup = -1;
        roles[0] = MetadataRole.PRIMARY;
        roles[1] = random.nextBoolean() ? MetadataRole.BACKUP : MetadataRole.NONE;
        int rounds = 0;
        while (world.metadata.state().drops().size() > 0 || world.heldCount() > 0) {
            world.pass(ServiceWorld.SECOND / 2);
            poll();
            world.releaseAll(random);
            assertTrue(++rounds < ROUNDS_MAX, "drops are still under way");
        }
        world.contents()
                .values()
                .forEach(each -> assertEquals(
                        world.metadata.state().incarnationOf(each.namespace()),
                        each.incarnation(),
                        "a life that has ended"));
        checkLiving();
        world.applied.clear();
        for (int i = 0; i < 20; i++) {
            world.pass(ServiceWorld.SECOND);
            poll();
            world.releaseAll(random);
        }
        assertEquals(0, world.applied.size(), world.applied::toString);
    }

    private static void delete(final Path directory) throws IOException {
        try (java.util.stream.Stream<Path> found = Files.walk(directory)) {
            for (final Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
