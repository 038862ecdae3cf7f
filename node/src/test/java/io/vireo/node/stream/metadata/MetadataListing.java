package io.vireo.node.stream.metadata;

import io.vireo.node.stream.Namespaces;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All that can be seen of the metadata, line by line, from the subject and from the model in the same words. */
final class MetadataListing {
    private MetadataListing() {}

    static List<String> of(final MetadataState state) {
        final List<String> lines = new ArrayList<>();
        for (final Stream stream : state.streams().all()) {
            lines.add("stream " + stream.number() + " " + stream.name() + " " + stream.createdAtMicros());
            for (final Topic topic : stream.topics()) {
                lines.add("topic " + topic.number() + " " + topic.name() + " " + topic.createdAtMicros() + " "
                        + topic.settings());
                final TopicPartitions partitions = topic.partitions();
                for (int partition = 0; partition < partitions.count(); partition++) {
                    final long namespace = state.namespaces().pack(stream.number(), topic.number(), partition);
                    lines.add("partition " + namespace + " " + state.incarnationOf(namespace) + " "
                            + partitions.createdAtMicros(partition) + " " + state.groupOf(namespace));
                }
                for (final ConsumerGroup group : topic.consumerGroups()) {
                    add(lines, group, partitions.count());
                }
            }
        }
        state.drops()
                .groups()
                .forEach(group -> state.drops().pending(group).forEach(drop -> lines.add(drop.toString())));
        lines.add("partitions " + state.partitionCount() + " drops "
                + state.drops().size());
        lines.add("moving " + state.consumerGroups().moving());
        return lines;
    }

    static List<String> of(final MetadataModel model) {
        final List<String> lines = new ArrayList<>();
        final List<GroupKey> moving = new ArrayList<>();
        model.streams.forEach((number, stream) -> {
            lines.add("stream " + number + " " + stream.name + " " + stream.created);
            stream.topics.forEach((topicNumber, topic) -> {
                lines.add("topic " + topicNumber + " " + topic.name + " " + topic.created + " " + topic.settings);
                for (int partition = 0; partition < topic.partitions.size(); partition++) {
                    final MetadataModel.ModelPartition life = topic.partitions.get(partition);
                    lines.add("partition " + new Namespaces(model.limits).pack(number, topicNumber, partition) + " "
                            + life.incarnation() + " " + life.created() + " " + life.group());
                }
                topic.groups.forEach((groupNumber, group) -> {
                    add(lines, groupNumber, group);
                    if (!group.revocations.isEmpty()) {
                        moving.add(new GroupKey(number, topicNumber, groupNumber));
                    }
                });
            });
        });
        model.drops.stream().sorted(Comparator.comparingInt(Drop::group)).forEach(drop -> lines.add(drop.toString()));
        lines.add("partitions " + model.live() + " drops " + model.drops.size());
        lines.add("moving " + moving);
        return lines;
    }

    private static void add(final List<String> lines, final ConsumerGroup group, final int partitions) {
        lines.add("group " + group.number() + " " + group.name() + " " + group.createdAtMicros() + " "
                + group.generation());
        group.members().forEach(member -> lines.add("member " + member.slot() + " " + member.connection()));
        for (int partition = 0; partition < partitions; partition++) {
            if (group.assignment().owner(partition) != Assignment.NOBODY) {
                lines.add("owner " + partition + " " + group.assignment().owner(partition) + " "
                        + group.assignment().isRevoked(partition));
            }
        }
        group.assignment().revocations().forEach(revocation -> lines.add(revocation.toString()));
    }

    private static void add(final List<String> lines, final int number, final GroupModel group) {
        lines.add("group " + number + " " + group.name + " " + group.created + " " + group.generation);
        group.seats.forEach((slot, seat) -> lines.add("member " + slot + " " + seat));
        group.owners.forEach((partition, owner) ->
                lines.add("owner " + partition + " " + owner + " " + group.revocations.containsKey(partition)));
        group.revocations.values().forEach(revocation -> lines.add(revocation.toString()));
    }
}
