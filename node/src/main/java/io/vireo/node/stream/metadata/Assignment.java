package io.vireo.node.stream.metadata;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * Which member of a consumer group has which partition. A partition has one owner as long as there are members, also while it moves. Dealt
 * anew in turn when a member leaves or the number of partitions changes; when a member joins, only so many move as make the shares even.
 */
public final class Assignment {
    /** Owner of every partition while there are no members. */
    public static final int NOBODY = -1;

    private static final int[] NO_OWNERS = {};
    private static final int REVOCATION_BYTES = 24;

    /** Slot of the member by partition; empty while there are no members. */
    private int[] owners = NO_OWNERS;

    private final TreeMap<Integer, Revocation> revocations = new TreeMap<>();

    /** Slot of the member, or {@link #NOBODY}. */
    public int owner(final int partition) {
        return partition < owners.length ? owners[partition] : NOBODY;
    }

    /** Whether its owner is to give it up, and so does not poll it. */
    public boolean isRevoked(final int partition) {
        return revocations.containsKey(partition);
    }

    /** Partitions that move, ascending; a view. */
    public Collection<Revocation> revocations() {
        return Collections.unmodifiableCollection(revocations.values());
    }

    /** Those of greater partitions; a view. */
    public Collection<Revocation> revocationsBehind(final int partition) {
        return Collections.unmodifiableCollection(
                revocations.tailMap(partition, false).values());
    }

    /** Partition i to member i mod m, whoever had it; nothing moves after that. */
    void deal(final int partitions, final List<Member> members) {
        revocations.clear();
        owners = members.isEmpty() ? NO_OWNERS : new int[partitions];
        for (int partition = 0; partition < owners.length; partition++) {
            owners[partition] = members.get(partition % members.size()).slot();
        }
    }

    /**
     * Makes shares even, moving as few partitions as that takes, the highest first. Those with the largest shares keep one more than the
     * others where the number does not divide.
     */
    void balance(final int partitions, final List<Member> members, final long generation, final long timestampMicros) {
        if (owners.length == 0) {
            deal(partitions, members);
            return;
        }
        final int[] excess = new int[members.get(members.size() - 1).slot() + 1];
        for (int partition = 0; partition < partitions; partition++) {
            excess[destination(partition)]++;
        }
        subtractQuotas(excess, partitions, members);
        int taker = 0;
        for (int partition = partitions - 1; partition >= 0; partition--) {
            final int giver = destination(partition);
            if (excess[giver] > 0) {
                while (excess[members.get(taker).slot()] >= 0) {
                    taker++;
                }
                final int slot = members.get(taker).slot();
                excess[giver]--;
                excess[slot]++;
                revoke(partition, slot, generation, timestampMicros);
            }
        }
    }

    /** Hands the partition over, if this revocation is still going on. */
    boolean complete(final int partition, final long generation) {
        final Revocation revocation = revocations.get(partition);
        if (revocation == null || revocation.generation() != generation) {
            return false;
        }
        owners[partition] = revocation.toSlot();
        revocations.remove(partition);
        return true;
    }

    /** Hands over what has been moving since then or longer. Returns how many. */
    int completeSince(final long sinceMicros) {
        int completed = 0;
        for (final Revocation revocation : List.copyOf(revocations.values())) {
            if (revocation.sinceMicros() <= sinceMicros && complete(revocation.partition(), revocation.generation())) {
                completed++;
            }
        }
        return completed;
    }

    void writeTo(final SnapshotOutput out) {
        for (final int owner : owners) {
            out.writeInt(owner);
        }
        out.writeInt(revocations.size());
        for (final Revocation revocation : revocations.values()) {
            out.writeInt(revocation.partition());
            out.writeInt(revocation.toSlot());
            out.writeLong(revocation.generation());
            out.writeLong(revocation.sinceMicros());
        }
    }

    void readFrom(final SnapshotInput in, final int partitions, final ConsumerGroup group) {
        owners = group.members().isEmpty() ? NO_OWNERS : new int[partitions];
        for (int partition = 0; partition < owners.length; partition++) {
            owners[partition] = in.readInt();
            in.check(group.member(owners[partition]) != null, "an owner is a member", owners[partition]);
        }
        int last = -1;
        final int count = in.readLength(owners.length, REVOCATION_BYTES, "the number of revocations");
        for (int i = 0; i < count; i++) {
            final int partition = in.readInt();
            in.check(partition > last && partition < owners.length, "revoked partitions ascend", partition);
            final int slot = in.readInt();
            in.check(group.member(slot) != null && slot != owners[partition], "a partition moves to another", slot);
            final long generation = in.readLong();
            in.check(
                    generation > 0 && generation <= group.generation(),
                    "a revocation began in a generation that was",
                    generation);
            revocations.put(partition, new Revocation(partition, slot, generation, in.readLong()));
            last = partition;
        }
    }

    private void revoke(final int partition, final int slot, final long generation, final long timestampMicros) {
        final Revocation present = revocations.get(partition);
        if (slot == owners[partition]) {
            revocations.remove(partition);
        } else {
            revocations.put(
                    partition,
                    present == null ? new Revocation(partition, slot, generation, timestampMicros) : present.to(slot));
        }
    }

    /** Whose it is once nothing moves. */
    private int destination(final int partition) {
        final Revocation revocation = revocations.get(partition);
        return revocation == null ? owners[partition] : revocation.toSlot();
    }

    private static void subtractQuotas(final int[] shares, final int partitions, final List<Member> members) {
        final Member[] bySize = members.toArray(new Member[0]);
        Arrays.sort(bySize, (left, right) -> Integer.compare(shares[right.slot()], shares[left.slot()]));
        for (int i = 0; i < bySize.length; i++) {
            shares[bySize[i].slot()] -= partitions / bySize.length + (i < partitions % bySize.length ? 1 : 0);
        }
    }
}
