package io.vireo.sim.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.library.Model;
import io.vireo.sim.library.Operation;
import io.vireo.sim.library.Reply;
import io.vireo.sim.library.Simulation;
import io.vireo.sim.library.SimulationStatistics;
import io.vireo.sim.library.Workload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A cluster that replicates {@link Counters} survives what a seed has for it. */
class CountersTest {
    /** Few names, so that requests meet each other. */
    static final class SomeRequests implements Workload {
        @Override
        public byte[] request(final RandomGenerator random) {
            final byte[] name = ("counter-" + random.nextInt(8)).getBytes(StandardCharsets.US_ASCII);
            return ByteBuffer.allocate(Long.BYTES + name.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(random.nextInt(100))
                    .put(name)
                    .array();
        }

        @Override
        public int operation(final byte[] request) {
            return Counters.PUT + request[0] % 3;
        }
    }

    /** What the replies must be. */
    static final class SimpleCounters implements Model {
        private final Map<String, Long> values = new HashMap<>();
        private long revision;

        @Override
        public Reply apply(final Operation operation) {
            final ByteBuffer body = ByteBuffer.wrap(operation.body()).order(ByteOrder.LITTLE_ENDIAN);
            final long number = body.getLong();
            final String name = new String(operation.body(), Long.BYTES, body.remaining(), StandardCharsets.US_ASCII);
            if (operation.code() == Counters.PUT) {
                values.put(name, number);
            } else if (operation.code() == Counters.ADD) {
                values.merge(name, number, Long::sum);
            }
            revision += operation.code() == Counters.GET ? 0 : 1;
            final ByteBuffer reply = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            return Reply.ok(reply.putLong(values.getOrDefault(name, 0L))
                    .putLong(revision)
                    .array());
        }
    }

    @Test
    void shouldCountTheSameEverywhereWhateverHappens() {
        final SimulationStatistics seen = Simulation.of(Counters::new)
                .workload(new SomeRequests())
                .model(SimpleCounters::new)
                .invariant(
                        "no counter is negative",
                        counters -> counters.values.values().stream().allMatch(value -> value >= 0))
                .requests(200)
                .seeds(20)
                .check();
        assertTrue(seen.restores() > 0, seen::toString);
    }
}
