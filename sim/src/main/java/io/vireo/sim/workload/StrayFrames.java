package io.vireo.sim.workload;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.sim.network.NetworkFaults;
import io.vireo.sim.network.SimNetwork;
import io.vireo.sim.random.Draws;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What leaves a client's machine besides what the client means: its frames over and over, old ones, valid ones that no session can take,
 * and bytes that are no frame. None of it may have an effect. Draws from a stream of its own.
 */
public final class StrayFrames {
    private static final int KEPT_MAX = 32;
    private static final int REPEATS_MAX = 64;
    private static final int GARBAGE_MAX = 600;
    /** Above any window. */
    private static final int AHEAD = 1 << 20;

    private static final int ROW = HeaderFlyweight.HEADER_LENGTH + RequestBatch.PREFIX_LENGTH;
    private static final int ROW_SESSION = 16;
    private static final int ROW_REQUEST = 24;

    private final SimNetwork network;
    private final int end;
    private final int replicas;
    private final ClientFaults faults;
    private final Draws draws;
    private final ClientStatistics statistics;
    private final ArrayDeque<byte[]> kept = new ArrayDeque<>();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final Checksum checksum = new Checksum();
    private boolean isOver;

    /** For the client at this end of the network. */
    public StrayFrames(
            final SimNetwork network,
            final int end,
            final int replicas,
            final ClientFaults faults,
            final Draws draws,
            final ClientStatistics statistics) {
        this.network = network;
        this.end = end;
        this.replicas = replicas;
        this.faults = faults;
        this.draws = draws;
        this.statistics = statistics;
    }

    /** From now on only what the client means leaves its machine. */
    void end() {
        isOver = true;
    }

    /** The client has sent this. */
    void onSent(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        if (isOver) {
            return;
        }
        if (isDue(faults.stormRate())) {
            storm(replica, buffer, offset, length);
        }
        if (faults.strayRate() == 0 && faults.malformedRate() == 0) {
            return;
        }
        final byte[] frame = new byte[length];
        buffer.getBytes(offset, frame);
        if (isDue(faults.strayRate())) {
            stray(replica, frame);
        }
        if (isDue(faults.malformedRate())) {
            statistics.malformed++;
            network.sendBytes(end, replica, malformed(frame));
        }
        if (kept.size() == KEPT_MAX) {
            kept.removeFirst();
        }
        kept.addLast(frame);
    }

    private boolean isDue(final int rate) {
        return rate > 0 && draws.chance(rate, NetworkFaults.WHOLE);
    }

    private void storm(final int replica, final DirectBuffer buffer, final int offset, final int length) {
        final boolean isSpread = draws.chance(1, 2);
        final int repeats = (int) draws.logUniform(4, REPEATS_MAX);
        for (int i = 0; i < repeats; i++) {
            statistics.repeats++;
            network.send(end, isSpread ? draws.nextInt(replicas) : replica, buffer, offset, length);
        }
    }

    private void stray(final int replica, final byte[] frame) {
        final int kind = draws.nextInt(4);
        if (kind < 2) {
            if (!kept.isEmpty()) {
                statistics.oldRequests++;
                send(replica, kept.peekFirst());
            }
            return;
        }
        final UnsafeBuffer changed = new UnsafeBuffer(frame.clone());
        header.wrap(changed, 0);
        if (header.command() != Command.REQUEST
                || RequestBatch.operation(changed, ROW) < RequestBatch.OPERATION_STATE_MACHINE) {
            return;
        }
        for (int i = 0; i < RequestBatch.count(changed, HeaderFlyweight.HEADER_LENGTH); i++) {
            final int row = RequestBatch.row(HeaderFlyweight.HEADER_LENGTH, i);
            if (kind == 2) {
                final int ahead = (int) RequestBatch.request(changed, row) + AHEAD;
                changed.putInt(row + ROW_REQUEST, ahead, LITTLE_ENDIAN);
            } else {
                changed.putLong(row + ROW_SESSION, draws.nextLong() | Long.MIN_VALUE, LITTLE_ENDIAN);
            }
        }
        header.seal(checksum);
        statistics.requestsAhead += kind == 2 ? 1 : 0;
        statistics.strangeSessions += kind == 2 ? 0 : 1;
        send(replica, changed.byteArray());
    }

    private void send(final int replica, final byte[] frame) {
        network.send(end, replica, new UnsafeBuffer(frame), 0, frame.length);
    }

    /** Bytes that look like this frame, more or less. */
    private byte[] malformed(final byte[] frame) {
        if (draws.chance(1, 4)) {
            final byte[] garbage = new byte[draws.between(1, GARBAGE_MAX)];
            for (int i = 0; i < garbage.length; i++) {
                garbage[i] = (byte) draws.nextInt(256);
            }
            return garbage;
        }
        final byte[] bytes = frame.clone();
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        header.wrap(buffer, 0);
        switch (draws.nextInt(5)) {
            case 0 -> buffer.putInt(HeaderFlyweight.SIZE_OFFSET, draws.nextInt(Integer.MAX_VALUE), LITTLE_ENDIAN);
            case 1 -> buffer.putInt(HeaderFlyweight.SIZE_OFFSET, draws.nextInt(bytes.length), LITTLE_ENDIAN);
            case 2 -> {
                buffer.putLong(HeaderFlyweight.CLUSTER_OFFSET, header.clusterLo() + 1, LITTLE_ENDIAN);
                header.seal(checksum);
            }
            case 3 -> {
                buffer.putByte(HeaderFlyweight.COMMAND_OFFSET, (byte) draws.between(128, 255));
                header.seal(checksum);
            }
            // Whole and sealed, but what it says of itself is not so.
            default -> {
                buffer.putInt(RequestBatch.PREFIX_LENGTH - 4 + HeaderFlyweight.HEADER_LENGTH, 1, LITTLE_ENDIAN);
                header.seal(checksum);
                if (header.command() != Command.REQUEST) {
                    bytes[0] ^= 1;
                }
            }
        }
        return bytes;
    }
}
