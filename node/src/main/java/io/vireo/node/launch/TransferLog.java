package io.vireo.node.launch;

import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.node.host.HostState;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.sync.StateSync;
import io.vireo.node.sync.SyncProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log of a node how far a group is that fetches a checkpoint: once its files are known, every five seconds from then on, and when it is
 * over. Shard's thread; the time is told.
 */
final class TransferLog {
    private static final Logger LOG = LoggerFactory.getLogger(TransferLog.class);

    private static final long INTERVAL_NS = 5_000_000_000L;

    private final ReplicaHost host;
    private boolean isFetching;
    private boolean isDue;
    private long startNs;
    private long saidNs;
    private long pulledBefore;
    private long savedBefore;
    private long completedBefore;

    TransferLog(final ReplicaHost host) {
        this.host = host;
    }

    /** A turn of the shard. */
    void poll(final long nowNs) {
        if (host.state() == HostState.SYNCING != isFetching) {
            if (isFetching) {
                end(nowNs);
            } else {
                begin(nowNs);
            }
        } else if (isFetching && (isDue || nowNs - saidNs >= INTERVAL_NS)) {
            say(nowNs);
        }
    }

    private void begin(final long nowNs) {
        isFetching = true;
        isDue = true;
        startNs = nowNs;
        saidNs = nowNs;
        final TransferCounters counters = host.transferCounters();
        pulledBefore = counters.bytesPulled();
        savedBefore = counters.bytesSaved();
        completedBefore = counters.completed();
    }

    private void say(final long nowNs) {
        final StateSync sync = host.stateSync();
        if (sync == null || isDue && sync.stage() != StateSync.Stage.FILES && nowNs - saidNs < INTERVAL_NS) {
            return;
        }
        isDue &= sync.stage() != StateSync.Stage.FILES;
        saidNs = nowNs;
        LOG.info("event=fetching group={} {}", host.group(), text(sync.progress()));
    }

    private void end(final long nowNs) {
        isFetching = false;
        final TransferCounters counters = host.transferCounters();
        LOG.info(
                "event=fetching-ended group={} complete={} pulled={} saved={} ms={}",
                host.group(),
                counters.completed() > completedBefore,
                counters.bytesPulled() - pulledBefore,
                counters.bytesSaved() - savedBefore,
                (nowNs - startNs) / 1_000_000);
    }

    /** Rate and end only where they can be said. */
    static String text(final SyncProgress progress) {
        return "stage=" + progress.stage() + " checkpoint=" + progress.checkpoint()
                + " filesDone=" + progress.filesDone() + " files=" + progress.files()
                + " bytesHere=" + progress.bytesHere() + " bytes=" + progress.bytes()
                + (progress.bytesPerSecond() < 0 ? "" : " bytesPerSecond=" + progress.bytesPerSecond())
                + (progress.etaMs() < 0 ? "" : " etaMs=" + progress.etaMs());
    }
}
