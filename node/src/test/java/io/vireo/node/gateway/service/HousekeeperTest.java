package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.port.Clock;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.GroupCommands;
import io.vireo.node.stream.machine.MetadataOperation;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.machine.SystemCommands;
import io.vireo.node.stream.machine.SystemCommands.AcknowledgeDrops;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.ConsumerGroup;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.partition.ConsumerKind;
import io.vireo.node.stream.partition.PartitionOperation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeeperTest {
    private static final long SECOND = ServiceWorld.SECOND;
    private static final long TICK = ServiceSettings.DEFAULT.dutiesIntervalNs();
    private static final long PATIENCE = ServiceSettings.DEFAULT.dropPatienceNs();
    private static final Identifier S = Identifier.of("s");
    private static final Identifier T = Identifier.of("t");
    private static final Identifier G = Identifier.of("g");

    private final TreeSet<Integer> silent = new TreeSet<>();
    private ServiceWorld world;
    private Housekeeper housekeeper;
    private int stream;
    private int topic;

    @BeforeEach
    void open(@TempDir final Path directory) {
        world = new ServiceWorld(directory);
        housekeeper = new Housekeeper(
                world,
                ServiceWorld.GROUPS,
                ServiceWorld.NODES,
                ServiceWorld.LIMITS,
                node -> !silent.contains(node),
                world,
                ServiceSettings.DEFAULT,
                world.nowNs);
        stream = world.createStream("s");
        topic = world.createTopic(stream, "t", 4, ServiceWorld.KEEPING);
        world.command(new GroupCommands.CreateGroup(S, T, "g"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void shouldSayNothingWhenThereIsNothingToDo() {
        world.append(stream, topic, 0, 5_000);
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(1, 5, 7)));
        world.applied.clear();
        run(200 * SECOND, SECOND);
        assertEquals(0, world.applied.size(), world.applied::toString);
    }

    @Test
    void shouldSayNothingWhenItDoesNotLead() {
        housekeeper.poll(world.nowNs, MetadataRole.PRIMARY);
        world.command(new StreamCommands.PurgeTopic(S, T));
        world.applied.clear();
        for (int seconds = 0; seconds < 200; seconds++) {
            world.pass(SECOND);
            assertEquals(0, housekeeper.poll(world.nowNs, MetadataRole.NONE));
        }
        assertEquals(Long.MAX_VALUE, housekeeper.delayNs(world.nowNs));
        assertEquals(0, world.applied.size());
    }

    @Test
    void shouldCarryDropsAndThenBeQuiet() {
        for (int partition = 0; partition < 4; partition++) {
            world.append(stream, topic, partition, 10);
        }
        world.command(new StreamCommands.DeleteTopic(S, T));
        run(2 * TICK, TICK);
        assertEquals(0, world.metadata.state().drops().size());
        assertTrue(world.contents().isEmpty());
        assertEquals(4, world.countApplied(PartitionOperation.DROP));
        world.applied.clear();
        run(20 * SECOND, SECOND);
        assertEquals(0, world.applied.size(), world.applied::toString);
    }

    /** The primary of the metadata does not get there: nobody else would carry it, and a client waits. */
    @Test
    void shouldCarryAsABackupWhatIsStillThereAfterItsPatience() {
        world.append(stream, topic, 0, 10);
        runAs(MetadataRole.BACKUP, 20 * SECOND, SECOND / 10);
        world.command(new StreamCommands.DeleteTopic(S, T));
        runAs(MetadataRole.BACKUP, PATIENCE - SECOND / 10, SECOND / 10);
        assertEquals(0, world.countApplied(PartitionOperation.DROP));
        runAs(MetadataRole.BACKUP, PATIENCE / ServiceSettings.DROP_LOOKS + SECOND, SECOND / 10);
        assertEquals(0, world.metadata.state().drops().size());
        assertEquals(4, world.countApplied(PartitionOperation.DROP));
        assertEquals(4, housekeeper.lateDropsDone());
        assertTrue(world.contents().isEmpty());
        world.applied.clear();
        runAs(MetadataRole.BACKUP, 200 * SECOND, SECOND);
        assertEquals(0, world.applied.size(), world.applied::toString);
    }

    @Test
    void shouldLeaveAllElseToThePrimaryWhenItIsABackup() {
        final int expiring = world.createTopic(stream, "e", 1, settings(10 * SECOND / 1_000, -1));
        for (int i = 0; i < 20; i++) {
            world.append(stream, expiring, 0, 7_000);
        }
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(1, 5, 7)));
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(2, 5, 7)));
        silent.add(1);
        world.applied.clear();
        runAs(MetadataRole.BACKUP, 200 * SECOND, SECOND);
        assertEquals(0, world.applied.size(), world.applied::toString);
    }

    @Test
    void shouldLeaveDropsToThePrimaryWhileTheyMoveUp() {
        housekeeper = housekeeper(withDropWindow(1));
        // Partition after partition ends, and each has gone before the patience with it.
        for (int i = 0; i < 40; i++) {
            world.command(new StreamCommands.PurgeTopic(S, T));
            runAs(MetadataRole.BACKUP, PATIENCE / 2, SECOND / 10);
            List.copyOf(world.metadata.state().drops().pending()).forEach(this::acknowledge);
        }
        assertEquals(0, housekeeper.lateDropsDone());
        // The oldest of a long row is gone before the patience with it, and the next has just come to its place.
        world.createTopic(stream, "many", 8, ServiceWorld.KEEPING);
        world.command(new StreamCommands.PurgeTopic(S, Identifier.of("many")));
        for (int i = 0; i < 4; i++) {
            assertTrue(world.metadata.state().drops().size() > 0);
            runAs(MetadataRole.BACKUP, PATIENCE / 2, SECOND / 10);
            List.copyOf(world.metadata.state().drops().groups())
                    .forEach(group -> acknowledge(world.metadata
                            .state()
                            .drops()
                            .pending(group)
                            .iterator()
                            .next()));
        }
        assertEquals(0, world.metadata.state().drops().size());
        assertEquals(0, housekeeper.lateDropsDone());
    }

    @Test
    void shouldCarryAPartitionThatIsPurgedAgainAndAgainAndWaitsForTooLong() {
        for (int i = 0; i < 20; i++) {
            world.command(new StreamCommands.PurgeTopic(S, T));
            runAs(MetadataRole.BACKUP, PATIENCE / 4, SECOND / 10);
        }
        assertTrue(housekeeper.lateDropsDone() > 0);
    }

    /** Its state does not show what it has done: it is behind, or the acknowledgement does not get there. */
    @Test
    void shouldTryMoreRarelyAsABackupWhenNothingShowsAnEffect() {
        world.command(new StreamCommands.PurgeTopic(S, T));
        world.heldOperation = MetadataOperation.ACKNOWLEDGE_DROPS.code();
        runAs(MetadataRole.BACKUP, 60 * PATIENCE, SECOND / 2);
        assertEquals(4, world.countApplied(PartitionOperation.DROP));
        assertTrue(world.heldCount() >= 4, () -> "it goes on: " + world.heldCount());
        assertTrue(world.heldCount() <= 20, () -> "but rarely: " + world.heldCount());
        world.releaseAll(new Random(1));
        assertEquals(0, world.metadata.state().drops().size());
    }

    @Test
    void shouldCarryMoreThanAWindowHoldsWithoutWaitingForTime() {
        for (int i = 0; i < 3; i++) {
            world.createTopic(stream, "many-" + i, 8, ServiceWorld.KEEPING);
        }
        final ServiceSettings narrow = withDropWindow(1);
        housekeeper = housekeeper(narrow);
        world.command(new StreamCommands.DeleteStream(S));
        assertEquals(28, world.metadata.state().drops().size());
        // Each step that comes back makes the next one due at once.
        for (int polls = 0; polls < 3 * 28 && world.metadata.state().drops().size() > 0; polls++) {
            assertEquals(0, polls == 0 ? 0 : housekeeper.delayNs(world.nowNs));
            housekeeper.poll(world.nowNs, MetadataRole.PRIMARY);
        }
        assertEquals(0, world.metadata.state().drops().size());
    }

    @Test
    void shouldEndRevocationsWhenTheyHaveTakenTooLong() {
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(1, 5, 7)));
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(2, 5, 7)));
        assertEquals(1, world.metadata.state().consumerGroups().moving().size());
        run(29 * SECOND, SECOND);
        assertEquals(0, world.countApplied(MetadataOperation.EXPIRE_REVOCATIONS.code()));
        run(2 * SECOND, SECOND);
        assertEquals(0, world.metadata.state().consumerGroups().moving().size());
        run(60 * SECOND, SECOND);
        assertEquals(1, world.countApplied(MetadataOperation.EXPIRE_REVOCATIONS.code()));
    }

    @Test
    void shouldDeleteTokensWhenTheyHaveExpired() {
        world.command(new UserCommands.CreateRoot("root", "hash"));
        for (int i = 1; i <= 2; i++) {
            final MetadataResult made = world.metadata
                    .state()
                    .users()
                    .tokens()
                    .create(0, "token-" + i, "hash-" + i, (world.wallNs + i * 100L * SECOND) / 1_000);
            assertTrue(made.isOk());
        }
        run(99 * SECOND, SECOND);
        assertEquals(0, world.countApplied(MetadataOperation.EXPIRE_TOKENS.code()));
        run(2 * SECOND, SECOND);
        assertEquals(
                1,
                world.metadata
                        .state()
                        .users()
                        .find(Identifier.of("root"))
                        .tokens()
                        .size());
        run(200 * SECOND, SECOND);
        assertEquals(
                0,
                world.metadata
                        .state()
                        .users()
                        .find(Identifier.of("root"))
                        .tokens()
                        .size());
        assertEquals(2, world.countApplied(MetadataOperation.EXPIRE_TOKENS.code()));
    }

    @Test
    void shouldTakeOutTheMembersOfANodeWhenItIsSilent() {
        final Connection gone = new Connection(1, 5, 7);
        final Connection kept = new Connection(2, 5, 7);
        world.command(new GroupCommands.JoinGroup(S, T, G, gone));
        world.command(new GroupCommands.JoinGroup(S, T, G, kept));
        run(SECOND, SECOND);
        silent.add(1);
        run(9 * SECOND, SECOND);
        assertEquals(1, world.metadata.state().consumerGroups().of(gone).size());
        run(2 * SECOND, SECOND);
        assertEquals(0, world.metadata.state().consumerGroups().of(gone).size());
        assertEquals(1, world.metadata.state().consumerGroups().of(kept).size());
        run(60 * SECOND, SECOND);
        assertEquals(1, world.countApplied(MetadataOperation.EXPEL_NODE.code()));

        // It was only cut off: the same life of it has members again, and so has one that begins anew.
        silent.clear();
        world.command(new GroupCommands.JoinGroup(S, T, G, gone));
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(1, 6, 1)));
        run(60 * SECOND, SECOND);
        assertEquals(1, world.metadata.state().consumerGroups().of(gone).size());
        assertEquals(1, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
    }

    @Test
    void shouldGiveANodeThatHasMembersAgainTheWholeTimeToBeHeard() {
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(1, 5, 7)));
        silent.add(1);
        run(12 * SECOND, SECOND);
        assertEquals(1, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
        run(60 * SECOND, SECOND);

        // It has begun anew and serves clients, and the connection to it is dialled again a little later.
        final Connection joined = new Connection(1, 6, 1);
        world.command(new GroupCommands.JoinGroup(S, T, G, joined));
        run(2 * SECOND, SECOND);
        silent.clear();
        run(60 * SECOND, SECOND);
        assertEquals(1, world.metadata.state().consumerGroups().of(joined).size());
        assertEquals(1, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
    }

    @Test
    void shouldTakeOutNobodyForASilenceInWhichItHasNotListened() {
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(1, 5, 7)));
        run(2 * SECOND, SECOND);
        // It stands still for a minute, and what has come meanwhile is read after its first look.
        world.pass(60 * SECOND);
        silent.add(1);
        housekeeper.poll(world.nowNs, MetadataRole.PRIMARY);
        housekeeper.poll(world.nowNs, MetadataRole.PRIMARY);
        silent.clear();
        run(60 * SECOND, SECOND);
        assertEquals(0, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
    }

    @Test
    void shouldTakeOutNobodyWhenItIsSaidTooLate() {
        final Connection back = new Connection(1, 5, 7);
        world.command(new GroupCommands.JoinGroup(S, T, G, back));
        final long decidedOn = world.metadata.state().consumerGroups().joins(1);
        world.command(new SystemCommands.ExpelNode(1, decidedOn, Long.MAX_VALUE));
        assertEquals(0, world.metadata.state().consumerGroups().of(back).size());
        world.command(new GroupCommands.JoinGroup(S, T, G, back));
        world.command(new SystemCommands.ExpelNode(1, decidedOn, Long.MAX_VALUE));
        assertEquals(1, world.metadata.state().consumerGroups().of(back).size());
    }

    @Test
    void shouldTakeOutNobodyWhenAnExpulsionIsLateAndNobodyHadToJoinAgain() {
        final Connection back = new Connection(1, 5, 7);
        world.command(new GroupCommands.JoinGroup(S, T, G, back));
        holdAnExpulsion();
        world.pass(6 * SECOND);
        world.releaseAll(new Random(1));
        assertEquals(1, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
        assertEquals(1, world.metadata.state().consumerGroups().of(back).size());

        // The next time it is done while it is meant.
        holdAnExpulsion();
        world.pass(3 * SECOND);
        world.releaseAll(new Random(1));
        assertEquals(2, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
        assertEquals(0, world.metadata.state().consumerGroups().of(back).size());
    }

    @Test
    void shouldTakeOutNobodyWhoWasToldMeanwhileThatItHasJoined() {
        final Connection back = new Connection(1, 5, 7);
        world.command(new GroupCommands.JoinGroup(S, T, G, back));
        holdAnExpulsion();
        // It is a member still, and asks to be sure.
        world.command(new GroupCommands.JoinGroup(S, T, G, back));
        world.releaseAll(new Random(1));
        assertEquals(1, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
        assertEquals(1, world.metadata.state().consumerGroups().of(back).size());
    }

    /** Node 1 is silent for so long that it is to be expelled, and is heard again when that is under way. */
    private void holdAnExpulsion() {
        world.heldOperation = MetadataOperation.EXPEL_NODE.code();
        run(SECOND, SECOND);
        silent.add(1);
        for (int seconds = 0; world.heldCount() == 0; seconds++) {
            assertTrue(seconds < 20, "it is silent for long enough");
            run(SECOND, SECOND);
        }
        silent.clear();
    }

    @Test
    void shouldTakeOutNobodyWhenItIsItselfCutOff() {
        world.command(new GroupCommands.JoinGroup(S, T, G, new Connection(1, 5, 7)));
        silent.add(1);
        silent.add(2);
        run(60 * SECOND, SECOND);
        // What was not heard before does not count: it has to be silent for as long while others are heard.
        silent.remove(2);
        run(9 * SECOND, SECOND);
        assertEquals(0, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
        run(2 * SECOND, SECOND);
        assertEquals(1, world.countApplied(MetadataOperation.EXPEL_NODE.code()));
    }

    @Test
    void shouldForgetWhatHasExpired() {
        final int expiring = world.createTopic(stream, "e", 1, settings(100 * SECOND / 1_000, -1));
        for (int i = 0; i < 20; i++) {
            world.append(stream, expiring, 0, 7_000);
            world.append(stream, topic, 0, 7_000);
            world.pass(SECOND);
        }
        final long before = messages(expiring);
        run(70 * SECOND, SECOND);
        assertEquals(before, messages(expiring));
        assertEquals(0, world.countApplied(PartitionOperation.RETAIN));
        run(200 * SECOND, SECOND);
        assertTrue(messages(expiring) < 5, "all but the last segment is gone");
        assertTrue(messages(expiring) > 0);
        assertEquals(20, messages(topic));
        world.applied.clear();
        run(200 * SECOND, SECOND);
        assertEquals(0, world.applied.size(), world.applied::toString);
    }

    @Test
    void shouldForgetNothingThatIsYoungToTheLogWhenItsOwnClockIsAhead() {
        final long aheadNs = 3_600 * SECOND;
        housekeeper = new Housekeeper(
                world,
                ServiceWorld.GROUPS,
                ServiceWorld.NODES,
                ServiceWorld.LIMITS,
                node -> true,
                new Clock() {
                    @Override
                    public long monotonicNs() {
                        return world.monotonicNs();
                    }

                    @Override
                    public long wallNs() {
                        return world.wallNs() + aheadNs;
                    }
                },
                ServiceSettings.DEFAULT,
                world.nowNs);
        final int expiring = world.createTopic(stream, "e", 1, settings(1_000 * SECOND / 1_000, -1));
        for (int i = 0; i < 20; i++) {
            world.append(stream, expiring, 0, 7_000);
            world.pass(SECOND);
        }
        run(900 * SECOND, SECOND);
        assertTrue(world.countApplied(PartitionOperation.RETAIN) > 0, "to its clock all has expired");
        assertEquals(20, messages(expiring));
        run(200 * SECOND, SECOND);
        assertTrue(messages(expiring) < 5, "and now it has to the log");
    }

    @Test
    void shouldForgetWhatHasNoRoom() {
        final int bounded = world.createTopic(stream, "b", 2, settings(TopicSettings.NEVER, 100 << 10));
        for (int i = 0; i < 10; i++) {
            world.append(stream, bounded, 0, 7_000);
        }
        run(130 * SECOND, SECOND);
        assertEquals(0, world.countApplied(PartitionOperation.RETAIN));
        for (int i = 0; i < 10; i++) {
            world.append(stream, bounded, 0, 7_000);
            world.append(stream, bounded, 1, 1_000);
        }
        run(130 * SECOND, SECOND);
        assertEquals(1, world.countApplied(PartitionOperation.RETAIN));
        assertTrue(bytes(bounded) <= 100 << 10, "as much as it may: " + bytes(bounded));
        assertTrue(bytes(bounded) >= 60 << 10, "but no more than a segment less: " + bytes(bounded));
        assertEquals(
                10,
                world.contents()
                        .get(ServiceWorld.NAMESPACES.pack(stream, bounded, 1))
                        .messages());
    }

    @Test
    void shouldForgetNoMoreThanHadNoRoomWhenItIsDoneLate() {
        final int bounded = world.createTopic(stream, "b", 1, settings(TopicSettings.NEVER, 100 << 10));
        for (int i = 0; i < 16; i++) {
            world.append(stream, bounded, 0, 7_000);
        }
        world.heldOperation = PartitionOperation.RETAIN;
        run(130 * SECOND, SECOND);
        assertEquals(1, world.heldCount());
        for (int i = 0; i < 16; i++) {
            world.append(stream, bounded, 0, 7_000);
        }
        housekeeper.poll(world.nowNs, MetadataRole.NONE);
        world.releaseAll(new Random(1));
        assertEquals(1, world.countApplied(PartitionOperation.RETAIN));
        assertEquals(28, messages(bounded), "the oldest of four messages each was meant, and no other");
    }

    @Test
    void shouldDeleteTheOffsetsOfGroupsThatAreDeletedAndOfNoOther() {
        // As long a list as takes several answers.
        world.answerMax = 400;
        final long kept = groupKey("g");
        final List<Long> gone = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            world.pass(SECOND / 1_000);
            world.command(new GroupCommands.CreateGroup(S, T, "gone"));
            gone.add(groupKey("gone"));
            for (int partition = 0; partition < 3; partition++) {
                if (i == 0) {
                    world.append(stream, topic, partition, 10);
                    world.storeOffset(namespace(partition), kept);
                }
                world.storeOffset(namespace(partition), gone.get(i));
            }
            world.command(new GroupCommands.DeleteGroup(S, T, Identifier.of("gone")));
        }
        world.pass(SECOND / 1_000);
        world.command(new GroupCommands.CreateGroup(S, T, "gone"));
        final long again = groupKey("gone");
        world.storeOffset(namespace(0), again);
        run(75 * SECOND, SECOND);
        for (int partition = 0; partition < 3; partition++) {
            final long namespace = namespace(partition);
            assertTrue(world.hasOffset(namespace, kept));
            gone.forEach(consumer -> assertFalse(world.hasOffset(namespace, consumer)));
        }
        assertTrue(world.hasOffset(namespace(0), again));
        assertEquals(3 * 60, world.countApplied(PartitionOperation.DELETE_OFFSET));
        world.applied.clear();
        run(130 * SECOND, SECOND);
        assertEquals(0, world.applied.size(), world.applied::toString);
    }

    private long namespace(final int partition) {
        return ServiceWorld.NAMESPACES.pack(stream, topic, partition);
    }

    private long groupKey(final String name) {
        final ConsumerGroup group = world.metadata.state().consumerGroups().find(S, T, Identifier.of(name));
        return ConsumerKind.ofGroup(group.number(), group.createdAtMicros());
    }

    private void run(final long durationNs, final long stepNs) {
        runAs(MetadataRole.PRIMARY, durationNs, stepNs);
    }

    private void runAs(final MetadataRole role, final long durationNs, final long stepNs) {
        for (long passed = 0; passed < durationNs; passed += stepNs) {
            world.pass(stepNs);
            int polls = 0;
            do {
                housekeeper.poll(world.nowNs, role);
                assertTrue(++polls < 1_000, "it never rests");
            } while (housekeeper.delayNs(world.nowNs) == 0);
        }
    }

    private long messages(final int ofTopic) {
        return world.contents()
                .get(ServiceWorld.NAMESPACES.pack(stream, ofTopic, 0))
                .messages();
    }

    private long bytes(final int ofTopic) {
        return world.contents().values().stream()
                .filter(each -> ServiceWorld.NAMESPACES.topic(each.namespace()) == ofTopic)
                .mapToLong(each -> each.bytes())
                .sum();
    }

    private static TopicSettings settings(final long expiryMicros, final long sizeMax) {
        return new TopicSettings(TopicSettings.COMPRESSION_NONE, expiryMicros, sizeMax, 1);
    }

    /** As the primary does. */
    private void acknowledge(final Drop drop) {
        world.command(new AcknowledgeDrops(List.of(new AcknowledgeDrops.Acknowledged(drop.namespace(), drop.last()))));
    }

    private Housekeeper housekeeper(final ServiceSettings settings) {
        return new Housekeeper(
                world,
                ServiceWorld.GROUPS,
                ServiceWorld.NODES,
                ServiceWorld.LIMITS,
                node -> true,
                world,
                settings,
                world.nowNs);
    }

    private static ServiceSettings withDropWindow(final int window) {
        final ServiceSettings s = ServiceSettings.DEFAULT;
        return new ServiceSettings(
                s.passwordIterations(),
                s.passwordThreads(),
                s.passwordsMax(),
                s.figuresAgeNs(),
                s.figuresTimeoutNs(),
                s.dutiesIntervalNs(),
                window,
                s.dropResendNs(),
                s.dropPatienceNs(),
                s.revocationTimeoutNs(),
                s.revocationIntervalNs(),
                s.tokenIntervalNs(),
                s.silenceNs(),
                s.retentionIntervalNs(),
                s.retentionInflightMax(),
                s.rootRetryNs());
    }
}
