package io.vireo.sim.cluster;

import io.vireo.journal.message.Command;
import io.vireo.sim.fault.TransferPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * Paths from a peer to a receiver over which pieces of files arrive at some KiB a second for a while, one after the other. Whoever sends them
 * sees how much is under way. Frames of consensus have a path of their own.
 */
final class DrippingLinks {
    private static final int SLOWEST_BYTES_PER_SECOND = 4 << 10;
    private static final int RATES = 5;

    private static final class Drip {
        final int from;
        final int to;
        final long bytesPerSecond;
        final long endNs;
        /** When the path has carried all that was given to it. */
        long idleNs;

        Drip(final int from, final int to, final long bytesPerSecond, final long endNs) {
            this.from = from;
            this.to = to;
            this.bytesPerSecond = bytesPerSecond;
            this.endNs = endNs;
        }
    }

    private final SimCluster cluster;
    private final List<Drip> drips = new ArrayList<>();

    DrippingLinks(final SimCluster cluster) {
        this.cluster = cluster;
    }

    /** From now on, for as long as the point says; gives the rate in bytes a second. */
    long begin(final TransferPoint point, final int from, final int to) {
        final long bytesPerSecond = (long) SLOWEST_BYTES_PER_SECOND << point.place() % RATES;
        drips.add(new Drip(from, to, bytesPerSecond, cluster.queue().nowNs() + point.durationNs()));
        return bytesPerSecond;
    }

    /** No path is narrow any more; what is under way arrives when it would have. */
    void end() {
        drips.clear();
    }

    /** A piece leaves for a receiver; true if it is on its way over a narrow path. */
    boolean onPiece(final int from, final int to, final DirectBuffer frame, final int length) {
        final long nowNs = cluster.queue().nowNs();
        drips.removeIf(drip -> drip.endNs <= nowNs);
        for (final Drip drip : drips) {
            if (drip.from == from && drip.to == to && !cluster.network().isLost(from, to, Command.CHUNK)) {
                drip.idleNs = Math.max(drip.idleNs, nowNs) + length * TimeUnit.SECONDS.toNanos(1) / drip.bytesPerSecond;
                cluster.network().sendSlowly(from, to, frame, 0, length, Math.min(drip.idleNs, drip.endNs));
                return true;
            }
        }
        return false;
    }
}
