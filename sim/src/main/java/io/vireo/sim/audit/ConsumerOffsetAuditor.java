package io.vireo.sim.audit;

import io.vireo.sim.audit.StreamHistory.Life;

/**
 * A19: the offsets of consumers. What is stored is below the end of its partition; who asks is told what was stored last when it asked, or
 * what was since; a life of a partition knows nothing of the offsets of the life before it.
 */
public final class ConsumerOffsetAuditor extends Auditor {
    private final StreamHistory history;
    private long stored;
    private long asked;

    public ConsumerOffsetAuditor(final AuditLog log, final StreamHistory history) {
        super("A19", log);
        this.history = history;
    }

    /** Offsets that were stored or deleted. */
    public long stored() {
        return stored;
    }

    /** Answers that were judged. */
    public long asked() {
        return asked;
    }

    /** The first replica has stored an offset, or with {@link StreamHistory#NONE} deleted it. */
    public void onStored(
            final int replica,
            final int group,
            final long op,
            final Life life,
            final int kind,
            final long consumer,
            final long offset) {
        stored++;
        checkNumbers(
                offset < life.end() && offset >= StreamHistory.NONE,
                "the offset of a consumer is below the end of its partition",
                replica,
                group,
                -1,
                op,
                "offset, end",
                offset,
                life.end());
        life.offsets(kind, consumer).set(history.now(), offset);
    }

    /**
     * A consumer was told its offset.
     *
     * @param sent event at which it asked.
     * @param offset {@link StreamHistory#NONE} if it has none.
     */
    public void onAnswer(
            final long sent,
            final String stream,
            final String topic,
            final int partition,
            final int kind,
            final long consumer,
            final long offset) {
        final Life life = history.since(sent, stream, topic, partition);
        if (life == null) {
            return;
        }
        asked++;
        checkNumbers(
                life.offsets(kind, consumer).hasBeenSince(sent, offset, StreamHistory.NONE),
                "a consumer is told the offset that it has stored",
                -1,
                life.partition().group(),
                -1,
                0,
                "told, stored last",
                offset,
                life.offsets(kind, consumer).last(StreamHistory.NONE));
    }

    /** A consumer was told that this offset is stored. @param sent event at which it asked for it. */
    public void onAcknowledged(
            final long sent,
            final String stream,
            final String topic,
            final int partition,
            final int kind,
            final long consumer,
            final long offset) {
        final Life life = history.since(sent, stream, topic, partition);
        if (life != null) {
            asked++;
            checkNumbers(
                    life.offsets(kind, consumer).hasBeenSince(sent, offset, StreamHistory.NONE),
                    "what a consumer was told is stored was stored",
                    -1,
                    life.partition().group(),
                    -1,
                    0,
                    "told, stored last",
                    offset,
                    life.offsets(kind, consumer).last(StreamHistory.NONE));
        }
    }
}
