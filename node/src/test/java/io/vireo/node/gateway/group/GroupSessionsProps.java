package io.vireo.node.gateway.group;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.log.LogStateMachine;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Lanes that submit through a network that loses, repeats, delays and reorders, to a cluster that changes its view, is away for a while, and
 * evicts sessions: each submit has exactly one outcome, what an outcome says is so, and what of a lane is applied is in its order, also when
 * it is applied after its lane was told that nothing is known of it.
 */
class GroupSessionsProps {
    private static final int LANES = 7;
    private static final int PER_LANE = 30;
    private static final int BODY_LENGTH = 8;
    private static final long TIMEOUT_NS = 3_000 * LossyCluster.MS;

    private static final class Run {
        final LossyCluster cluster;
        final Outcome[][] outcomes = new Outcome[LANES][PER_LANE];
        int answered;

        Run(final long seed, final int sessionsMax) {
            cluster = new LossyCluster(seed, 3, sessionsMax, TIMEOUT_NS);
            cluster.lossPerMille = cluster.random.nextInt(400);
            cluster.repeatPerMille = cluster.random.nextInt(300);
            cluster.delayMaxNs = 100 * LossyCluster.MS;
        }

        void submit(final int lane, final int sequence) {
            final byte[] body = new byte[BODY_LENGTH];
            final UnsafeBuffer buffer = new UnsafeBuffer(body);
            buffer.putInt(0, lane, LITTLE_ENDIAN);
            buffer.putInt(4, sequence, LITTLE_ENDIAN);
            cluster.sessions.submit(
                    lane,
                    0,
                    0,
                    0,
                    LogStateMachine.OPERATION_APPEND,
                    buffer,
                    0,
                    BODY_LENGTH,
                    cluster.random.nextInt(2) == 0
                            ? GroupRequests.NO_DEADLINE
                            : cluster.nowNs + cluster.random.nextInt(1_500) * LossyCluster.MS,
                    (outcome, status, reply, offset, length) -> {
                        assertNull(outcomes[lane][sequence], "one outcome for each");
                        outcomes[lane][sequence] = outcome;
                        answered++;
                        // From here on the bytes are the caller's again.
                        Arrays.fill(body, (byte) 0xee);
                    });
        }

        void run() {
            final int[] next = new int[LANES];
            for (int step = 0; answered < LANES * PER_LANE; step++) {
                assertTrue(step < 20_000, "everything has its outcome in the end");
                for (int i = cluster.random.nextInt(12); i > 0; i--) {
                    final int lane = cluster.random.nextInt(LANES);
                    if (next[lane] < PER_LANE) {
                        submit(lane, next[lane]++);
                    }
                }
                if (cluster.random.nextInt(40) == 0) {
                    cluster.view++;
                }
                if (cluster.random.nextInt(60) == 0) {
                    cluster.isOut = !cluster.isOut;
                }
                cluster.isConnected[cluster.random.nextInt(LossyCluster.REPLICAS)] = cluster.random.nextInt(5) > 0;
                cluster.run((1 + cluster.random.nextInt(200)) * LossyCluster.MS);
            }
            cluster.isOut = false;
            Arrays.fill(cluster.isConnected, true);
            cluster.lossPerMille = 0;
            cluster.run(20_000 * LossyCluster.MS);
            assertTrue(cluster.isQuiet(), "nothing is under way for ever");
        }

        void check() {
            final int[] times = new int[LANES * PER_LANE];
            final int[] last = new int[LANES];
            Arrays.fill(last, -1);
            for (final byte[] body : cluster.applied) {
                final UnsafeBuffer buffer = new UnsafeBuffer(body);
                final int lane = buffer.getInt(0, LITTLE_ENDIAN);
                final int sequence = buffer.getInt(4, LITTLE_ENDIAN);
                assertTrue(lane >= 0 && lane < LANES, "a body was changed on its way");
                assertTrue(sequence > last[lane], "lane " + lane + " has " + sequence + " after " + last[lane]);
                last[lane] = sequence;
                times[lane * PER_LANE + sequence]++;
            }
            for (int i = 0; i < times.length; i++) {
                final Outcome outcome = outcomes[i / PER_LANE][i % PER_LANE];
                if (outcome != Outcome.UNKNOWN) {
                    assertEquals(outcome == Outcome.OK ? 1 : 0, times[i], "applied, and " + outcome);
                }
            }
        }
    }

    @Property(tries = 100)
    void shouldGiveEachItsOutcomeAndKeepTheOrderOfLanesWhenFramesAreLost(@ForAll final long seed) {
        final Run run = new Run(seed, 4);
        run.run();
        run.check();
    }

    @Property(tries = 60)
    void shouldGiveEachItsOutcomeAndKeepTheOrderOfLanesWhenSessionsAreEvicted(@ForAll final long seed) {
        final Run run = new Run(seed, 2);
        run.run();
        run.check();
    }
}
