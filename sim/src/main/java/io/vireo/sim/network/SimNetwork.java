package io.vireo.sim.network;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.transport.CloseReason;
import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.Copies;
import io.vireo.sim.time.EventQueue;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Carries frames between numbered ends (replicas first, then clients) in virtual time: each link delays, loses, repeats, reorders, clogs
 * and can be cut in one direction. Frames are copied when sent; what damage makes of them, the receiver's decoder sees, and a connection
 * on which it refuses something breaks with all that is under way on it. Clients' links are never cut.
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

    /** What the ends of a connection learn besides frames. */
    public interface Ends {
        /** A receiver has accepted bytes that are not, or not known to be, what was sent; {@code sent} is null if nobody's frame. */
        void onAccepted(int from, int to, byte[] sent, DirectBuffer accepted, int offset, int length);

        /** The connection of two ends is broken; the next frame opens another one. */
        void onReset(int a, int b);
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
    private final LinkFilters filters;
    private final LateFrames late;
    private final long[] clogEndNs;
    /** By link and direction: bytes under way. */
    private final long[] queuedBytes;
    /** By link, of both directions: how often its connection broke. */
    private final int[] resets;

    private FrameDamage damage;
    private WireDecoder decoder;
    private Ends connections;
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
        filters = new LinkFilters(replicas);
        late = new LateFrames(replicas);
        clogEndNs = new long[ends * ends];
        queuedBytes = new long[ends * ends];
        resets = new int[ends * ends];
    }

    /** From now on frames can be damaged, as the faults say; without it they arrive as they were sent. */
    public void damage(final FrameDamage newDamage, final WireDecoder newDecoder, final Ends newEnds) {
        damage = newDamage;
        decoder = newDecoder;
        connections = newEnds;
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

    /** Begins or ends to lose every frame of this command between two replicas, in one direction. */
    public void filter(final int from, final int to, final Command command, final boolean isOn) {
        filters.change(from, to, command, isOn);
    }

    public void mendAll() {
        Arrays.fill(isCut, false);
        Arrays.fill(isIsolated, false);
        filters.clear();
    }

    /** True if nothing passes this link in this direction. */
    public boolean isCut(final int from, final int to) {
        return isCut[from * ends + to] || from < replicas && to < replicas && (isIsolated[from] || isIsolated[to]);
    }

    /** True if no frame of this command passes this link between replicas in this direction. */
    public boolean isLost(final int from, final int to, final Command command) {
        return isCut(from, to) || filters.isAny(from, to) && filters.isLost(from, to, command);
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

    /** Frames that have reached this replica before arrive again, each kind with a chance of {@code of16} / 16. */
    public void repeat(final int replica, final int of16, final Draws lateDraws) {
        late.repeat(replica, of16, lateDraws, (from, bytes, delayNs) -> {
            final long copy = ++frames;
            listener.onSent(copy, from, replica, new UnsafeBuffer(bytes), 0);
            arriveAt(copy, from, replica, bytes, queue.nowNs() + delayNs, true);
        });
    }

    /** Bytes of frames that have been sent on this link in this direction and have not arrived. */
    public long underWay(final int from, final int to) {
        return queuedBytes[from * ends + to];
    }

    public void send(final int from, final int meant, final DirectBuffer buffer, final int offset, final int length) {
        statistics.sent++;
        final int to = damage == null ? meant : damage.receiver(faults.frames(), from, meant);
        final long number = ++frames;
        listener.onSent(number, from, to, buffer, offset);
        if (isCut(from, to)) {
            statistics.cut++;
            listener.onLost(number, "cut");
            return;
        }
        if (filters.isAny(from, to)
                && filters.isLost(
                        from, to, Command.ofCode(buffer.getByte(offset + HeaderFlyweight.COMMAND_OFFSET) & 0xff))) {
            statistics.filtered++;
            listener.onLost(number, "filtered");
            return;
        }
        final long queued = queuedBytes[from * ends + to];
        if (faults.frames().queueBytes() > 0
                && queued > 0
                && queued + length > faults.frames().queueBytes()) {
            statistics.overflowed++;
            listener.onLost(number, "queue full");
            return;
        }
        if (draws.chance(faults.lossRate(), NetworkFaults.WHOLE)) {
            statistics.lost++;
            listener.onLost(number, "lost");
            return;
        }
        statistics.misdelivered += to == meant ? 0 : 1;
        final byte[] bytes = Copies.of(buffer, offset, length);
        deliverLater(number, from, to, bytes);
        if (faults.duplicateRate() > 0 && draws.chance(faults.duplicateRate(), NetworkFaults.WHOLE)) {
            statistics.duplicated++;
            final long copy = ++frames;
            listener.onSent(copy, from, to, buffer, offset);
            deliverLater(copy, from, to, bytes.clone());
        }
    }

    /** Bytes that are no frame of this cluster leave an end; the receiver's decoder sees them, and nothing after them. */
    public void sendBytes(final int from, final int to, final byte[] bytes) {
        statistics.sent++;
        final long timeNs = queue.nowNs() + faults.delayMinNs() + draws.exponential(faults.delayMeanNs());
        underWay(++frames, from, to, bytes.length, timeNs, () -> {
            final CloseReason reason = decoder.decode(
                    bytes, (buffer, offset, length) -> connections.onAccepted(from, to, null, buffer, offset, length));
            breakConnection(from, to, reason);
        });
    }

    /** A frame leaves an end that a narrow path carries: it is under way until {@code timeNs}, and takes room in the link's queue that long. */
    public void sendSlowly(
            final int from,
            final int to,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long timeNs) {
        statistics.sent++;
        final long number = ++frames;
        listener.onSent(number, from, to, buffer, offset);
        arriveAt(number, from, to, Copies.of(buffer, offset, length), timeNs);
    }

    private void deliverLater(final long number, final int from, final int to, final byte[] bytes) {
        final int link = from * ends + to;
        final long delayNs = faults.delayMinNs() + draws.exponential(faults.delayMeanNs());
        long overtakenNs = 0;
        if (faults.reorderRate() > 0 && draws.chance(faults.reorderRate(), NetworkFaults.WHOLE)) {
            statistics.reordered++;
            overtakenNs = draws.exponential(faults.reorderNs());
        }
        if (faults.clogRate() > 0 && draws.chance(faults.clogRate(), NetworkFaults.WHOLE)) {
            statistics.clogs++;
            clogEndNs[link] = queue.nowNs() + draws.exponential(faults.clogMeanNs());
        }
        final long passedNs = Math.max(queue.nowNs(), clogEndNs[link]) + delayNs;
        final byte[] arriving = damage == null ? bytes : damage.arriving(faults.frames(), bytes);
        final EventQueue.Event arrival = arriving == bytes
                ? arrival(number, from, to, bytes, false)
                : () -> refuse(number, from, to, bytes, arriving);
        if (overtakenNs == 0) {
            underWay(number, from, to, bytes.length, passedNs, arrival);
        } else {
            // Others that are sent later pass it, so it is in nobody's way: in a queue as short as a frame or two
            // that kept it for the seconds that it may be late, there would be no room for a large one ever again.
            final long timeNs = passedNs + overtakenNs;
            underWay(number, from, to, bytes.length, passedNs, () -> underWay(number, from, to, 0, timeNs, arrival));
        }
    }

    private void arriveAt(final long number, final int from, final int to, final byte[] bytes, final long timeNs) {
        arriveAt(number, from, to, bytes, timeNs, false);
    }

    /** @param isLate true if it has arrived before. */
    private void arriveAt(
            final long number,
            final int from,
            final int to,
            final byte[] bytes,
            final long timeNs,
            final boolean isLate) {
        underWay(number, from, to, bytes.length, timeNs, arrival(number, from, to, bytes, isLate));
    }

    private EventQueue.Event arrival(
            final long number, final int from, final int to, final byte[] bytes, final boolean isLate) {
        return () -> {
            if (held.take(number, from, to, bytes)) {
                statistics.held++;
            } else if (isCut(from, to)) {
                statistics.cut++;
                listener.onLost(number, "cut");
            } else {
                statistics.delivered++;
                statistics.late += isLate ? 1 : 0;
                listener.onDelivered(number);
                late.onDelivered(from, to, bytes);
                receiver.onFrame(from, to, new UnsafeBuffer(bytes), bytes.length);
                listener.onHandled(number);
            }
        };
    }

    /** Takes room in the link's queue until the time has come; nothing arrives if the connection breaks before. */
    private void underWay(
            final long number,
            final int from,
            final int to,
            final int length,
            final long timeNs,
            final EventQueue.Event arrival) {
        final int link = from * ends + to;
        final int connection = Math.min(from, to) * ends + Math.max(from, to);
        final int sentOn = resets[connection];
        queuedBytes[link] += length;
        queue.at(timeNs, () -> {
            queuedBytes[link] -= length;
            if (sentOn == resets[connection]) {
                arrival.run();
            } else {
                statistics.resetLost++;
                listener.onLost(number, "connection broken");
            }
        });
    }

    /** Bytes that are not what was sent reach the receiver's decoder. */
    private void refuse(final long number, final int from, final int to, final byte[] sent, final byte[] arriving) {
        if (isCut(from, to)) {
            statistics.cut++;
            listener.onLost(number, "cut");
            return;
        }
        final CloseReason reason = decoder.decode(
                arriving, (buffer, offset, length) -> connections.onAccepted(from, to, sent, buffer, offset, length));
        if (arriving.length < sent.length) {
            statistics.truncated++;
        } else {
            statistics.corrupted += reason == null ? 0 : 1;
        }
        listener.onLost(number, reason == null ? "connection broken" : reason.toString());
        breakConnection(from, to, reason);
    }

    /** What is under way on it gets lost; {@code reason} is null if it was not the receiver who closed it. */
    private void breakConnection(final int from, final int to, final CloseReason reason) {
        if (reason != null) {
            statistics.closed[reason.ordinal()]++;
        }
        resets[Math.min(from, to) * ends + Math.max(from, to)]++;
        connections.onReset(from, to);
    }
}
