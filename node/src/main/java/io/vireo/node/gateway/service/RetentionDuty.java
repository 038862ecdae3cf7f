package io.vireo.node.gateway.service;

import io.vireo.journal.util.Invariant;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.Answers.PartitionInfo;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.partition.ConsumerKind;
import io.vireo.node.stream.partition.PartitionContents;
import io.vireo.node.stream.partition.PartitionOperation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Applies expiry and size of topics in passes: reads what all partitions hold, then looks up each topic that has a sealed segment, since no
 * other can give up anything, and sends what {@link RetentionPlan} decides. Passes by age and by size take turns, so that a size is decided
 * on when what has expired is gone; every third one deletes what {@link OffsetSweep} finds of deleted consumer groups. A pass that cannot read a group is given up; the next one begins with all anew.
 *
 * <p>A request is decided on applied state and names the life of the partition and absolutely what was meant of it: by age the last message,
 * by size the byte since the life began, below which a segment has to begin. What has expired is decided where it is applied, by the time of
 * the log: this node's clock only says what to ask for. A request may be late, or come twice: then it takes no more than was meant, whatever
 * was written since, and nothing of a life that came after.
 */
final class RetentionDuty {
    private enum Kind {
        BY_SIZE,
        BY_AGE,
        OFFSETS;

        private static final Kind[] ALL = values();

        Kind next() {
            return ALL[(ordinal() + 1) % ALL.length];
        }
    }

    private enum Stage {
        RESTING,
        READING,
        RETAINING;

        boolean isLegalAfter(final Stage former) {
            return this == RESTING || former.ordinal() + 1 == ordinal();
        }
    }

    private final MetadataLink metadata;
    private final Namespaces namespaces;
    private final long intervalNs;
    private final int inflightMax;
    private final List<ContentsReader> readers = new ArrayList<>();
    private final Deque<List<PartitionContents>> topics = new ArrayDeque<>();
    private final Deque<RetentionPlan.Retain> retains = new ArrayDeque<>();
    private final Deque<OffsetSweep.Orphan> orphans = new ArrayDeque<>();

    private Stage stage = Stage.RESTING;
    /** Names the pass: what belongs to one before is passed over. */
    private long pass;

    private TreeMap<Long, List<PartitionContents>> found = new TreeMap<>();
    private Kind kind = Kind.OFFSETS;
    private int unread;
    private int inflight;
    private long restFromNs;
    private long nowNs;
    private long wallMicros;

    RetentionDuty(
            final MetadataLink metadata,
            final int groupCount,
            final StreamLimits limits,
            final ServiceSettings settings) {
        this.metadata = metadata;
        this.namespaces = new Namespaces(limits);
        this.intervalNs = settings.retentionIntervalNs() / Kind.ALL.length;
        this.inflightMax = settings.retentionInflightMax();
        for (int group = PartitionGroups.first(groupCount); group < groupCount; group++) {
            readers.add(new ContentsReader(metadata.groups(), group, Consistency.COMMITTED));
        }
    }

    /** Gives up the pass; the next one begins an interval later. */
    void stop(final long newNowNs) {
        nowNs = newNowNs;
        rest();
    }

    /** @param newWallMicros since the epoch. @return work done. */
    int poll(final long newNowNs, final long newWallMicros) {
        nowNs = newNowNs;
        wallMicros = newWallMicros;
        if (stage == Stage.RESTING && nowNs - restFromNs >= intervalNs) {
            begin();
            return 1;
        }
        return stage == Stage.RETAINING ? advance() : 0;
    }

    long delayNs(final long atNs) {
        return switch (stage) {
            case RESTING -> Math.max(0, restFromNs + intervalNs - atNs);
            case READING -> Long.MAX_VALUE;
            case RETAINING -> hasRoom() && !isNothingLeft() ? 0 : Long.MAX_VALUE;
        };
    }

    private void stage(final Stage newStage) {
        Invariant.check(newStage.isLegalAfter(stage), "stages of a pass follow each other", newStage.ordinal());
        stage = newStage;
    }

    private void begin() {
        if (readers.stream().anyMatch(ContentsReader::isReading)) {
            // A group has not answered the pass before: it would be two at a time.
            rest();
            return;
        }
        stage(Stage.READING);
        kind = kind.next();
        found = new TreeMap<>(Long::compareUnsigned);
        unread = readers.size();
        final long ofPass = ++pass;
        for (final ContentsReader reader : readers) {
            reader.begin(new ContentsReader.Listener() {
                @Override
                public void onRead(final List<PartitionContents> contents) {
                    if (ofPass == pass) {
                        RetentionDuty.this.onRead(contents);
                    }
                }

                @Override
                public void onFailed() {
                    if (ofPass == pass) {
                        rest();
                    }
                }
            });
        }
    }

    private void onRead(final List<PartitionContents> contents) {
        contents.forEach(each -> found.computeIfAbsent(topic(each.namespace()), absent -> new ArrayList<>())
                .add(each));
        if (--unread > 0) {
            return;
        }
        stage(Stage.RETAINING);
        for (final List<PartitionContents> ofTopic : found.values()) {
            if (ofTopic.stream().anyMatch(this::isOfInterest)) {
                topics.add(ofTopic);
            }
        }
        found.clear();
    }

