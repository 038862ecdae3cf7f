package io.vireo.node.gateway.service;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.partition.ConsumerKind;
import io.vireo.node.stream.partition.PartitionContents;
import io.vireo.node.stream.partition.PartitionQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the offsets that deleted consumer groups have left in the partitions of one topic. It reads the offsets first and the groups of the
 * topic after that, of a state that has all that was acknowledged: a group whose offset was there had been made before, so that one which is
 * not found then was deleted, and its number never comes again. Whatever is deleted or stored meanwhile the next sweep finds.
 */
final class OffsetSweep {
    /** An offset that is of no use. @param group of the cluster, that has the partition. */
    record Orphan(long namespace, long incarnation, int group, long consumer) {}

    private final MetadataLink metadata;
    private final Identifier stream;
    private final Identifier topic;
    private final List<Source> sources;
    /** Null if something could not be read. */
    private final Consumer<List<Orphan>> onSwept;

    private final List<Orphan> candidates = new ArrayList<>();
    private final TreeSet<Long> living = new TreeSet<>();

    /** A partition with offsets of groups, and the group of the cluster that has it. */
    record Source(PartitionContents contents, int group) {}

    /** @param onSwept takes what is to be deleted, or null if it is not known; once. */
    OffsetSweep(
            final MetadataLink metadata,
            final int stream,
            final int topic,
            final List<Source> sources,
            final Consumer<List<Orphan>> onSwept) {
        this.metadata = metadata;
        this.stream = Identifier.of(stream);
        this.topic = Identifier.of(topic);
        this.sources = sources;
        this.onSwept = onSwept;
    }

    void begin() {
        readOffsets(0, Long.MIN_VALUE);
    }

    private void readOffsets(final int index, final long from) {
        if (index == sources.size()) {
            readGroups(0);
            return;
        }
        final Source source = sources.get(index);
        final PartitionContents contents = source.contents;
        final UnsafeBuffer query = new UnsafeBuffer(new byte[PartitionQuery.GROUPS_LENGTH]);
        metadata.groups()
                .read(
                        source.group,
                        contents.namespace(),
                        Consistency.COMMITTED,
                        query,
                        0,
                        PartitionQuery.putGroups(query, 0, contents.incarnation(), from),
                        GroupRequests.NO_DEADLINE,
                        (outcome, status, answer, offset, length) -> {
                            if (outcome != Outcome.OK) {
                                onSwept.accept(null);
                                return;
                            }
                            final int count = answer.getInt(offset, LITTLE_ENDIAN);
                            final boolean hasMore =
                                    answer.getInt(offset + PartitionQuery.GROUPS_MORE_OFFSET, LITTLE_ENDIAN) != 0;
                            long last = from;
                            for (int i = 0; i < count; i++) {
                                final int at = offset + PartitionQuery.GROUPS_PREFIX_LENGTH + i * Long.BYTES;
                                last = answer.getLong(at, LITTLE_ENDIAN);
                                candidates.add(
                                        new Orphan(contents.namespace(), contents.incarnation(), source.group, last));
                            }
                            if (hasMore) {
                                readOffsets(index, last + 1);
                            } else {
                                readOffsets(index + 1, Long.MIN_VALUE);
                            }
                        });
    }

    private void readGroups(final int from) {
        metadata.ask(
                new TopicQueries.GetGroups(stream, topic, from),
                Consistency.LINEARIZABLE,
                in -> Answers.Page.read(in, Answers.GroupInfo::read),
                page -> {
                    page.entries()
                            .forEach(each -> living.add(ConsumerKind.ofGroup(each.number(), each.createdAtMicros())));
                    if (page.hasMore()) {
                        readGroups(page.next());
                    } else {
                        candidates.removeIf(each -> living.contains(each.consumer));
                        onSwept.accept(candidates);
                    }
                },
                (outcome, status) -> onSwept.accept(null));
    }
}
