package io.vireo.sim.cluster;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.sync.ScrubPace;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.time.EventQueue;
import io.vireo.sim.time.TraceHash;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** What a simulated replica lives in: its clock, its network, and the ears that follow it. One thread. */
public interface ReplicaEnvironment {
    /** Where completions of disks take place. */
    EventQueue queue();

    /** Monotonic nanoseconds of this replica's clock. */
    long clockNs(int replica);

    /** Calls back when a replica's clock shows this time, if time passes by itself here. */
    void wakeAt(long timeNs, EventQueue.Event event);

    /** A fresh nonce for a process, never 0. */
    long nonce();

    /** How fast replicas check their files while they run. */
    default ScrubPace scrub() {
        return ScrubPace.OFF;
    }

    /** A state machine, empty, for a replica that opens a group. */
    StateMachine stateMachine(int replica, int group, SegmentStore segments);

    /** What stands before the groups of a process that starts; null if nothing does. */
    default Front front(final ProcessLife process) {
        return null;
    }

    Auditors auditors();

    TraceHash trace();

    RunCounters counters();

    /** A frame leaves a replica for another end: replicas first, then clients. */
    void send(int from, int to, DirectBuffer buffer, int offset, int length);

    /** Bytes of frames from one end to another that are under way; 0 where frames wait for somebody who takes them off, as long as that takes. */
    default long underWay(final int from, final int to) {
        return 0;
    }

    /** False if pieces of files, and requests for some, are lost from one replica to another now, and the one can know. */
    default boolean carriesFiles(final int from, final int to) {
        return true;
    }

    /** Something worth a line for people. */
    void narrate(Note note, int replica, int group, Supplier<String> text);

    /** The process of a replica was killed; its end is for the environment to bring about. */
    void onKilled(int replica, boolean isInRecovery);

    /** A process has opened its data. */
    void onRecovered(int replica, RecoveryReport report);

    /** A process refuses to go on, for a typed reason; true if that is no failure of the run. */
    default boolean onFailed(final int replica, final int group, final RuntimeException reason) {
        return false;
    }

    default void onTransition(
            final int replica,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {}

    /** A replica of a group is in normal status; {@code ledBefore} is the latest view this process has led before, or -1. */
    default void onNormal(final int replica, final int group, final long view, final long ledBefore) {}

    /** The auditors have seen it already. */
    default void onApplied(final int replica, final int group, final PrepareFlyweight prepare) {}

    default void onEvent(final int replica, final int group, final TraceEvent event, final long view, final long op) {}

    /** A damaged chunk of a file of this replica is right again, durably. */
    default void onHealed(final int replica, final int group) {}
}