    private int advance() {
        int work = 0;
        for (; hasRoom() && !retains.isEmpty(); work++) {
            send(retains.poll());
        }
        for (; hasRoom() && !orphans.isEmpty(); work++) {
            send(orphans.poll());
        }
        for (; hasRoom() && !topics.isEmpty(); work++) {
            inflight++;
            lookUp(topics.poll(), 0, new HashMap<>(), pass);
        }
        if (inflight == 0 && isNothingLeft()) {
            rest();
        }
        return work;
    }

    private boolean isNothingLeft() {
        return topics.isEmpty() && retains.isEmpty() && orphans.isEmpty();
    }

    private boolean isOfInterest(final PartitionContents contents) {
        return kind == Kind.OFFSETS ? contents.groups() > 0 : contents.sealedTimestamp() != 0;
    }

    private boolean hasRoom() {
        return inflight < inflightMax;
    }

    private void rest() {
        pass++;
        stage(Stage.RESTING);
        restFromNs = nowNs;
        topics.clear();
        retains.clear();
        orphans.clear();
        found.clear();
        inflight = 0;
    }

    private void lookUp(
            final List<PartitionContents> contents,
            final int fromPartition,
            final Map<Long, PartitionInfo> partitions,
            final long ofPass) {
        final long namespace = contents.get(0).namespace();
        metadata.ask(
                new TopicQueries.GetTopic(
                        Identifier.of(namespaces.stream(namespace)),
                        Identifier.of(namespaces.topic(namespace)),
                        fromPartition),
                Consistency.COMMITTED,
                Answers.TopicDetails::read,
                details -> {
                    if (ofPass != pass) {
                        return;
                    }
                    for (final PartitionInfo each : details.partitions().entries()) {
                        partitions.put(namespace(namespace, each.number()), each);
                    }
                    if (details.partitions().hasMore()) {
                        lookUp(contents, details.partitions().next(), partitions, ofPass);
                        return;
                    }
                    onLookedUp(contents, details, partitions, ofPass);
                },
                (outcome, status) -> onDone(ofPass));
    }

    private void onLookedUp(
            final List<PartitionContents> contents,
            final Answers.TopicDetails details,
            final Map<Long, PartitionInfo> partitions,
            final long ofPass) {
        if (kind == Kind.OFFSETS) {
            sweep(contents, details, partitions, ofPass);
            return;
        }
        inflight--;
        retains.addAll(
                kind == Kind.BY_SIZE
                        ? RetentionPlan.bySize(details.topic().settings(), partitions, contents)
                        : RetentionPlan.byAge(details.topic().settings(), partitions, contents, wallMicros));
    }

    private void sweep(
            final List<PartitionContents> contents,
            final Answers.TopicDetails details,
            final Map<Long, PartitionInfo> partitions,
            final long ofPass) {
        final List<OffsetSweep.Source> sources = RetentionPlan.living(partitions, contents).stream()
                .filter(this::isOfInterest)
                .map(each -> new OffsetSweep.Source(
                        each, partitions.get(each.namespace()).group()))
                .toList();
        new OffsetSweep(metadata, details.stream(), details.topic().number(), sources, swept -> {
                    onDone(ofPass);
                    if (ofPass == pass && swept != null) {
                        orphans.addAll(swept);
                    }
                })
                .begin();
    }

    private void send(final OffsetSweep.Orphan orphan) {
        inflight++;
        final long ofPass = pass;
        final UnsafeBuffer body = new UnsafeBuffer(new byte[PartitionOperation.DELETE_OFFSET_LENGTH]);
        metadata.groups()
                .submit(
                        MetadataLink.LANE,
                        orphan.group(),
                        orphan.namespace(),
                        orphan.incarnation(),
                        PartitionOperation.DELETE_OFFSET,
                        body,
                        0,
                        PartitionOperation.putDeleteOffset(body, 0, ConsumerKind.GROUP, orphan.consumer()),
                        GroupRequests.NO_DEADLINE,
                        (outcome, status, reply, offset, length) -> onDone(ofPass));
    }

    private void send(final RetentionPlan.Retain retain) {
        inflight++;
        final long ofPass = pass;
        final UnsafeBuffer body = new UnsafeBuffer(new byte[PartitionOperation.RETAIN_LENGTH]);
        metadata.groups()
                .submit(
                        MetadataLink.LANE,
                        retain.group(),
                        retain.namespace(),
                        retain.incarnation(),
                        PartitionOperation.RETAIN,
                        body,
                        0,
                        PartitionOperation.putRetain(body, 0, retain.age(), retain.bytesBelow(), retain.notAfter()),
                        GroupRequests.NO_DEADLINE,
                        (outcome, status, reply, offset, length) -> onDone(ofPass));
    }

    /** The topic may be gone, or the partition's life over, or the outcome unknown: the next pass sees how it is. */
    private void onDone(final long ofPass) {
        if (ofPass == pass) {
            inflight--;
        }
    }

    private long topic(final long namespace) {
        return namespace(namespace, 0);
    }

    private long namespace(final long ofTopic, final int partition) {
        return namespaces.pack(namespaces.stream(ofTopic), namespaces.topic(ofTopic), partition);
    }
}
