package io.vireo.sim.storage;

import io.vireo.sim.random.Draws;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * When the calls of the present process take place: after a drawn latency, sometimes a long one, or when somebody who holds them back lets
 * them through. What a process has called ends with it.
 */
final class CallSchedule {
    /** Something that waits to be let through; {@code write} is null where it is none. */
    private record Held(DiskCall call, Inode inode, PendingWrite write, EventQueue.Event event) {}

    private final EventQueue queue;
    private final Draws draws;
    private final DiskStatistics statistics;
    private final EnumSet<DiskCall> heldCalls = EnumSet.noneOf(DiskCall.class);
    private final ArrayList<Held> held = new ArrayList<>();
    private DiskFaults faults;
    private DiskListener listener;
    private long calls;
    /** Rises with the end of each process. */
    private int life;

    CallSchedule(final EventQueue queue, final DiskFaults faults, final Draws draws, final DiskStatistics statistics) {
        this.queue = queue;
        this.faults = faults;
        this.draws = draws;
        this.statistics = statistics;
    }

    void faults(final DiskFaults newFaults) {
        faults = newFaults;
    }

    DiskFaults faults() {
        return faults;
    }

    void listener(final DiskListener newListener) {
        listener = newListener;
    }

    /** The process is gone: nothing that it has called takes place any more. */
    void endLife() {
        life++;
        heldCalls.clear();
        held.clear();
    }

    // Calls

    /** A read of names or bytes. */
    long readNs() {
        return latency(faults.readMeanNs());
    }

    /** A write of bytes or a change of names. */
    long writeNs() {
        return latency(faults.writeMeanNs());
    }

    long syncNs() {
        return latency(faults.syncMeanNs());
    }

    private long latency(final long meanNs) {
        final long usual = faults.latencyMinNs() + draws.exponential(meanNs);
        if (faults.stallOf64k() == 0 || !draws.chance(faults.stallOf64k(), 1 << 16)) {
            return usual;
        }
        statistics.stalls++;
        return usual + draws.exponential(faults.stallMeanNs());
    }

    /** Takes place after this time, if the process still lives by then. */
    void after(final long delayNs, final EventQueue.Event event) {
        queue.after(delayNs, unlessEnded(event));
    }

    /** As {@link #after}, unless calls of this kind are held back; followed by the listener. */
    void call(
            final DiskCall call,
            final Inode inode,
            final PendingWrite write,
            final long delayNs,
            final EventQueue.Event event) {
        final EventQueue.Event followed = unlessEnded(listener == null ? event : followed(call, inode, write, event));
        if (heldCalls.contains(call)) {
            held.add(new Held(call, inode, write, followed));
        } else {
            queue.after(delayNs, followed);
        }
    }

    private EventQueue.Event unlessEnded(final EventQueue.Event event) {
        final int submitted = life;
        return () -> {
            if (submitted == life) {
                event.run();
            }
        };
    }

    private EventQueue.Event followed(
            final DiskCall call, final Inode inode, final PendingWrite write, final EventQueue.Event event) {
        final DiskListener follower = listener;
        final long number = ++calls;
        follower.onCall(
                number, call, inode.handle, write == null ? -1 : write.first, write == null ? 0 : write.sectors);
        return () -> {
            follower.onDone(number);
            event.run();
        };
    }

    // Holding back

    /** From now on calls of this kind stay without effect and completion until they are released. */
    void hold(final DiskCall call) {
        heldCalls.add(call);
    }

    /** Calls that are held back. */
    int held() {
        return held.size();
    }

    void releaseAll() {
        heldCalls.clear();
        release(each -> true, Integer.MAX_VALUE);
    }

    int release(final DiskCall call, final int max) {
        return release(each -> each.call() == call, max);
    }

    int releaseWrites(final SectorTest sectors) {
        return release(
                each -> each.write() != null && each.inode().isData() && touches(each.write(), sectors),
                Integer.MAX_VALUE);
    }

    private int release(final Predicate<Held> which, final int max) {
        final List<Held> chosen = new ArrayList<>();
        for (int i = 0; i < held.size(); ) {
            if (chosen.size() < max && which.test(held.get(i))) {
                chosen.add(held.remove(i));
            } else {
                i++;
            }
        }
        for (final Held each : chosen) {
            queue.after(0, each.event());
        }
        return chosen.size();
    }

    private static boolean touches(final PendingWrite write, final SectorTest sectors) {
        final byte[][] data = write.data();
        for (int s = 0; s < write.sectors; s++) {
            if (sectors.test(write.first + s, data[s])) {
                return true;
            }
        }
        return false;
    }
}
