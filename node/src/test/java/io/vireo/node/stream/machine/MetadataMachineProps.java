package io.vireo.node.stream.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.agrona.concurrent.UnsafeBuffer;

/** The machine of the metadata over random commands of random users, against {@link CommandScript} and against its own snapshots. */
class MetadataMachineProps {
    private static final int STEPS = 120;
    private static final int FIXED_SEEDS = 150;

    /** Who is refused, of each kind of command, beside what the state itself refuses. */
    private static final String[] REFUSED = {
        "CREATE_STREAM:41",
        "UPDATE_STREAM:41",
        "DELETE_STREAM:41",
        "PURGE_STREAM:41",
        "CREATE_TOPIC:41",
        "UPDATE_TOPIC:41",
        "DELETE_TOPIC:41",
        "PURGE_TOPIC:41",
        "CREATE_PARTITIONS:41",
        "DELETE_PARTITIONS:41",
        "CREATE_GROUP:41",
        "DELETE_GROUP:41",
        "JOIN_GROUP:41",
        "LEAVE_GROUP:41",
        "CREATE_USER:41",
        "DELETE_USER:41",
        "UPDATE_USER:41",
        "UPDATE_PERMISSIONS:41",
        "CHANGE_PASSWORD:41",
        "CREATE_ROOT:41",
        "LEAVE_ALL:41",
        "LEAVE_NODE:41",
        "COMPLETE_REVOCATION:41",
        "EXPIRE_REVOCATIONS:41",
        "EXPIRE_TOKENS:41",
        "ACKNOWLEDGE_DROPS:41",
    };

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldDoWhatIsAllowedAndNothingElse(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 4) final int groupCount) {
        play(seed, groupCount);
    }

    /** Of fixed seeds: by chance the rarest one would be missing in one build of some hundred. */
    @Example
    void shouldReachEveryOutcome() {
        final Set<String> missed = new TreeSet<>(List.of(REFUSED));
        for (final MetadataOperation each : MetadataOperation.values()) {
            missed.addAll(List.of(each.name() + ":0", each.name() + ":40", each.name() + ":47"));
        }
        for (int seed = 0; seed < FIXED_SEEDS; seed++) {
            missed.removeAll(play(seed, 1 + seed % 4));
        }
        assertEquals(Set.of(), missed);
    }

    /** Returns what became of its commands. */
    private static Set<String> play(final long seed, final int groupCount) {
        final Set<String> outcomes = new TreeSet<>();
        final Random random = new Random(seed);
        final CommandScript script = new CommandScript(random, groupCount);
        final List<MetadataMachine> machines = new ArrayList<>(List.of(newMachine(groupCount), newMachine(groupCount)));
        byte[] before = Machines.snapshot(machines.get(0));
        for (int i = 0; i < STEPS; i++) {
            final CommandScript.Step step = script.step();
            final String operation = step.command().operation().name();
            for (final MetadataMachine machine : machines) {
                final Machines.Result result = Machines.apply(machine, step.command(), step.actor(), step.now());
                assertEquals(
                        step.expected().status(),
                        MachineStatus.toStream(result.status()),
                        () -> step.command() + " of " + step.actor());
                if (step.expected().isOk()) {
                    assertEquals(
                            new MetadataReply(step.expected().number(), step.now(), script.state.lastIncarnation()),
                            result.reply(),
                            () -> step.command().toString());
                } else {
                    assertEquals(0, result.body().length);
                }
            }
            final byte[] after = Machines.snapshot(machines.get(0));
            assertArrayEquals(after, Machines.snapshot(machines.get(1)));
            if (!step.expected().isOk()) {
                assertArrayEquals(before, after, () -> step.command() + " was refused and changed something");
            }
            before = after;
            outcomes.add(operation + ":" + step.expected().status());
            if (random.nextInt(10) == 0) {
                machines.set(1, Machines.restore(after, newMachine(groupCount)));
            }
        }
        assertArrayEquals(Machines.snapshot(new MetadataMachine(script.state)), before);
        return outcomes;
    }

    /** Whatever the bytes are, they do nothing, or what the command does that has just these bytes. */
    @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void shouldTakeNoBytesThatAreNoCommand(@ForAll final long seed) {
        final Random random = new Random(seed);
        final CommandScript script = new CommandScript(random, 2);
        final MetadataMachine machine = newMachine(2);
        for (int i = 0; i < 15; i++) {
            final CommandScript.Step step = script.step();
            Machines.apply(machine, step.command(), step.actor(), step.now());
        }
        final byte[] before = Machines.snapshot(machine);
        final CommandScript.Step step = script.step();
        final byte[] body = damaged(random, step.command().encode(Actor.SYSTEM));
        final int operation = random.nextInt(3) == 0
                ? random.nextInt(70)
                : step.command().operation().code();
        final Machines.Result result = Machines.apply(machine, operation, body, MetadataMachine.NAMESPACE, step.now());
        if (result.status() != ReplyStatus.OK) {
            assertArrayEquals(before, Machines.snapshot(machine));
        }
        if (result.status() != ReplyStatus.MALFORMED) {
            assertTrue(MachineStatus.toStream(result.status()) >= 0, () -> "status " + result.status());
            final BodyReader in = new BodyReader().wrap(new UnsafeBuffer(body), 0, body.length);
            assertEquals(MetadataCommand.VERSION, in.u32());
            final Actor actor = Actor.read(in);
            final MetadataCommand read = MetadataOperation.of(operation).read(in);
            final byte[] encoded = read.encode(actor);
            // What earlier builds said of a node has one field less.
            assertArrayEquals(
                    body,
                    read instanceof SystemCommands.LeaveNode ? Arrays.copyOf(encoded, body.length) : encoded,
                    read::toString);
        }
        Statistics.label("malformed").collect(result.status() == ReplyStatus.MALFORMED);
        Statistics.label("malformed").coverage(coverage -> {
            coverage.check(true).count(count -> count > 200);
            coverage.check(false).count(count -> count > 200);
        });
    }

    /** Every body that is cut short anywhere is malformed, and so is one with something behind it. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldRefuseWhatIsCutOrGoesOn(@ForAll final long seed) {
        final Random random = new Random(seed);
        final CommandScript script = new CommandScript(random, 2);
        final MetadataMachine machine = newMachine(2);
        CommandScript.Step step = script.step();
        for (int i = random.nextInt(20); i > 0; i--) {
            step = script.step();
        }
        final byte[] body = step.command().encode(step.actor());
        for (int length = 0; length <= body.length + 1; length++) {
            final Machines.Result result = Machines.apply(
                    machine,
                    step.command().operation().code(),
                    Arrays.copyOf(body, length),
                    MetadataMachine.NAMESPACE,
                    step.now());
            final boolean isOfEarlierBuild =
                    step.command() instanceof SystemCommands.LeaveNode && length == body.length - Integer.BYTES;
            assertEquals(
                    length != body.length && !isOfEarlierBuild,
                    result.status() == ReplyStatus.MALFORMED,
                    "length " + length);
        }
    }

    private static byte[] damaged(final Random random, final byte[] body) {
        byte[] bytes = body;
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(3));
        }
        if (random.nextInt(4) == 0) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
        }
        if (random.nextInt(20) == 0) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private static MetadataMachine newMachine(final int groupCount) {
        return new MetadataMachine(Machines.LIMITS, groupCount);
    }
}
