package io.vireo.node.gateway.service;

import io.vireo.node.gateway.Figures;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.partition.PartitionContents;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers figures from the primaries of all groups: one round for all who wait, and none while the last one is young. Belongs to the thread
 * of the gateway; {@link #poll} comes before what else happens at that time.
 */
public final class GroupFigures implements Figures {
    /** A round that took long is good for longer, up to the bound: rounds take that part of the time at most. */
    private static final int AGE_PER_DURATION = 16;

    private final StreamLimits limits;
    private final long ageMaxNs;
    private final long timeoutNs;
    private final List<Group> groups = new ArrayList<>();
    private List<Consumer<Round>> waiting = new ArrayList<>();
    private FiguresRound last;
    /** Groups that the round waits for; 0 if there is none under way. */
    private int missing;

    private long beganNs;
    private long ageNs;
    private long nowNs;
    private long rounds;

    /** @param groupCount of the cluster. */
    public GroupFigures(
            final GroupRequests requests,
            final int groupCount,
            final StreamLimits limits,
            final ServiceSettings settings,
            final long nowNs) {
        this.limits = limits;
        this.ageMaxNs = settings.figuresAgeNs();
        this.timeoutNs = settings.figuresTimeoutNs();
        this.nowNs = nowNs;
        for (int group = PartitionGroups.first(groupCount); group < groupCount; group++) {
            groups.add(new Group(new ContentsReader(requests, group, Consistency.LINEARIZABLE)));
        }
    }

    @Override
    public void gather(final Consumer<Round> onGathered) {
        if (last != null && missing == 0 && nowNs - beganNs < ageNs) {
            onGathered.accept(last);
            return;
        }
        waiting.add(onGathered);
        if (missing == 0) {
            begin();
        }
    }

    /** Ends a round that has taken too long. @return 1 if it did. */
    public int poll(final long newNowNs) {
        nowNs = newNowNs;
        if (missing > 0 && nowNs - beganNs >= timeoutNs) {
            end();
            return 1;
        }
        return 0;
    }

    /** Nanoseconds until {@link #poll} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    public long delayNs(final long atNs) {
        return missing > 0 ? Math.max(0, beganNs + timeoutNs - atNs) : Long.MAX_VALUE;
    }

    /** Rounds that were begun. */
    public long rounds() {
        return rounds;
    }

    private void begin() {
        rounds++;
        beganNs = nowNs;
        // A group that has not even answered the round before is not waited for; what it says will do for the next one.
        final List<Group> asked =
                groups.stream().filter(group -> !group.reader.isReading()).toList();
        missing = asked.size();
        if (asked.isEmpty()) {
            end();
            return;
        }
        final long round = rounds;
        asked.forEach(group -> group.read(round));
    }

    private void onGroupEnded(final long round) {
        if (round == rounds && missing > 0 && --missing == 0) {
            end();
        }
    }

    private void end() {
        missing = 0;
        ageNs = Math.min(ageMaxNs, AGE_PER_DURATION * (nowNs - beganNs));
        last = new FiguresRound(
                limits, groups.stream().map(group -> group.known).toList());
        final List<Consumer<Round>> answered = waiting;
        waiting = new ArrayList<>();
        answered.forEach(each -> each.accept(last));
    }

    private final class Group {
        private final ContentsReader reader;
        private List<PartitionContents> known = List.of();

        Group(final ContentsReader reader) {
            this.reader = reader;
        }

        void read(final long round) {
            reader.begin(new ContentsReader.Listener() {
                @Override
                public void onRead(final List<PartitionContents> contents) {
                    known = contents;
                    onGroupEnded(round);
                }

                @Override
                public void onFailed() {
                    onGroupEnded(round);
                }
            });
        }
    }
}
