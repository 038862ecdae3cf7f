package io.vireo.sim.audit;

import io.vireo.sim.audit.StreamHistory.Life;
import io.vireo.sim.audit.StreamHistory.Message;
import io.vireo.sim.audit.StreamHistory.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A5: the order of a stream. Offsets are dense; a message is stored once, in the order in which its client's connection sends to the
 * partition; every poll shows a part of what is stored, without a gap, and all that was stored before it was asked; the low watermark only
 * rises; what a purge or a deletion has ended is seen by no poll that is asked after it was carried out, whatever has the same name.
 */
public final class StreamOrderAuditor extends Auditor {
    /** A message as a poll shows it. */
    public record Shown(long offset, long timestampMicros, Message message, boolean isIntact) {}

    /**
     * A poll and its answer.
     *
     * @param sent event at which it was asked.
     * @param partition that was asked, or chosen for a member of a group.
     * @param isOfNamed true if the client named the partition.
     * @param strategy 1 from an offset, 2 from a timestamp, 3 first, 4 last, 5 next.
     * @param value an offset or a timestamp in microseconds.
     * @param count of messages at most.
     * @param currentOffset of the last message of the partition.
     */
    public record Poll(
            long sent,
            String stream,
            String topic,
            int partition,
            boolean isOfNamed,
            int strategy,
            long value,
            long count,
            long currentOffset,
            List<Shown> shown) {}

    private static final int FROM_OFFSET = 1;
    private static final int FROM_FIRST = 3;
    private static final int FROM_LAST = 4;

    /** An end of what a topic held that a client was told of. @param sent when it was asked. @param told when it was answered. */
    private record End(long sent, long told) {}

    private final StreamHistory history;
    /** By client, connection and life: the last sequence. */
    private final TreeMap<String, Long> lastOf = new TreeMap<>();
    /** By topic; of a stream, by its name and no topic. */
    private final TreeMap<String, List<End>> ends = new TreeMap<>();

    private long appended;
    private long polls;
    private long shown;
    private long acknowledged;

    public StreamOrderAuditor(final AuditLog log, final StreamHistory history) {
        super("A5", log);
        this.history = history;
    }

    /** Messages appended. */
    public long appended() {
        return appended;
    }

    /** Polls judged. */
    public long polls() {
        return polls;
    }

    /** Messages that polls have shown. */
    public long shown() {
        return shown;
    }

    /** Messages whose clients were told that they are stored. */
    public long acknowledged() {
        return acknowledged;
    }

    /** The first replica has appended these to a life of a partition, from this offset on. */
    public void onAppended(
            final int replica,
            final int group,
            final long op,
            final Life life,
            final long baseOffset,
            final List<Message> messages) {
        checkNumbers(
                baseOffset == life.end(),
                "offsets are dense",
                replica,
                group,
                -1,
                op,
                "base offset, expected",
                baseOffset,
                life.end());
        for (final Message message : messages) {
            appended++;
            final Place former = history.placeOf(message.client(), message.sequence());
            if (former != null) {
                fail(
                        "a message is stored once",
                        replica,
                        group,
                        op,
                        message + " in " + life + ", and in " + former.life() + " at " + former.offset());
            }
            final String key = message.client() + "/" + message.connection() + "/" + life;
            final Long last = lastOf.get(key);
            lastOf.put(key, last == null ? message.sequence() : Math.max(last, message.sequence()));
            checkNumbers(
                    last == null || last < message.sequence(),
                    "messages of a connection to a partition are stored in the order in which they were sent",
                    replica,
                    group,
                    -1,
                    op,
                    "stored after",
                    message.sequence(),
                    last == null ? -1 : last);
        }
        history.onAppended(life, op, messages);
    }

    /** The first replica has forgotten the oldest messages of a life; the low watermark is now this. */
    public void onForgotten(
            final int replica, final int group, final long op, final Life life, final long beginOffset) {
        checkNumbers(
                beginOffset >= life.begin() && beginOffset <= life.end(),
                "the low watermark only rises",
                replica,
                group,
                -1,
                op,
                "to, from",
                beginOffset,
                life.begin());
        history.onForgotten(life, beginOffset);
    }

    /** A client was told that all these messages of one send are stored. */
    public void onAcknowledged(final String stream, final String topic, final List<Message> messages) {
        Place before = null;
        for (final Message message : messages) {
            acknowledged++;
            final Place place = history.placeOf(message.client(), message.sequence());
            final boolean isThere = place != null
                    && place.life().partition().stream().equals(stream)
                    && place.life().partition().topic().equals(topic)
                    && (before == null || isBehind(before, place));
            if (!isThere) {
                fail(
                        "what a client was told is stored is there, in one partition of its topic and in order",
                        -1,
                        place == null ? 0 : place.life().partition().group(),
                        0,
                        message + " to " + stream + "/" + topic
                                + (place == null ? " is nowhere" : " is in " + place.life() + " at " + place.offset()));
                return;
            }
            before = place;
        }
    }

