package io.vireo.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.ReplySink;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.log.Logs;
import io.vireo.node.session.Rows.Row;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Admission and application of a request leave no garbage; the log grows by the index of its entries only. */
class SessionAllocationTest {
    private static final int OPS = 3_000;
    private static final int WARM_UP = 1_000;
    private static final int ROWS = 8;
    private static final ClusterConfig CONFIG =
            new NodeContext().clusterId(1, 2).replicaCount(3).groupCount(1).conclude();

    @Test
    void shouldAllocateNothingPerRequestWhenTheStateMachineIsNotAsked() {
        assertEquals(0, allocatedPerRequest(RequestBatch.OPERATION_NOOP), 0.01);
    }

    @Test
    void shouldAllocateNoMoreThanTheIndexWhenEntriesAreAppended() {
        final double perRequest = allocatedPerRequest(LogStateMachine.OPERATION_APPEND);
        assertTrue(perRequest < 16, "bytes per request: " + perRequest);
    }

    private static double allocatedPerRequest(final int operation) {
        final ClientSessions sessions = new ClientSessions(8, 64, LogStateMachine.APPEND_REPLY_LENGTH);
        final RequestAdmission admission = new RequestAdmission(sessions, 8);
        final ApplyStep step = new ApplyStep(Logs.open(CONFIG, 0), sessions, 0);
        step.apply(Rows.prepare(0, 1, 1, List.of(Row.register(3))), 0, ReplySink.NONE);
        admission.open();
        final List<UnsafeBuffer> prepares = new ArrayList<>();
        for (int op = 2; op < OPS + 2; op++) {
            final List<Row> rows = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                final long request = (op - 2L) * ROWS + i + 1;
                // Every second row is the one before it once more.
                rows.add(new Row(
                        3,
                        1,
                        (request + 1) / 2,
                        operation,
                        0,
                        new byte[operation == RequestBatch.OPERATION_NOOP ? 0 : 40]));
            }
            prepares.add(Rows.prepare(0, op, op, rows));
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < OPS; i++) {
            if (i == WARM_UP) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            final UnsafeBuffer prepare = prepares.get(i);
            for (int row = 0; row < ROWS; row++) {
                final int at = RequestBatch.row(HeaderFlyweight.HEADER_LENGTH, row);
                if (admission.decide(prepare, at) == RequestAdmission.Verdict.ADMIT) {
                    admission.queued(prepare, at);
                }
            }
            step.apply(prepare, 0, ReplySink.NONE);
        }
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals((long) OPS * ROWS / 2, sessions.lastRequest(sessions.find(1, 1, 1)));
        return (double) allocated / ((OPS - WARM_UP) * ROWS);
    }
}
