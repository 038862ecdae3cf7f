package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class ClientDirectoryProps {
    /** A client heard on a connection; client -1: the connection ends. */
    record Step(int client, int connection) {}

    @Property(tries = 300)
    void shouldKnowTheLatestConnectionWhenClientsComeAndGo(@ForAll("steps") final List<Step> steps) {
        final ClientDirectory directory = new ClientDirectory(2_000, 2_000);
        final Connection[] connections = new Connection[5];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new Connection(null, null, null, false, null, 1, new BufferBudget(0));
        }
        final Map<Integer, Integer> model = new HashMap<>();
        for (final Step step : steps) {
            if (step.client < 0) {
                directory.forget(connections[step.connection]);
                model.values().removeIf(connection -> connection == step.connection);
            } else {
                directory.learn(step.client, step.client % 3, connections[step.connection]);
                model.put(step.client, step.connection);
            }
        }
        assertEquals(model.size(), directory.size());
        for (int client = 0; client < 700; client++) {
            final Integer connection = model.get(client);
            assertSame(connection == null ? null : connections[connection], directory.connectionOf(client, client % 3));
        }
        int counted = 0;
        for (final Connection connection : connections) {
            counted += connection.clientCount;
            directory.forget(connection);
            assertEquals(0, connection.clientCount);
        }
        assertEquals(model.size(), counted);
        assertEquals(0, directory.size());
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(30, Arbitraries.integers().between(0, 699)),
                                Tuple.of(1, Arbitraries.just(-1))),
                        Arbitraries.integers().between(0, 4))
                .as(Step::new)
                .list()
                .ofMaxSize(800);
    }
}
