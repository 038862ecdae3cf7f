package io.vireo.sim.cluster;

import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.journal.superblock.SuperblockException;
import io.vireo.sim.fault.DiskSwapPoint;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DiskCopy;
import java.util.Arrays;

/**
 * Carries out the planned swaps of disks, one at a time. Both machines are powered off first. What was durable is compared when the disks
 * come back, and until then no fault but stalls, rot and misread sectors strikes them, so that whatever has changed was the product's doing.
 */
final class DiskSwaps {
    private final SimCluster cluster;
    /** What is under way, or null. */
    private DiskSwapPoint point;
    /** Rises with every swap: what was scheduled for an earlier one is void. */
    private int swap;
    /** By group, of the disk of the first one and of the second one; null until they have changed places. */
    private DiskCopy[][] before;

    DiskSwaps(final SimCluster cluster) {
        this.cluster = cluster;
    }

    /** True if this machine is up again only when its disk is back. */
    boolean isHeld(final int replica) {
        return point != null && (replica == point.first() || replica == point.second());
    }

    void begin(final DiskSwapPoint next) {
        if (point != null || !isFree(next.first()) || !isFree(next.second())) {
            return;
        }
        point = next;
        final int begun = ++swap;
        cluster.crashes().powerOff(next.first(), next.outcome());
        cluster.crashes().powerOff(next.second(), next.outcome());
        // The processes end with the next events.
        cluster.queue().after(1, () -> {
            if (begun == swap) {
                swap();
            }
        });
    }

    /** True if that is what the swap demands; the process ends, and its machine waits for its disk. */
    boolean onRefused(final int replica, final RuntimeException reason) {
        final boolean isOfSwap = isHeld(replica)
                && reason instanceof RecoveryException refusal
                && refusal.code() == RecoveryException.Code.SUPERBLOCK
                && refusal.getCause() instanceof SuperblockException cause
                && cause.code() == SuperblockException.Code.OTHER_IDENTITY;
        if (isOfSwap) {
            cluster.counters().refusalsOfForeignDisks++;
            cluster.narrate(Note.CRASH, replica, 0, () -> "refuses to open: " + reason.getMessage());
            cluster.crashes().refuse(replica, CrashOutcome.KEEP_ALL);
        }
        return isOfSwap;
    }

    /** The disks are put back at once, and the machines stay down. */
    void end() {
        if (point == null) {
            return;
        }
        final DiskSwapPoint ended = point;
        if (before != null) {
            // Whatever was written, synced or not, is to be seen below.
            cluster.replica(ended.first()).end(CrashOutcome.KEEP_ALL);
            cluster.replica(ended.second()).end(CrashOutcome.KEEP_ALL);
            mount(ended.first(), ended.first());
            mount(ended.second(), ended.second());
            final DiskCopy[][] after = {copies(ended.first()), copies(ended.second())};
            for (int group = 0; group < after[0].length; group++) {
                cluster.auditors().identity.onReturned(ended.first(), group, before[0][group], after[0][group]);
                cluster.auditors().identity.onReturned(ended.second(), group, before[1][group], after[1][group]);
            }
            cluster.narrate(
                    Note.FAULT, ended.first(), 0, () -> "its disk and that of replica " + ended.second() + " are back");
        }
        point = null;
        before = null;
        swap++;
    }

    private void swap() {
        final DiskSwapPoint swapped = point;
        final int begun = swap;
        before = new DiskCopy[][] {copies(swapped.first()), copies(swapped.second())};
        mount(swapped.first(), swapped.second());
        mount(swapped.second(), swapped.first());
        cluster.counters().diskSwaps++;
        cluster.trace().add(14L << 32 | swapped.first(), swapped.second());
        cluster.narrate(
                Note.FAULT,
                swapped.first(),
                0,
                () -> "has the disk of replica " + swapped.second() + ", and that one has its");
        cluster.crashes().restart(swapped.first());
        cluster.crashes().restart(swapped.second());
        cluster.queue().after(swapped.awayNs(), () -> {
            if (begun == swap) {
                cluster.crashes().powerOff(swapped.first(), CrashOutcome.KEEP_ALL);
                cluster.crashes().powerOff(swapped.second(), CrashOutcome.KEEP_ALL);
                cluster.queue().after(1, () -> {
                    if (begun == swap) {
                        end();
                        cluster.crashes().restart(swapped.first());
                        cluster.crashes().restart(swapped.second());
                    }
                });
            }
        });
    }

    private boolean isFree(final int replica) {
        return !cluster.isHeld(replica) && Arrays.stream(cluster.notLost()).anyMatch(other -> other == replica);
    }

    private void mount(final int replica, final int owner) {
        cluster.replica(replica).mount(cluster.replica(owner));
        cluster.auditors().identity.onMounted(replica, owner);
    }

    private DiskCopy[] copies(final int replica) {
        final DiskCopy[] copies = new DiskCopy[cluster.options().cluster().groupCount()];
        for (int group = 0; group < copies.length; group++) {
            copies[group] = cluster.replica(replica).disk(group).copy();
        }
        return copies;
    }
}
