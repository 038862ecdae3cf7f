package io.vireo.sim.cluster;

import io.vireo.sim.audit.HeadMaxAuditor;
import io.vireo.sim.fault.DiskImagePoint;
import io.vireo.sim.storage.DiskCopy;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import java.util.Arrays;
import java.util.List;

/**
 * Carries out the planned returns of old disk images. The format cannot tell such a replica from one that has slept: it has forgotten what it
 * acknowledged since, and says so to nobody. So the atlas lets it happen only where that harms nobody, see
 * {@link FaultAtlas#admitImage}; there the cluster must go on as if nothing had been.
 */
final class DiskImages {
    private static final int TRIES = 8;

    private final SimCluster cluster;
    private final FaultAtlas atlas;
    /** By replica: one that is off until its image is on its disks. */
    private final boolean[] isHeld;

    private boolean isOver;

    DiskImages(final SimCluster cluster, final FaultAtlas atlas) {
        this.cluster = cluster;
        this.atlas = atlas;
        isHeld = new boolean[cluster.options().replicas()];
    }

    /** True if this machine stays off for now. */
    boolean isHeld(final int replica) {
        return isHeld[replica];
    }

    /** Takes the image. */
    void begin(final DiskImagePoint point) {
        final int groups = cluster.options().cluster().groupCount();
        final DiskCopy[] copies = new DiskCopy[groups];
        for (int group = 0; group < groups; group++) {
            if (atlas.isLost(point.replica()) || atlas.areFilesLost(point.replica(), group)) {
                return;
            }
            copies[group] = cluster.replica(point.replica()).disk(group).copy();
        }
        final List<HeadMaxAuditor.Said> said = cluster.auditors().headMax.said(point.replica());
        cluster.narrate(Note.FAULT, point.replica(), 0, () -> "an image of its disks is taken");
        cluster.queue().after(point.ageNs(), () -> attempt(point, copies, said, TRIES));
    }

    /** Nothing is put back any more, and nobody is held. */
    void end() {
        isOver = true;
        Arrays.fill(isHeld, false);
    }

    private void attempt(
            final DiskImagePoint point,
            final DiskCopy[] copies,
            final List<HeadMaxAuditor.Said> said,
            final int triesLeft) {
        if (isOver) {
            return;
        }
        final boolean isPossible = !cluster.isHeld(point.replica()) && isOfUse(point.replica(), copies);
        if (!isPossible || !isAdmissible(point.replica(), copies)) {
            if (triesLeft == 1) {
                cluster.counters().imagesRejected += isPossible ? 1 : 0;
                return;
            }
            cluster.queue().after(point.ageNs(), () -> attempt(point, copies, said, triesLeft - 1));
            return;
        }
        isHeld[point.replica()] = true;
        cluster.crashes().powerOff(point.replica(), point.outcome());
        // The process ends with the next events.
        cluster.queue().after(1, () -> {
            if (isOver) {
                return;
            }
            if (isOfUse(point.replica(), copies) && atlas.admitImage(point.replica(), images(copies))) {
                restore(point, copies, said);
            }
            cluster.queue().after(point.downNs(), () -> {
                if (!isOver) {
                    isHeld[point.replica()] = false;
                    cluster.crashes().restart(point.replica());
                }
            });
        });
    }

    private void restore(final DiskImagePoint point, final DiskCopy[] copies, final List<HeadMaxAuditor.Said> said) {
        final int replica = point.replica();
        final FaultAtlas.Forgotten forgotten = atlas.onImage(replica, images(copies));
        for (int group = 0; group < copies.length; group++) {
            cluster.replica(replica).disk(group).restore(copies[group]);
        }
        cluster.auditors().onImage(replica, said, forgotten.lowest());
        cluster.counters().diskImages++;
        cluster.counters().forgottenOps += forgotten.ops();
        cluster.trace().add(15L << 32 | replica, forgotten.ops());
        cluster.narrate(
                Note.FAULT,
                replica,
                0,
                () -> "an old image is put back on its disks: it forgets " + forgotten.ops() + " ops");
    }

    /** An image that is the same as the disk is no fault. */
    private boolean isOfUse(final int replica, final DiskCopy[] copies) {
        boolean isOther = false;
        for (int group = 0; group < copies.length; group++) {
            isOther |= copies[group].difference(
                            cluster.replica(replica).disk(group).copy())
                    != null;
        }
        return isOther;
    }

    private boolean isAdmissible(final int replica, final DiskCopy[] copies) {
        return atlas.isImageHarmless(replica, images(copies));
    }

    private static DurableImage[] images(final DiskCopy[] copies) {
        final DurableImage[] images = new DurableImage[copies.length];
        for (int group = 0; group < copies.length; group++) {
            images[group] = DurableImage.of(copies[group]);
        }
        return images;
    }
}
