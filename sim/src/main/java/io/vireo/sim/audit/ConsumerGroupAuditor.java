package io.vireo.sim.audit;

import java.util.List;
import java.util.TreeMap;

/**
 * A20: the groups of consumers. Each partition of the topic has one owner as long as there are members, and none without; nobody but its
 * owner may poll it, and never two at a time; all members know the same generation, which only rises.
 */
public final class ConsumerGroupAuditor extends Auditor {
    /**
     * A member as the state machine describes it.
     *
     * @param owned partitions that it owns.
     * @param polled of these the ones that it may poll; null if that is not known.
     */
    public record Member(int slot, long generation, List<Integer> owned, List<Integer> polled) {}

    /** By life of a group: its last generation. */
    private final TreeMap<String, Long> generations = new TreeMap<>();

    private long checked;

    public ConsumerGroupAuditor(final AuditLog log) {
        super("A20", log);
    }

    /** Groups with members that were looked at. */
    public long checked() {
        return checked;
    }

    /**
     * A group after an op, or as a client was told of it.
     *
     * @param replica -1 if a client was told.
     * @param group name of one life of the group; null if it is not known which one.
     * @param partitions of the topic.
     */
    public void onGroup(
            final int replica, final long op, final String group, final int partitions, final List<Member> members) {
        if (!members.isEmpty()) {
            checked++;
        }
        final int[] owners = new int[partitions];
        for (final Member member : members) {
            for (final int partition : member.owned) {
                if (partition < 0 || partition >= partitions || ++owners[partition] > 1) {
                    report(replica, op, "a partition has one owner", group, members);
                    return;
                }
            }
            if (member.polled != null && !member.owned.containsAll(member.polled)) {
                report(replica, op, "nobody but its owner polls a partition", group, members);
            }
            if (member.generation != members.get(0).generation) {
                report(replica, op, "all members of a group know one generation", group, members);
            }
        }
        for (int partition = 0; partition < partitions && !members.isEmpty(); partition++) {
            if (owners[partition] == 0) {
                report(replica, op, "every partition has an owner as long as there are members", group, members);
                return;
            }
        }
        if (group != null && !members.isEmpty()) {
            final long generation = members.get(0).generation;
            final Long before = generations.put(group, generation);
            if (before != null && before > generation) {
                report(replica, op, "the generation of a group only rises", group, members);
            }
        }
    }

    private void report(
            final int replica, final long op, final String invariant, final String group, final List<Member> members) {
        fail(invariant, replica, 0, op, "group " + group + ": " + members);
    }
}