    /** A send of several ops goes on in the next life of its partition if one of them has met the end of the former. */
    private static boolean isBehind(final Place before, final Place place) {
        return before.life() == place.life()
                ? before.offset() < place.offset()
                : before.life().partition().number() == place.life().partition().number()
                        && before.life().ended() != StreamHistory.NEVER;
    }

    /**
     * A client was told that what a topic held is gone.
     *
     * @param topic null if it is all topics of the stream.
     * @param sent event at which it was asked.
     */
    public void onEnded(final String stream, final String topic, final long sent) {
        ends.computeIfAbsent(stream + "/" + (topic == null ? "" : topic), key -> new ArrayList<>())
                .add(new End(sent, history.now()));
    }

    /** A client has its answer to a poll. */
    public void onPoll(final Poll poll) {
        polls++;
        final Life present = history.since(poll.sent, poll.stream, poll.topic, poll.partition);
        if (present != null && poll.isOfNamed) {
            onAnswerOf(poll, present);
        }
        Life life = null;
        long last = -1;
        for (final Shown each : poll.shown) {
            shown++;
            final Place place = history.placeOf(each.message.client(), each.message.sequence());
            if (place == null || !each.isIntact) {
                report("a poll shows what clients have sent", poll, each, place);
                return;
            }
            if (place.offset() != each.offset || life != null && (place.life() != life || each.offset != last + 1)) {
                report("a poll shows one partition, each message at its offset, without a gap", poll, each, place);
                return;
            }
            life = place.life();
            last = each.offset;
            onShown(poll, each, place);
        }
        if (poll.shown.size() > poll.count) {
            report("a poll shows no more than it was asked for", poll, poll.shown.get(0), null);
        }
    }

    private void onShown(final Poll poll, final Shown each, final Place place) {
        final Life life = place.life();
        if (!life.partition().stream().equals(poll.stream)
                || !life.partition().topic().equals(poll.topic)
                || life.partition().number() != poll.partition) {
            report("a poll shows the partition that it asks for", poll, each, place);
        }
        if (life.dropped() < poll.sent || isEnded(poll, each, place)) {
            report("nothing is seen any more of what was purged or deleted", poll, each, place);
        }
        if (each.offset < life.beginBefore(poll.sent)) {
            report("nothing is seen any more below the low watermark", poll, each, place);
        }
    }

    /** Whether it was stored before somebody asked to end it and was told that it is, before the poll. */
    private boolean isEnded(final Poll poll, final Shown each, final Place place) {
        for (final String key : List.of(poll.stream + "/", poll.stream + "/" + poll.topic)) {
            for (final End end : ends.getOrDefault(key, List.of())) {
                if (end.told < poll.sent && each.offset < place.life().endBefore(end.sent)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What is known of the answer, because the partition has had one life all the time. */
    private void onAnswerOf(final Poll poll, final Life life) {
        final long endThen = life.endBefore(poll.sent);
        final Shown first = poll.shown.isEmpty() ? null : poll.shown.get(0);
        checkNumbers(
                poll.currentOffset >= endThen - 1 && poll.currentOffset <= Math.max(0, life.end() - 1),
                "a poll knows everything that was stored before it was asked",
                -1,
                life.partition().group(),
                -1,
                0,
                "current offset, stored before",
                poll.currentOffset,
                endThen - 1);
        final boolean isFromBegin = poll.strategy == FROM_FIRST;
        if (!isFromBegin && poll.strategy != FROM_OFFSET && poll.strategy != FROM_LAST || poll.count == 0) {
            return;
        }
        if (poll.strategy == FROM_LAST) {
            checkNumbers(
                    first != null || endThen == 0,
                    "a poll finds what was stored before it was asked",
                    -1,
                    life.partition().group(),
                    -1,
                    0,
                    "messages shown, stored",
                    0,
                    endThen);
            return;
        }
        final long asked = isFromBegin ? 0 : poll.value;
        final long low = Math.max(asked, life.beginBefore(poll.sent));
        final long high = Math.max(asked, life.begin());
        checkNumbers(
                first == null ? high >= endThen : first.offset >= low && first.offset <= high,
                "a poll begins where it was asked to",
                -1,
                life.partition().group(),
                -1,
                0,
                "first shown, asked",
                first == null ? -1 : first.offset,
                low);
    }

    private void report(final String invariant, final Poll poll, final Shown each, final Place place) {
        fail(
                invariant,
                -1,
                place == null ? 0 : place.life().partition().group(),
                0,
                each + " in a poll of " + poll.stream + "/" + poll.topic + "/" + poll.partition + " sent at event "
                        + poll.sent
                        + (place == null
                                ? ", stored nowhere"
                                : ", stored in " + place.life() + " at " + place.offset() + " which was dropped at "
                                        + place.life().dropped()));
    }
}
