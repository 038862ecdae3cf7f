package io.vireo.sim.network;

import io.vireo.sim.random.Draws;
import java.util.Arrays;

/** Decides which frames are damaged, cut short or go astray, and what becomes of their bytes. Has a stream of its own. */
public final class FrameDamage {
    private static final int BURST_MAX = 64;

    private final Draws draws;
    private final int replicas;
    private final int ends;

    /** For ends of which the first so many are replicas. */
    public FrameDamage(final Draws draws, final int replicas, final int clients) {
        this.draws = draws;
        this.replicas = replicas;
        ends = replicas + clients;
    }

    /** Where a frame goes that is sent to this end: there, or to another one of its kind that is not its sender. */
    int receiver(final FrameFaults faults, final int from, final int to) {
        if (faults.misdeliverRate() == 0 || !draws.chance(faults.misdeliverRate(), NetworkFaults.WHOLE)) {
            return to;
        }
        final int first = to < replicas ? 0 : replicas;
        final int end = to < replicas ? replicas : ends;
        final int other = first + draws.nextInt(end - first);
        return other == from ? to : other;
    }

    /** What arrives of these bytes: the same array if nothing happens to them, else another one with other bytes or fewer. */
    byte[] arriving(final FrameFaults faults, final byte[] sent) {
        if (faults.resetRate() > 0 && draws.chance(faults.resetRate(), NetworkFaults.WHOLE)) {
            return Arrays.copyOf(sent, draws.nextInt(sent.length));
        }
        if (faults.corruptRate() > 0 && draws.chance(faults.corruptRate(), NetworkFaults.WHOLE)) {
            return corrupt(sent);
        }
        return sent;
    }

    private byte[] corrupt(final byte[] sent) {
        final byte[] bytes = sent.clone();
        final int at = draws.nextInt(bytes.length);
        switch (draws.nextInt(4)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << draws.nextInt(8));
            case 2 -> bytes[at] ^= (byte) draws.between(1, 255);
            default -> {
                final int end = Math.min(bytes.length, at + draws.between(2, BURST_MAX));
                // The first one changes for certain.
                bytes[at] ^= (byte) draws.between(1, 255);
                for (int i = at + 1; i < end; i++) {
                    bytes[i] = (byte) draws.nextInt(256);
                }
            }
        }
        return bytes;
    }
}
