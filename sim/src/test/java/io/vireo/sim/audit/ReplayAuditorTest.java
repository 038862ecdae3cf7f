package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.session.ClientSessions;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A10: the same ops give the same state, whether they are applied one by one or found at an opening. */
class ReplayAuditorTest {
    private static final ClusterConfig CONFIG = CheckpointOnDisk.CONFIG;
    private static final long CLIENT = 9;
    private static final int REPLY = 8;

    private final Rig rig = new Rig();
    private final ReplayAuditor auditor = new ReplayAuditor(rig.log, CONFIG, Rig.REPLICAS);
    private final long[] end = new long[1];

    @Test
    void shouldAcceptAnOpeningThatComesToTheStateOfWhoAppliedOpByOp() {
        final ClientSessions live = liveAtOp3();
        final ClientSessions again = table();
        apply(again, 3);
        auditor.onOpened(1, 0, 0, 3, again, namespace -> namespace == 0 ? 2 : 0);
        assertNull(rig.signature());
        assertEquals(1, auditor.opened());
        assertEquals(live.nextSession(), again.nextSession());
    }

    @Test
    void shouldReportA10WhenAnOpeningHasForgottenAReply() {
        liveAtOp3();
        final ClientSessions opened = table();
        apply(opened, 3);
        opened.replyBuffer(0).putByte(opened.replyOffset(0, 1), (byte) 77);
        auditor.onOpened(1, 0, 5, 3, opened, namespace -> namespace == 0 ? 2 : 0);
        assertEquals("A10: the state after an opening is the fold of the canonical ops", rig.signature());
        assertEquals(5, rig.log.violation().view());
        assertEquals(3, rig.log.violation().op());
    }

    @Test
    void shouldReportA10WhenAnOpeningHasLostAnEntry() {
        liveAtOp3();
        final ClientSessions opened = table();
        apply(opened, 3);
        auditor.onOpened(1, 0, 0, 3, opened, namespace -> namespace == 0 ? 1 : 0);
        assertEquals("A10: the state after an opening is the fold of the canonical ops", rig.signature());
    }

    @Test
    void shouldReportA10WhenTheSameOpeningGivesAnotherState() {
        final ClientSessions first = table();
        apply(first, 2);
        auditor.onOpened(0, 0, 0, 2, first, namespace -> 1);
        auditor.onCrashed(0);
        auditor.onOpened(0, 0, 0, 2, table(), namespace -> 1);
        assertEquals("A10: the state after an opening is the fold of the canonical ops", rig.signature());
    }

    @Test
    void shouldReportA10WhenTwoReplicasComeToDifferentStatesAfterAnOp() {
        liveAtOp3();
        final ClientSessions other = table();
        auditor.onOpened(1, 0, 0, 0, other, namespace -> 0);
        other.register(CLIENT, 1, 1);
        auditor.onAppliedLive(1, 0, prepare(1));
        assertNull(rig.signature());
        execute(other, 2, 1, 1);
        // The entry went nowhere.
        auditor.onAppliedLive(1, 0, prepare(2));
        assertEquals("A10: the state after an op is the same on all replicas", rig.signature());
    }

    @Test
    void shouldNotLookAtTheStateOfAProcessThatHasEnded() {
        liveAtOp3();
        auditor.onCrashed(0);
        end[0]++;
        auditor.onAppliedLive(0, 0, prepare(3));
        assertNull(rig.signature());
    }

    /** Replica 0 opens empty and applies a registration and two requests. */
    private ClientSessions liveAtOp3() {
        final ClientSessions live = table();
        auditor.onOpened(0, 0, 0, 0, live, namespace -> namespace == 0 ? end[0] : 0);
        for (int op = 1; op <= 3; op++) {
            if (op == 1) {
                live.register(CLIENT, 1, 1);
            } else {
                execute(live, op, op - 1, 1);
                end[0]++;
            }
            auditor.onAppliedLive(0, 0, prepare(op));
        }
        return live;
    }

    private static void apply(final ClientSessions table, final int upTo) {
        table.register(CLIENT, 1, 1);
        for (int op = 2; op <= upTo; op++) {
            execute(table, op, op - 1, 1);
        }
    }

    private static void execute(final ClientSessions table, final long op, final long request, final int registeredBy) {
        final int slot = table.register(CLIENT, 1, registeredBy);
        if (table.lastRequest(slot) == request - 1) {
            table.replyBuffer(slot).putLong(table.replyOffset(slot, request), request);
            table.applied(slot, request, op, 0, 100 + request, REPLY);
        }
    }

    private static ClientSessions table() {
        return new ClientSessions(CONFIG.sessionsMax(), CONFIG.sessionWindow(), REPLY);
    }

    private static PrepareFlyweight prepare(final long op) {
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, 0);
        final PrepareFlyweight prepare = new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[size]), 0);
        prepare.init(Command.PREPARE, Rig.CLUSTER, 0, size, 0, 0, 0);
        prepare.op(op);
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        RequestBatch.count(prepare.buffer(), batch, 1);
        RequestBatch.putRow(prepare.buffer(), RequestBatch.row(batch, 0), CLIENT, 1, 1, op - 1, 16, 0, 0, 0);
        return prepare;
    }
}
