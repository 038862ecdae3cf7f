package io.vireo.node.bench;

import io.vireo.node.stream.partition.BatchBuilder;
import io.vireo.node.stream.partition.BatchCheck;
import io.vireo.node.stream.partition.BatchFault;
import io.vireo.node.stream.partition.BatchFlyweight;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What it costs to look at every byte of a batch where it is applied: the copy that applying makes of a batch, alone and behind the check, in
 * turns. The batches take more memory than caches have, as those of a log do when they are applied. One thread.
 */
public final class BatchCheckLoad {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int SET_BYTES = 64 << 20;
    private static final int WARM_UP_PAIRS_MAX = 5;

    /** Medians of pairs, in nanoseconds of CPU per batch. */
    public record Result(int batchBytes, double copyNs, double checkedNs) {
        /** Of the check alone. */
        public double checkNs() {
            return checkedNs - copyNs;
        }
    }

    private BatchCheckLoad() {}

    /** @param messages of a batch. @param payloadBytes of each. @param pairs to measure, at least 1; some more come before them. */
    public static Result run(final int messages, final int payloadBytes, final int pairs) {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[payloadBytes]);
        final BatchBuilder builder = new BatchBuilder();
        final int roomMax = BatchFlyweight.HEADER_LENGTH + messages * (payloadBytes + 64);
        final UnsafeBuffer batches = new UnsafeBuffer(new byte[Math.max(SET_BYTES, roomMax)]);
        int count = 0;
        int length = 0;
        for (int at = 0; at + roomMax <= batches.capacity(); at += length) {
            builder.begin(batches, at, roomMax);
            for (int message = 0; message < messages; message++) {
                payload.setMemory(0, payloadBytes, (byte) (count + message));
                builder.add(count + 1, message, message, payload, 0, payloadBytes, 0);
            }
            length = builder.end();
            count++;
        }
        final UnsafeBuffer segment = new UnsafeBuffer(new byte[length]);
        final BatchCheck check = new BatchCheck();
        final double[] copies = new double[pairs];
        final double[] checks = new double[pairs];
        for (int pair = -Math.min(WARM_UP_PAIRS_MAX, pairs); pair < pairs; pair++) {
            final double copyNs = pass(batches, count, length, segment, null);
            final double checkedNs = pass(batches, count, length, segment, check);
            if (pair >= 0) {
                copies[pair] = copyNs;
                checks[pair] = checkedNs;
            }
        }
        Arrays.sort(copies);
        Arrays.sort(checks);
        return new Result(length, copies[pairs / 2], checks[pairs / 2]);
    }

    private static double pass(
            final UnsafeBuffer batches,
            final int count,
            final int length,
            final UnsafeBuffer segment,
            final BatchCheck check) {
        final long beginNs = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            final int at = i * length;
            if (check != null && check.whole(batches, at, length) != BatchFault.NONE) {
                throw new IllegalStateException("batch " + i + " is none");
            }
            segment.putBytes(0, batches, at, length);
        }
        return (THREADS.getCurrentThreadCpuTime() - beginNs) / (double) count;
    }
}
