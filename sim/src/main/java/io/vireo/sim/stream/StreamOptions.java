package io.vireo.sim.stream;

import io.vireo.node.stream.partition.PartitionMachine;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the clients of one run's streams do, and how its processes are made up. Immutable.
 *
 * @param shards by replica, those of the processes that run one after the other; behind the last comes the first again.
 * @param sessionsPerGroup that the connections of a shard share.
 * @param streams names of streams.
 * @param topics names of topics in each.
 * @param partitionsMax of a topic that is made.
 * @param groups names of consumer groups of each topic.
 * @param mix how often what is asked, by {@link Kind}.
 * @param isExpiring true if some topics forget.
 * @param isStrange true if clients send frames that are no requests, too.
 * @param endedMax ends of partitions that a group knows one by one.
 * @param accountClients clients beside the others, which make, change and delete users and act as them.
 */
public record StreamOptions(
        List<List<Integer>> shards,
        int sessionsPerGroup,
        int streams,
        int topics,
        int partitionsMax,
        int groups,
        List<Integer> mix,
        boolean isExpiring,
        boolean isStrange,
        int endedMax,
        int accountClients) {
    public StreamOptions {
        shards = shards.stream().map(List::copyOf).toList();
        mix = List.copyOf(mix);
    }

    /** What a client can ask for. */
    public enum Kind {
        SEND,
        POLL,
        OFFSET,
        CREATE,
        REMOVE,
        GROUP,
        SEGMENTS,
        LOOK
    }

    private static final int MIX_OPTIONS = 1;
    private static final int ENDED_OPTIONS = 2;
    private static final int STRANGE_OPTIONS = 3;
    private static final int SHARDS_OPTIONS = 20;
    /** Fewer than the partitions that end in most runs. */
    private static final int ENDED_FEW = 8;

    /** Numbers of shards that a replica goes through, where they change. */
    private static final int SHARD_LIVES = 3;

    private static final int ACCOUNT_CLIENTS_MAX = 3;

    /** Draws them. @param groupCount of the cluster. @param replicas all that there may be. */
    public static StreamOptions of(final long seed, final int replicas, final int groupCount) {
        final Draws draws = new Draws(seed, Stream.STREAM_OPTIONS, 0);
        final List<List<Integer>> shards = new ArrayList<>(replicas);
        for (int replica = 0; replica < replicas; replica++) {
            // Each by itself: what is drawn of one is the same however many there are.
            shards.add(shards(new Draws(seed, Stream.STREAM_OPTIONS, SHARDS_OPTIONS + replica), groupCount));
        }
        return new StreamOptions(
                shards,
                draws.between(1, 4),
                draws.between(1, 2),
                draws.between(1, 3),
                draws.between(1, 4),
                draws.between(1, 2),
                mix(new Draws(seed, Stream.STREAM_OPTIONS, MIX_OPTIONS)),
                draws.chance(1, 2),
                new Draws(seed, Stream.STREAM_OPTIONS, STRANGE_OPTIONS).chance(1, 2),
                endedMax(new Draws(seed, Stream.STREAM_OPTIONS, ENDED_OPTIONS)),
                accountClients(new Draws(seed, Stream.STREAM_USERS, 0)));
    }

    /** Of half of the replicas the number changes with restarts. */
    private static List<Integer> shards(final Draws draws, final int groupCount) {
        final List<Integer> shards = new ArrayList<>();
        shards.add(draws.between(1, groupCount));
        final int lives = draws.chance(1, 2) ? 1 : SHARD_LIVES;
        while (shards.size() < lives) {
            shards.add(draws.between(1, groupCount));
        }
        return shards;
    }

    /** Shards of the process of a replica in one of its lives. */
    int shards(final int replica, final int life) {
        final List<Integer> ofReplica = shards.get(replica);
        return ofReplica.get(life % ofReplica.size());
    }

    /** In half of the runs so few that groups forget. */
    private static int endedMax(final Draws draws) {
        return draws.chance(1, 2) ? draws.between(1, ENDED_FEW) : PartitionMachine.ENDED_MAX;
    }

    private static int accountClients(final Draws draws) {
        return draws.chance(1, 2) ? draws.between(1, ACCOUNT_CLIENTS_MAX) : 0;
    }

    /** Sends, polls and what makes topics are there always; each other kind in half of the runs. */
    private static List<Integer> mix(final Draws draws) {
        final List<Integer> mix = new ArrayList<>(Collections.nCopies(Kind.values().length, 0));
        mix.set(Kind.SEND.ordinal(), draws.between(16, 64));
        mix.set(Kind.POLL.ordinal(), draws.between(8, 48));
        mix.set(Kind.CREATE.ordinal(), draws.between(4, 12));
        for (final Kind kind : new Kind[] {Kind.OFFSET, Kind.REMOVE, Kind.GROUP, Kind.SEGMENTS, Kind.LOOK}) {
            final boolean isOn = draws.chance(1, 2);
            final int often = (int) draws.logUniform(1, kind == Kind.GROUP ? 24 : 8);
            mix.set(kind.ordinal(), isOn ? often : 0);
        }
        return mix;
    }

    /** Draws what is asked next. */
    Kind next(final Draws work) {
        int sum = 0;
        for (final int each : mix) {
            sum += each;
        }
        int left = work.nextInt(sum);
        for (final Kind kind : Kind.values()) {
            left -= mix.get(kind.ordinal());
            if (left < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("a share of the whole is below it");
    }
}
