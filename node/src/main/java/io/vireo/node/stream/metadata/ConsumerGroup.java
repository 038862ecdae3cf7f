package io.vireo.node.stream.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Consumers that share the partitions of a topic. Changed by {@link ConsumerGroups} alone. */
public final class ConsumerGroup extends Entity {
    /** Ascending by slot. */
    private final List<Member> members = new ArrayList<>();

    private final Assignment assignment = new Assignment();
    private long generation;

    ConsumerGroup(final int number, final String name, final long createdAtMicros, final long generation) {
        super(number, name, createdAtMicros);
        this.generation = generation;
    }

    /** In the order of their slots; a view. */
    public List<Member> members() {
        return Collections.unmodifiableList(members);
    }

    public Assignment assignment() {
        return assignment;
    }

    /** Rises whenever members or their shares change, over all groups of a cluster, so that no successor of this number repeats one. */
    public long generation() {
        return generation;
    }

    /** Null if it is no member. */
    public Member member(final Connection connection) {
        for (final Member member : members) {
            if (member.connection().equals(connection)) {
                return member;
            }
        }
        return null;
    }

    /** Null if there is none. */
    public Member member(final int slot) {
        int low = 0;
        int high = members.size() - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final Member member = members.get(middle);
            if (member.slot() == slot) {
                return member;
            }
            if (member.slot() < slot) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    void generation(final long newGeneration) {
        generation = newGeneration;
    }

    /** Takes the lowest free slot. */
    Member add(final Connection connection) {
        int slot = 0;
        while (slot < members.size() && members.get(slot).slot() == slot) {
            slot++;
        }
        final Member member = new Member(slot, connection);
        members.add(slot, member);
        return member;
    }

    /** From a snapshot, in the order of the slots. */
    void append(final Member member) {
        members.add(member);
    }

    void remove(final Member member) {
        members.remove(member);
    }
}
