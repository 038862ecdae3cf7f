package io.vireo.node.viewchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.core.Quorums;
import io.vireo.node.message.DoViewChangeFlyweight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Laws of the log merge over DoViewChanges that a legal history can give: a model cluster runs through views, acknowledges, loses,
 * damages and truncates, and remembers what it has committed.
 */
class LogMergeProps {
    private static final int PIPELINE_MAX = 4;

    /** One entry of the model: the header, and whether the replica has it durable, never had it durable, or lost it. */
    private enum Kept {
        CLEAN,
        MISSING,
        FAULTY
    }

    private static final class ModelReplica {
        final List<PrepareFlyweight> log = new ArrayList<>();
        final List<Kept> kept = new ArrayList<>();
        long logView;
        long commitMax;
    }

    @Property(tries = 1000)
    void shouldKeepEveryCommittedOpAndNotDependOnOrder(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 7) final int replicas) {
        final Random random = new Random(seed);
        final Quorums quorums = Quorums.of(replicas);
        final ModelReplica[] cluster = new ModelReplica[replicas];
        for (int i = 0; i < replicas; i++) {
            cluster[i] = new ModelReplica();
        }
        final List<PrepareFlyweight> committed = new ArrayList<>();
        long nextBody = 1;
        for (long view = 1; view <= 6; view++) {
            final List<Integer> order = shuffled(replicas, random);
            final DoViewChangeQuorum collected = new DoViewChangeQuorum(replicas);
            final LogMerge merge = new LogMerge(quorums);
            int used = 0;
            LogMerge.Outcome outcome = LogMerge.Outcome.AWAIT;
            while (outcome == LogMerge.Outcome.AWAIT && used < replicas) {
                collected.put(doViewChange(cluster[order.get(used)], order.get(used), view));
                used++;
                outcome = merge.decide(collected, quorums.viewChange());
            }
            if (outcome == LogMerge.Outcome.AWAIT) {
                assertTrue(isAnyFaulty(cluster), "all replicas spoke and nothing is damaged, yet no log was decided");
                return;
            }
            assertTrue(used >= quorums.viewChange());
            assertEquals(committedAmong(merge, committed), committed.size(), "a committed op was lost");
            assertOrderDoesNotMatter(collected, merge, quorums, order.subList(0, used));
            assertEverySetOfThemKeepsWhatIsCommitted(cluster, quorums, committed, view);
            nextBody = runView(cluster, order.subList(0, used), merge, committed, quorums, view, nextBody, random);
        }
    }

    /** Committed ops that the decided log has: those below its bottom are there because the log is a chain. */
    private static int committedAmong(final LogMerge merge, final List<PrepareFlyweight> committed) {
        int count = 0;
        for (final PrepareFlyweight op : committed) {
            final long index = merge.headOp() - op.op();
            if (index < 0) {
                continue;
            }
            if (index >= merge.headerCount()) {
                count++;
            } else if (merge.header((int) index).checksumLo() == op.checksumLo()) {
                count++;
            }
        }
        return count;
    }

    /** Whoever is heard, and however many: a log that can be decided has all that is committed, so no two of them contradict in it. */
    private static void assertEverySetOfThemKeepsWhatIsCommitted(
            final ModelReplica[] cluster,
            final Quorums quorums,
            final List<PrepareFlyweight> committed,
            final long view) {
        for (int set = 0; set < 1 << cluster.length; set++) {
            final DoViewChangeQuorum heard = new DoViewChangeQuorum(cluster.length);
            for (int r = 0; r < cluster.length; r++) {
                if ((set >> r & 1) == 1) {
                    heard.put(doViewChange(cluster[r], r, view));
                }
            }
            final LogMerge merge = new LogMerge(quorums);
            final boolean isDecided = merge.decide(heard, quorums.viewChange()) == LogMerge.Outcome.DECIDED;
            assertTrue(
                    !isDecided || Integer.bitCount(set) >= quorums.viewChange(), "a log is decided below the quorum");
            if (isDecided) {
                assertEquals(committed.size(), committedAmong(merge, committed), "a committed op was lost");
            }
        }
    }

    private static void assertOrderDoesNotMatter(
            final DoViewChangeQuorum collected,
            final LogMerge merge,
            final Quorums quorums,
            final List<Integer> members) {
        final DoViewChangeQuorum reversed = new DoViewChangeQuorum(quorums.replicas());
        for (int i = members.size() - 1; i >= 0; i--) {
            reversed.put(collected.of(members.get(i)));
            reversed.put(collected.of(members.get(i)));
        }
        final LogMerge other = new LogMerge(quorums);
        assertEquals(LogMerge.Outcome.DECIDED, other.decide(reversed, quorums.viewChange()));
        assertEquals(merge.headOp(), other.headOp());
        assertEquals(merge.commitMax(), other.commitMax());
        for (int i = 0; i < merge.headerCount(); i++) {
            assertEquals(merge.header(i).checksumLo(), other.header(i).checksumLo());
        }
    }

    /** The view starts at its primary and at some others, prepares, acknowledges, commits, and damages what it may. */
    private static long runView(
            final ModelReplica[] cluster,
            final List<Integer> voters,
            final LogMerge merge,
            final List<PrepareFlyweight> committed,
            final Quorums quorums,
            final long view,
            final long firstBody,
            final Random random) {
        final List<PrepareFlyweight> log = decidedLog(cluster, voters, merge);
        final List<Integer> joined = new ArrayList<>();
        for (int r = 0; r < cluster.length; r++) {
            if (r == voters.get(0) || random.nextInt(4) > 0) {
                install(cluster[r], log, merge.commitMax(), view);
                joined.add(r);
            }
        }
        long body = firstBody;
        final int prepares = random.nextInt(PIPELINE_MAX + 1);
        long commitMax = merge.commitMax();
        for (int i = 0; i < prepares && log.size() - commitMax < PIPELINE_MAX; i++) {
            log.add(header(log.size() + 1, view, log.isEmpty() ? null : log.get(log.size() - 1), commitMax, body++));
        }
        // Each member of the view receives a prefix of the log and has a prefix of that durable: acknowledgements are
        // prefixes.
        final int[] acknowledged = new int[cluster.length];
        for (final int r : joined) {
            final ModelReplica replica = cluster[r];
            final int received = r == voters.get(0)
                    ? log.size()
                    : Math.max(replica.log.size(), log.size() - random.nextInt(PIPELINE_MAX + 1));
            while (replica.log.size() < received) {
                replica.log.add(log.get(replica.log.size()));
                replica.kept.add(Kept.MISSING);
            }
            int durable = 0;
            while (durable < received && (replica.kept.get(durable) == Kept.CLEAN || random.nextInt(3) > 0)) {
                replica.kept.set(durable, Kept.CLEAN);
                durable++;
            }
            acknowledged[r] = durable;
        }
        while (commitMax < log.size() && isAcknowledged(acknowledged, commitMax + 1, quorums.replication())) {
            commitMax++;
        }
        for (int op = committed.size(); op < commitMax; op++) {
            committed.add(log.get(op));
        }
        for (final int r : joined) {
            if (random.nextBoolean()) {
                cluster[r].commitMax = Math.max(cluster[r].commitMax, commitMax);
            }
        }
        // At most replication quorum - 1 copies of an op are damaged, all at the same replicas.
        for (int i = 0; i < quorums.replication() - 1; i++) {
            final ModelReplica victim = cluster[joined.get(random.nextInt(joined.size()))];
            if (random.nextInt(4) == 0 && victim == cluster[joined.get(0)] && !victim.kept.isEmpty()) {
                final int at = victim.kept.size() - 1 - random.nextInt(Math.min(2, victim.kept.size()));
                if (victim.kept.get(at) == Kept.CLEAN) {
                    victim.kept.set(at, Kept.FAULTY);
                }
            }
        }
        return body;
    }

    private static boolean isAcknowledged(final int[] acknowledged, final long op, final int quorum) {
        int count = 0;
        for (final int a : acknowledged) {
            count += a >= op ? 1 : 0;
        }
        return count >= quorum;
    }

    private static List<PrepareFlyweight> decidedLog(
            final ModelReplica[] cluster, final List<Integer> voters, final LogMerge merge) {
        final long bottom = merge.headOp() - merge.headerCount() + 1;
        final List<PrepareFlyweight> log = new ArrayList<>();
        for (final int r : voters) {
            final List<PrepareFlyweight> known = cluster[r].log;
            final boolean isBase = merge.headerCount() == 0
                    ? known.size() >= merge.headOp()
                    : known.size() >= bottom
                            && known.get((int) bottom - 1).checksumLo()
                                    == merge.header(merge.headerCount() - 1).checksumLo();
            if (isBase) {
                log.addAll(known.subList(0, (int) Math.max(bottom - 1, 0)));
                break;
            }
        }
        for (int i = merge.headerCount() - 1; i >= 0; i--) {
            log.add(merge.header(i));
        }
        assertEquals(merge.headOp(), log.size());
        return log;
    }

    private static void install(
            final ModelReplica replica, final List<PrepareFlyweight> log, final long commitMax, final long view) {
        int same = 0;
        while (same < Math.min(replica.log.size(), log.size())
                && replica.log.get(same).checksumLo() == log.get(same).checksumLo()) {
            same++;
        }
        while (replica.log.size() > same) {
            replica.log.remove(replica.log.size() - 1);
            replica.kept.remove(replica.kept.size() - 1);
        }
        for (int i = same; i < log.size(); i++) {
            replica.log.add(log.get(i));
            replica.kept.add(Kept.MISSING);
        }
        replica.logView = view;
        replica.commitMax = Math.max(replica.commitMax, commitMax);
    }

    private static DoViewChangeFlyweight doViewChange(final ModelReplica replica, final int index, final long view) {
        final long head = replica.log.size();
        long commit = Math.max(replica.commitMax, head - PIPELINE_MAX);
        if (head > 0) {
            commit = Math.max(commit, replica.log.get((int) head - 1).commit());
        }
        final long bottom = Math.max(1, Math.min(commit, head));
        final int count = (int) (head - bottom + 1);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH * (1 + count)]);
        final DoViewChangeFlyweight frame = new DoViewChangeFlyweight().wrap(buffer, 0);
        frame.init(Command.DO_VIEW_CHANGE, 1, 2, buffer.capacity(), view, index, 0);
        long present = 0;
        long nack = 0;
        for (int i = 0; i < count; i++) {
            final PrepareFlyweight entry = replica.log.get((int) (head - i) - 1);
            buffer.putBytes(
                    HeaderFlyweight.HEADER_LENGTH * (1 + i),
                    entry.buffer(),
                    entry.offset(),
                    HeaderFlyweight.HEADER_LENGTH);
            switch (replica.kept.get((int) (head - i) - 1)) {
                case CLEAN -> present |= 1L << i;
                case MISSING -> nack |= head - i > commit ? 1L << i : 0;
                case FAULTY -> {
                    // abstains
                }
            }
        }
        frame.logView(replica.logView)
                .headerCount(count)
                .headOp(head)
                .commitMax(commit)
                .present(present)
                .nack(nack);
        return frame;
    }

    private static PrepareFlyweight header(
            final long op, final long view, final PrepareFlyweight parent, final long commit, final long body) {
        final PrepareFlyweight header =
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        header.init(Command.PREPARE, 1, 2, HeaderFlyweight.HEADER_LENGTH, view, 0, 0);
        header.parent(parent == null ? 0 : parent.checksumLo(), parent == null ? 0 : parent.checksumHi())
                .op(op)
                .commit(commit)
                .timestamp(body)
                .requestCount(1);
        header.seal(new Checksum());
        return header;
    }

    private static boolean isAnyFaulty(final ModelReplica[] cluster) {
        for (final ModelReplica replica : cluster) {
            if (replica.kept.contains(Kept.FAULTY)) {
                return true;
            }
        }
        return false;
    }

    private static List<Integer> shuffled(final int count, final Random random) {
        final List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        return order;
    }
}
