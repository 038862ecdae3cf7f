package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.node.core.DifferingCheckpoints;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints what the core reports, one line per change of status or view, and counts the rest. Shard's thread. */
final class NodeTrace implements TraceSink {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTrace.class);

    private static final long SLOW_STAGE_NS = 1_000_000_000L;

    private final long[][] counts;
    private final OpeningStages[] openings;
    /** By group: the last two that differed; null if none have. */
    private final DifferingCheckpoints[] differing;

    NodeTrace(final int groupCount) {
        this.counts = new long[groupCount][TraceEvent.values().length];
        this.differing = new DifferingCheckpoints[groupCount];
        this.openings = new OpeningStages[groupCount];
        Arrays.setAll(openings, group -> new OpeningStages());
    }

    /** Writes the field "opening" of a group. */
    void writeOpening(final JsonGenerator json, final int group, final long done, final long total) throws IOException {
        openings[group].write(json, System.nanoTime(), done, total);
    }

    /** By ordinal of {@link TraceEvent}. */
    long[] counts(final int group) {
        return counts[group];
    }

    /** The last two replicas that were found to differ and of which nobody knew which is right; null if none were. */
    DifferingCheckpoints differing(final int group) {
        return differing[group];
    }

    @Override
    public void transition(
            final int group,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {
        LOG.info(
                "event=status group={} from={} to={} view={} logView={} reason=\"{}\"",
                group,
                from,
                to,
                view,
                logView,
                reason);
    }

    @Override
    public void opening(final int group, final RecoveryStage stage, final String found) {
        final long sinceNs = openings[group].begin(stage, found, System.nanoTime());
        // The usual opening is said in one line when it is done; what takes long enough to be waited for is said as it
        // happens.
        if (stage == RecoveryStage.REFUSED) {
            LOG.warn("event=refused group={} reason=\"{}\"", group, found);
        } else if (sinceNs >= SLOW_STAGE_NS) {
            LOG.info("event=opening group={} stage={} ms={} {}", group, stage, sinceNs / 1_000_000, found);
        } else if (LOG.isDebugEnabled()) {
            LOG.debug("event=opening group={} stage={} us={} {}", group, stage, sinceNs / 1_000, found);
        }
    }

    @Override
    public void applied(final int group, final PrepareFlyweight prepare) {
        // Every op passes here: the group's commitMin says as much.
    }

    @Override
    public void event(final int group, final TraceEvent event, final long view, final long op) {
        counts[group][event.ordinal()]++;
        if (event == TraceEvent.STATE_SYNC_STARTED
                || event == TraceEvent.STATE_SYNC_INSTALLED
                || event == TraceEvent.STATE_SYNC_GIVEN_UP) {
            LOG.info("event={} group={} view={} op={}", event, group, view, op);
        } else if (event == TraceEvent.STATE_SYNC_UNCONFIRMED) {
            LOG.warn(
                    "event={} group={} op={} reason=\"one replica offers this checkpoint and no other says that it has the same; it is fetched\"",
                    event,
                    group,
                    op);
        } else if (event == TraceEvent.LEARNING_BEGUN) {
            LOG.info("event=learning-begun group={} above-view={}", group, view);
        } else if (event == TraceEvent.VOTER_AGAIN) {
            LOG.info("event=voter-again group={} view={} head={}", group, view, op);
        } else if (event == TraceEvent.FORMER_LIFE_VOIDED) {
            LOG.warn("event=former-life-voided group={} view={} replica={}", group, view, op);
        } else if (LOG.isDebugEnabled()) {
            LOG.debug("event={} group={} view={} op={}", event, group, view, op);
        }
    }

    @Override
    public void diverged(final int group, final Quarantined checkpoint) {
        LOG.error(
                "event=diverged group={} checkpoint={} id={} quorum-id={} kept-as={} reason=\"the state of this replica is not that of the others; it is replaced by theirs\"",
                group,
                checkpoint.op(),
                checkpoint.id(),
                checkpoint.quorumId(),
                SnapshotName.quarantined(checkpoint));
    }

    @Override
    public void checkpointsDiffer(final int group, final DifferingCheckpoints found) {
        differing[group] = found;
        LOG.error(
                "event=checkpoints-differ group={} checkpoint={} replica={} id={} other-replica={} other-id={} reason=\"one of the two has diverged, and too few others say which: {}\"",
                group,
                found.op(),
                found.replica(),
                found.id(),
                found.otherReplica(),
                found.otherId(),
                found.view() == DifferingCheckpoints.FETCHING
                        ? "neither is fetched"
                        : "if no other replica comes back, requests are told busy when the journal is full");
    }

    @Override
    public void damageFound(final int group, final SegmentDamage damage) {
        LOG.warn("event=damage-found group={} {}", group, place(damage));
    }

    @Override
    public void damageHealed(final int group, final SegmentDamage damage, final int peer) {
        LOG.info("event=damage-healed group={} from={} {}", group, peer, place(damage));
    }

    @Override
    public void damageRemains(final int group, final SegmentDamage damage, final String reason) {
        LOG.warn("event=damage-remains group={} reason=\"{}\" {}", group, reason, place(damage));
    }

    private static String place(final SegmentDamage damage) {
        final HexFormat hex = HexFormat.of();
        return "kind=" + damage.kind() + " file=" + damage.key().fileName() + " position=" + damage.position()
                + " length=" + damage.length() + " expected=" + hex.formatHex(damage.expected()) + " found="
                + (damage.found().length == 0 ? "nothing" : hex.formatHex(damage.found()));
    }
}
