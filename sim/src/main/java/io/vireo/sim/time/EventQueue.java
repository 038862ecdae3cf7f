package io.vireo.sim.time;

/**
 * The one queue of a simulated cluster: everything that happens is an event at a virtual time. Events of one time run in the order in
 * which they were scheduled, so a seed has one history. Driven by the simulator's loop; a binary heap over arrays.
 */
public final class EventQueue {
    /** Something that happens at a time. Runs once. */
    @FunctionalInterface
    public interface Event {
        void run();
    }

    private long[] times = new long[1024];
    private long[] sequences = new long[1024];
    private Event[] events = new Event[1024];
    private int size;
    private long nextSequence;
    private long nowNs;
    private long executed;

    /** Virtual nanoseconds since the start of the run. */
    public long nowNs() {
        return nowNs;
    }

    /** Number of the event that runs now, from 1. */
    public long executed() {
        return executed;
    }

    public int size() {
        return size;
    }

    /** Schedules an event; a time in the past means now. */
    public void at(final long timeNs, final Event event) {
        if (size == times.length) {
            grow();
        }
        final long time = Math.max(timeNs, nowNs);
        final long sequence = nextSequence++;
        int hole = size++;
        while (hole > 0) {
            final int parent = (hole - 1) >>> 1;
            if (isBefore(times[parent], sequences[parent], time, sequence)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, time, sequence, event);
    }

    public void after(final long delayNs, final Event event) {
        at(nowNs + delayNs, event);
    }

    /** Runs the next event; false if there is none. */
    public boolean step() {
        if (size == 0) {
            return false;
        }
        final Event next = events[0];
        nowNs = times[0];
        executed++;
        removeFirst();
        next.run();
        return true;
    }

    private void removeFirst() {
        size--;
        final long time = times[size];
        final long sequence = sequences[size];
        final Event event = events[size];
        events[size] = null;
        if (size == 0) {
            return;
        }
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(times[child + 1], sequences[child + 1], times[child], sequences[child])) {
                child++;
            }
            if (isBefore(time, sequence, times[child], sequences[child])) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, time, sequence, event);
    }

    private static boolean isBefore(final long timeA, final long sequenceA, final long timeB, final long sequenceB) {
        return timeA < timeB || timeA == timeB && sequenceA < sequenceB;
    }

    private void move(final int from, final int to) {
        times[to] = times[from];
        sequences[to] = sequences[from];
        events[to] = events[from];
    }

    private void put(final int at, final long time, final long sequence, final Event event) {
        times[at] = time;
        sequences[at] = sequence;
        events[at] = event;
    }

    private void grow() {
        final int capacity = 2 * times.length;
        times = java.util.Arrays.copyOf(times, capacity);
        sequences = java.util.Arrays.copyOf(sequences, capacity);
        events = java.util.Arrays.copyOf(events, capacity);
    }
}
