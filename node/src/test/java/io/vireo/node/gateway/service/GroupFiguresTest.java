package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.gateway.Figures.Contents;
import io.vireo.node.gateway.Figures.Round;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.partition.ContentsQuery;
import io.vireo.node.stream.partition.PartitionContents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupFiguresTest {
    private static final long TIMEOUT = ServiceSettings.DEFAULT.figuresTimeoutNs();
    private static final long AGE = ServiceSettings.DEFAULT.figuresAgeNs();

    private final Random random = new Random(1);
    private final List<Round> rounds = new ArrayList<>();
    private ServiceWorld world;
    private GroupFigures figures;
    private int stream;
    private int topic;

    @BeforeEach
    void open(@TempDir final Path directory) {
        world = new ServiceWorld(directory);
        figures =
                new GroupFigures(world, ServiceWorld.GROUPS, ServiceWorld.LIMITS, ServiceSettings.DEFAULT, world.nowNs);
        stream = world.createStream("s");
        topic = world.createTopic(stream, "t", 4, ServiceWorld.KEEPING);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void shouldSumPartitionsOfAllGroups() {
        final int other = world.createTopic(stream, "u", ServiceWorld.LIMITS.partitionsMax(), ServiceWorld.KEEPING);
        for (int i = 0; i < 3; i++) {
            world.append(stream, topic, 1, 100);
        }
        world.append(stream, topic, 2, 200);
        world.append(stream, other, ServiceWorld.LIMITS.partitionsMax() - 1, 300);
        figures.gather(rounds::add);
        final Round round = rounds.get(0);
        final Contents first = round.partition(stream, topic, 1);
        assertEquals(2, first.currentOffset());
        assertEquals(3, first.messages());
        assertEquals(1, first.segments());
        assertTrue(first.size() > 300);
        assertEquals(Contents.NONE, round.partition(stream, topic, 0));
        assertEquals(Contents.NONE, round.partition(stream, topic, 3));
        assertEquals(4, round.topic(stream, topic).messages());
        assertEquals(2, round.topic(stream, topic).segments());
        assertEquals(
                first.size() + round.partition(stream, topic, 2).size(),
                round.topic(stream, topic).size());
        assertEquals(1, round.topic(stream, other).messages());
        assertEquals(5, round.stream(stream).messages());
        assertEquals(Contents.NONE, round.stream(stream + 1));
        assertEquals(5, round.all().messages());
    }

    @Test
    void shouldReadPageAfterPage() {
        world.answerMax = ContentsQuery.PREFIX_LENGTH + ContentsQuery.ENTRY_LENGTH;
        for (int partition = 0; partition < 4; partition++) {
            world.append(stream, topic, partition, 10);
        }
        figures.gather(rounds::add);
        assertEquals(4, rounds.get(0).all().messages());
    }

    @Test
    void shouldMakeOneRoundForAllWhoWait() {
        world.isHolding = true;
        figures.gather(rounds::add);
        figures.gather(rounds::add);
        world.pass(10);
        figures.poll(world.nowNs);
        figures.gather(rounds::add);
        world.releaseAll(random);
        assertEquals(3, rounds.size());
        assertSame(rounds.get(0), rounds.get(2));
        assertEquals(1, figures.rounds());
    }

    @Test
    void shouldMakeNoRoundWhileTheLastOneIsYoung() {
        gatherTaking(AGE);
        world.append(stream, topic, 0, 10);
        figures.gather(rounds::add);
        assertEquals(0, rounds.get(1).all().messages());
        world.pass(AGE);
        figures.poll(world.nowNs);
        figures.gather(rounds::add);
        assertEquals(1, rounds.get(2).all().messages());
    }

    @Test
    void shouldMakeARoundSoonerWhereItTakesLittle() {
        gatherTaking(10);
        world.append(stream, topic, 0, 10);
        world.pass(151);
        figures.poll(world.nowNs);
        figures.gather(rounds::add);
        assertEquals(1, rounds.get(1).all().messages());
    }

    @Test
    void shouldLeaveAGroupAsItWasKnownWhenItDoesNotAnswer() {
        for (int partition = 0; partition < 4; partition++) {
            world.append(stream, topic, partition, 10);
        }
        figures.gather(rounds::add);
        for (int partition = 0; partition < 4; partition++) {
            world.append(stream, topic, partition, 10);
        }
        world.pass(1);
        figures.poll(world.nowNs);
        world.isHolding = true;
        world.downGroup = 1;
        figures.gather(rounds::add);
        world.releaseAll(random);
        assertEquals(1, rounds.size());
        assertEquals(TIMEOUT, figures.delayNs(world.nowNs));
        world.pass(TIMEOUT);
        assertEquals(1, figures.poll(world.nowNs));
        assertEquals(Long.MAX_VALUE, figures.delayNs(world.nowNs));
        assertEquals(4 + 2, rounds.get(1).all().messages());

        // Nobody waits again for the group that is known not to answer.
        world.pass(AGE);
        figures.poll(world.nowNs);
        figures.gather(rounds::add);
        world.releaseAll(random);
        assertEquals(3, rounds.size());
        world.downGroup = -1;
        world.releaseAll(random);
        world.pass(AGE);
        figures.poll(world.nowNs);
        figures.gather(rounds::add);
        world.releaseAll(random);
        assertEquals(8, rounds.get(3).all().messages());
    }

    @Test
    void shouldCountOneLifeWhenTheGroupOfAFormerOneHasNotDroppedIt() {
        final FiguresRound round = new FiguresRound(
                ServiceWorld.LIMITS,
                List.of(
                        List.of(new PartitionContents(5, 9, 1, 0, 2, 100, 100, 0, 0)),
                        List.of(
                                new PartitionContents(5, 3, 7, 0, 7, 700, 700, 1, 0),
                                new PartitionContents(6, 4, 1, 0, 1, 10, 10, 0, 0))));
        assertEquals(new Contents(2, 0, 110, 3), round.all());
    }

    @Test
    void shouldShowNothingOfATopicThatWasPurged() {
        world.append(stream, topic, 0, 10);
        world.command(new StreamCommands.PurgeTopic(Identifier.of(stream), Identifier.of(topic)));
        final DropDuty drops =
                DropDuty.ofPrimary(new MetadataLink(world), ServiceWorld.GROUPS, ServiceSettings.DEFAULT);
        drops.onDuties(1, world.nowNs);
        figures.gather(rounds::add);
        assertEquals(Contents.NONE, rounds.get(0).all());
    }

    /** A round whose answers take so long. */
    private void gatherTaking(final long durationNs) {
        world.isHolding = true;
        figures.gather(rounds::add);
        world.pass(Math.min(durationNs, TIMEOUT - 1));
        figures.poll(world.nowNs);
        world.releaseAll(random);
        world.isHolding = false;
        assertEquals(1, rounds.size());
    }
}
