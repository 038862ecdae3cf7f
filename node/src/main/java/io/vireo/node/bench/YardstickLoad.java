package io.vireo.node.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** The client of the yardstick: keeps so many requests outstanding, and sends what an answer allows in one write. One thread, blocking. */
public final class YardstickLoad {
    private YardstickLoad() {}

    /** Runs one load against the leader: unmeasured first, then measured. */
    public static LoadResult run(
            final int leaderPort, final int outstanding, final int size, final long warmUpNs, final long measuredNs)
            throws IOException {
        final byte[] payload = new byte[size];
        new SplittableRandom(size).nextBytes(payload);
        final ByteBuffer bytes = ByteBuffer.allocateDirect(outstanding * size);
        for (int i = 0; i < outstanding; i++) {
            bytes.put(payload);
        }
        final long[] sentNs = new long[outstanding];
        final Histogram latencies = LoadResult.newHistogram();
        try (SocketChannel channel = YardstickNode.connect(leaderPort)) {
            final YardstickNode.Counter counter = new YardstickNode.Counter(channel);
            final long startNs = System.nanoTime() + warmUpNs;
            final long endNs = startNs + measuredNs;
            long sent = 0;
            long answered = 0;
            long measured = 0;
            long nowNs = System.nanoTime();
            while (nowNs < endNs) {
                final int room = (int) (answered + outstanding - sent);
                for (int i = 0; i < room; i++) {
                    sentNs[(int) (sent++ % outstanding)] = nowNs;
                }
                bytes.position(0).limit(room * size);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                final long now = counter.read() / size;
                nowNs = System.nanoTime();
                for (; answered < now; answered++) {
                    if (nowNs >= startNs) {
                        latencies.recordValue(nowNs - sentNs[(int) (answered % outstanding)]);
                        measured++;
                    }
                }
            }
            return new LoadResult(outstanding, size, measured, answered, nowNs - startNs, latencies);
        }
    }
}
