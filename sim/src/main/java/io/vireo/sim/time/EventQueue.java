package io.vireo.sim.time;

/**
 * The one queue of a simulated cluster: everything that happens is an event at a virtual time. Events of one time run in the order in
 * which they were scheduled, so a seed has one history. Driven by the simulator's loop; a heap of four children over arrays: half the levels
 * of a binary one, and the children of an event lie side by side.
 */
public final class EventQueue {
    /** Something that happens at a time. Runs once. */
    @FunctionalInterface
    public interface Event {
        void run();
    }

    private static final int CHILDREN_SHIFT = 2;
    private static final int CHILDREN = 1 << CHILDREN_SHIFT;

    /** Time and sequence of each event, side by side. */
    private long[] keys = new long[2 * 1024];

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
        if (size == events.length) {
            grow();
        }
        final long[] k = keys;
        final long time = Math.max(timeNs, nowNs);
        final long sequence = nextSequence++;
        int hole = size++;
        while (hole > 0) {
            final int parent = (hole - 1) >>> CHILDREN_SHIFT;
            // The newest sequence: among equal times it stays behind.
            if (k[2 * parent] <= time) {
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
        nowNs = keys[0];
        executed++;
        removeFirst();
        next.run();
        return true;
    }

    private void removeFirst() {
        size--;
        final long[] k = keys;
        final long time = k[2 * size];
        final long sequence = k[2 * size + 1];
        final Event event = events[size];
        events[size] = null;
        if (size == 0) {
            return;
        }
        int hole = 0;
        while (true) {
            final int first = (hole << CHILDREN_SHIFT) + 1;
            if (first >= size) {
                break;
            }
            final int end = Math.min(first + CHILDREN, size);
            int least = first;
            for (int child = first + 1; child < end; child++) {
                if (isBefore(k[2 * child], k[2 * child + 1], k[2 * least], k[2 * least + 1])) {
                    least = child;
                }
            }
            if (isBefore(time, sequence, k[2 * least], k[2 * least + 1])) {
                break;
            }
            move(least, hole);
            hole = least;
        }
        put(hole, time, sequence, event);
    }

    private static boolean isBefore(final long timeA, final long sequenceA, final long timeB, final long sequenceB) {
        return timeA < timeB || timeA == timeB && sequenceA < sequenceB;
    }

    private void move(final int from, final int to) {
        keys[2 * to] = keys[2 * from];
        keys[2 * to + 1] = keys[2 * from + 1];
        events[to] = events[from];
    }

    private void put(final int at, final long time, final long sequence, final Event event) {
        keys[2 * at] = time;
        keys[2 * at + 1] = sequence;
        events[at] = event;
    }

    private void grow() {
        final int capacity = 2 * events.length;
        keys = java.util.Arrays.copyOf(keys, 2 * capacity);
        events = java.util.Arrays.copyOf(events, capacity);
    }
}
