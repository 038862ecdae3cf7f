package io.vireo.sim.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.sim.example.CountersTest.SimpleCounters;
import io.vireo.sim.example.CountersTest.SomeRequests;
import io.vireo.sim.library.Simulation;
import io.vireo.sim.library.SimulationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a state machine is found, named and made small. */
class PlantedBugsTest {
    /** The revision came later, and nobody thought of the snapshot. */
    static final class ForgetfulCounters extends Counters {
        @Override
        public void snapshot(final SnapshotOutput out) {
            final long kept = revision;
            revision = 0;
            super.snapshot(out);
            revision = kept;
        }
    }

    /** The snapshot begins with how often this process has taken one. */
    static final class CountingCounters extends Counters {
        private long snapshots;

        @Override
        public void snapshot(final SnapshotOutput out) {
            out.writeLong(++snapshots);
            super.snapshot(out);
        }

        @Override
        public void restore(final SnapshotInput in) {
            in.readLong();
            super.restore(in);
        }
    }

    /** Changes what an op gives. */
    abstract static class ChangedCounters extends Counters {
        abstract long change(long op, long result, MutableDirectBuffer reply, int replyOffset);

        @Override
        public long apply(
                final long op,
                final long timestampNs,
                final long namespace,
                final long incarnation,
                final int operation,
                final DirectBuffer body,
                final int offset,
                final int length,
                final MutableDirectBuffer reply,
                final int replyOffset) {
            final long result = super.apply(
                    op, timestampNs, namespace, incarnation, operation, body, offset, length, reply, replyOffset);
            return change(op, result, reply, replyOffset);
        }
    }

    /** Replies by the clock of the machine. */
    static final class ClockCounters extends ChangedCounters {
        @Override
        long change(final long op, final long result, final MutableDirectBuffer reply, final int replyOffset) {
            reply.putLong(replyOffset, System.nanoTime());
            return result;
        }
    }

    /** The same wrong reply everywhere. */
    static final class WrongCounters extends ChangedCounters {
        @Override
        long change(final long op, final long result, final MutableDirectBuffer reply, final int replyOffset) {
            reply.putLong(replyOffset, reply.getLong(replyOffset) + (op > 20 ? 1 : 0));
            return result;
        }
    }

    static final class ThrowingCounters extends ChangedCounters {
        @Override
        long change(final long op, final long result, final MutableDirectBuffer reply, final int replyOffset) {
            if (op > 20) {
                throw new IllegalStateException("too many");
            }
            return result;
        }
    }

    static final class RefusingCounters extends ChangedCounters {
        @Override
        long change(final long op, final long result, final MutableDirectBuffer reply, final int replyOffset) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
    }

    @TempDir
    Path dir;

    private <S extends StateMachine> Simulation<S> simulation(final Supplier<S> factory) {
        return Simulation.of(factory)
                .workload(new SomeRequests())
                .requests(200)
                .seeds(20)
                .shrinkFor(Duration.ofSeconds(30))
                .output(dir);
    }

    private SimulationFailure failure(final Supplier<? extends StateMachine> factory) {
        return assertThrows(
                SimulationFailure.class, () -> simulation(factory::get).check());
    }

    @Test
    void shouldBeFoundShrunkAndDrawnWhenTheSnapshotLacksAField() throws IOException {
        final SimulationFailure failure = failure(ForgetfulCounters::new);
        assertEquals(
                "A4: a request has the same reply wherever and whenever it is executed",
                failure.signature(),
                failure::getMessage);
        assertTrue(failure.faults().size() <= 8, failure::getMessage);
        assertTrue(failure.getMessage().contains("state that the snapshot does not have"), failure::getMessage);
        assertTrue(failure.getMessage().contains(failure.picture().toString()), failure::getMessage);
        assertTrue(failure.getMessage().contains(failure.reproduction().toString()), failure::getMessage);
        assertTrue(Files.readString(failure.picture()).contains("\"seed\":\"" + failure.seed() + "\""));

        final SimulationFailure again = assertThrows(
                SimulationFailure.class,
                () -> simulation(ForgetfulCounters::new).replay(failure.reproduction()));
        assertEquals(failure.signature(), again.signature());
        simulation(Counters::new).replay(failure.reproduction());
        final IllegalArgumentException other = assertThrows(
                IllegalArgumentException.class,
                () -> simulation(ForgetfulCounters::new).replicas(5).replay(failure.reproduction()));
        assertTrue(
                other.getMessage()
                        .endsWith("with replicas=drawn requests=200, and this plays under test with"
                                + " replicas=5 requests=200"),
                other::getMessage);
    }

    @Test
    void shouldBeFoundWhenSnapshotsDependOnTheProcess() {
        final SimulationFailure failure = failure(CountingCounters::new);
        assertEquals("A9: replicas have the same snapshot at the same op", failure.signature(), failure::getMessage);
        assertTrue(failure.getMessage().contains("Snapshots of equal state differ"), failure::getMessage);
    }

    @Test
    void shouldSayThatTheSeedIsNotTheSameTwiceWhenAClockIsRead() {
        final SimulationFailure failure = failure(ClockCounters::new);
        assertTrue(failure.getMessage().contains("A second run of the same seed was another one"), failure::getMessage);
    }

    @Test
    void shouldBeFoundWhenAllReplicasAreWrongInTheSameWay() {
        final SimulationFailure failure = assertThrows(
                SimulationFailure.class,
                () -> simulation(WrongCounters::new).model(SimpleCounters::new).check());
        assertEquals("MODEL: the state machine replies what the model does", failure.signature());
        assertEquals(0, failure.faults().size(), failure::getMessage);
    }

    @Test
    void shouldNameTheRuleWhenAnInvariantIsBroken() {
        final SimulationFailure failure = assertThrows(
                SimulationFailure.class,
                () -> simulation(Counters::new)
                        .faults(false)
                        .invariant("the map stays below revision 30", counters -> counters.revision < 30)
                        .check());
        assertEquals("INVARIANT: the map stays below revision 30", failure.signature());
    }

    @Test
    void shouldKeepTheCauseWhenTheStateMachineThrows() {
        final SimulationFailure failure = failure(ThrowingCounters::new);
        assertTrue(
                failure.signature().contains("ThrowingCounters.apply threw java.lang.IllegalStateException: too many"),
                failure::getMessage);
        assertEquals("too many", failure.getCause().getCause().getMessage(), failure::getMessage);
    }

    @Test
    void shouldSayThatItProvesNothingWhenEveryRequestIsRefused() {
        final AssertionError error = assertThrows(
                AssertionError.class,
                () -> simulation(RefusingCounters::new).seeds(2).check());
        assertTrue(
                error.getMessage().contains("passed, but prove nothing: no request was answered with OK"),
                error::getMessage);
        assertNull(error.getCause());
    }

    @Test
    void shouldNameTheKnobWhenItsValueIsWrong() {
        assertEquals(
                "replicas is 7, must be from 1 to 6",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> simulation(Counters::new).replicas(7))
                        .getMessage());
    }
}
