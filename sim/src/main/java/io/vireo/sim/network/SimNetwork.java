package io.vireo.sim.network;

import io.vireo.sim.random.Draws;
import io.vireo.sim.time.EventQueue;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Carries frames between numbered ends (replicas first, then clients) in virtual time: each link delays, loses, repeats, reorders, clogs
 * and can be cut in one direction. Frames are copied when sent and never changed. Clients' links are never cut.
 */
public final class SimNetwork {
    /** Where frames arrive. */
    @FunctionalInterface
    public interface Receiver {
        void onFrame(int from, int to, UnsafeBuffer frame, int length);
    }

    /** Follows every frame, for pictures; numbers count copies: a frame that arrives twice has two. */
    public interface Listener {
        /** The frame is valid during the call. */
        default void onSent(
                final long number, final int from, final int to, final DirectBuffer frame, final int offset) {}

        default void onLost(final long number, final String why) {}

        default void onDelivered(final long number) {}

        /** The receiver has done what follows from it. */
        default void onHandled(final long number) {}
    }

    private static final Listener NOBODY = new Listener() {};

    private final EventQueue queue;
    private final Draws draws;
    private final NetworkStatistics statistics;
    private final Receiver receiver;
    private final int replicas;
    private final int ends;
    private final boolean[] isCut;
    private final boolean[] isIsolated;
    private final HeldFrames held;
    private final long[] clogEndNs;
    private NetworkFaults faults;
    private Listener listener = NOBODY;
    private long frames;

    public SimNetwork(
            final EventQueue queue,
            final int replicas,
            final int clients,
            final NetworkFaults faults,
            final Draws draws,
            final NetworkStatistics statistics,
            final Receiver receiver) {
        this.queue = queue;
        this.replicas = replicas;
        ends = replicas + clients;
        this.faults = faults;
        this.draws = draws;
        this.statistics = statistics;
        this.receiver = receiver;
        isCut = new boolean[ends * ends];
        isIsolated = new boolean[replicas];
        held = new HeldFrames(replicas);
        clogEndNs = new long[ends * ends];
    }

    /** Follows all frames from now on. */
    public void listener(final Listener newListener) {
        listener = newListener;
    }

    /** Another behaviour from now on; what is under way keeps its delay. */
    public void faults(final NetworkFaults newFaults) {
        faults = newFaults;
        Arrays.fill(clogEndNs, 0);
    }

    /** Cuts or mends one direction of a link; what is under way on it when it is cut gets lost. */
    public void cut(final int from, final int to, final boolean cut) {
        isCut[from * ends + to] = cut;
    }

    public void mendAll() {
        Arrays.fill(isCut, false);
        Arrays.fill(isIsolated, false);
    }

    /** True if nothing passes this link in this direction. */
    public boolean isCut(final int from, final int to) {
        return isCut[from * ends + to] || from < replicas && to < replicas && (isIsolated[from] || isIsolated[to]);
    }

    /** Cuts a replica off from all others, or lets it come back, whatever else is cut. */
    public void isolate(final int replica, final boolean isolated) {
        isIsolated[replica] = isolated;
    }

    /** From now on acknowledgements that reach this replica are held back: late, not lost. */
    public void hold(final int replica) {
        held.hold(replica);
    }

    /** What is held back for this replica goes on its way again, in no order. */
    public void release(final int replica) {
        held.release(
                replica,
                (number, from, bytes) -> arriveAt(
                        number,
                        from,
                        replica,
                        bytes,
                        queue.nowNs() + faults.delayMinNs() + draws.exponential(faults.delayMeanNs())));
    }

    public void send(final int from, final int to, final DirectBuffer buffer, final int offset, final int length) {
        statistics.sent++;
        final long number = ++frames;
        listener.onSent(number, from, to, buffer, offset);
        if (isCut(from, to)) {
            statistics.cut++;
            listener.onLost(number, "cut");
            return;
        }
        if (draws.chance(faults.lossRate(), NetworkFaults.WHOLE)) {
            statistics.lost++;
            listener.onLost(number, "lost");
            return;
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        deliverLater(number, from, to, bytes);
        if (faults.duplicateRate() > 0 && draws.chance(faults.duplicateRate(), NetworkFaults.WHOLE)) {
            statistics.duplicated++;
            final long copy = ++frames;
            listener.onSent(copy, from, to, buffer, offset);
            deliverLater(copy, from, to, bytes.clone());
        }
    }

    private void deliverLater(final long number, final int from, final int to, final byte[] bytes) {
        final int link = from * ends + to;
        long delayNs = faults.delayMinNs() + draws.exponential(faults.delayMeanNs());
        if (faults.reorderRate() > 0 && draws.chance(faults.reorderRate(), NetworkFaults.WHOLE)) {
            statistics.reordered++;
            delayNs += draws.exponential(faults.reorderNs());
        }
        if (faults.clogRate() > 0 && draws.chance(faults.clogRate(), NetworkFaults.WHOLE)) {
            statistics.clogs++;
            clogEndNs[link] = queue.nowNs() + draws.exponential(faults.clogMeanNs());
        }
        final long timeNs = Math.max(queue.nowNs(), clogEndNs[link]) + delayNs;
        arriveAt(number, from, to, bytes, timeNs);
    }

    private void arriveAt(final long number, final int from, final int to, final byte[] bytes, final long timeNs) {
        queue.at(timeNs, () -> {
            if (held.take(number, from, to, bytes)) {
                statistics.held++;
            } else if (isCut(from, to)) {
                statistics.cut++;
                listener.onLost(number, "cut");
            } else {
                statistics.delivered++;
                listener.onDelivered(number);
                receiver.onFrame(from, to, new UnsafeBuffer(bytes), bytes.length);
                listener.onHandled(number);
            }
        });
    }
}
