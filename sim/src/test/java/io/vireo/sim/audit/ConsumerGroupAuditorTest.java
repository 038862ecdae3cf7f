package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.sim.audit.ConsumerGroupAuditor.Member;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps silent about groups that share their partitions, and fires on those that do not. */
class ConsumerGroupAuditorTest {
    private final Rig rig = new Rig();
    private final ConsumerGroupAuditor auditor = new ConsumerGroupAuditor(rig.log);

    private void group(final Member... members) {
        auditor.onGroup(0, 1, "g", 3, List.of(members));
    }

    private static Member member(final int slot, final long generation, final Integer... owned) {
        return new Member(slot, generation, List.of(owned), List.of(owned));
    }

    @Test
    void shouldKeepSilentWhenAllPartitionsAreShared() {
        group();
        group(member(0, 1, 0, 1, 2));
        group(member(0, 2, 0, 2), member(1, 2, 1));
        group(new Member(0, 2, List.of(0, 1, 2), List.of(0)), member(1, 2));
        auditor.onGroup(-1, 0, null, 1, List.of(new Member(0, 0, List.of(0), null)));
        assertNull(rig.signature());
        assertEquals(4, auditor.checked());
    }

    @Test
    void shouldReportWhenTwoOwnAPartition() {
        group(member(0, 1, 0, 1), member(1, 1, 1, 2));
        assertEquals("A20: a partition has one owner", rig.signature());
    }

    @Test
    void shouldReportWhenNobodyOwnsAPartition() {
        group(member(0, 1, 0), member(1, 1, 2));
        assertEquals("A20: every partition has an owner as long as there are members", rig.signature());
    }

    @Test
    void shouldReportWhenAMemberPollsWhatItDoesNotOwn() {
        group(new Member(0, 1, List.of(0, 1, 2), List.of(0)), new Member(1, 1, List.of(), List.of(1)));
        assertEquals("A20: nobody but its owner polls a partition", rig.signature());
    }

    @Test
    void shouldReportWhenMembersKnowDifferentGenerations() {
        group(member(0, 1, 0, 1, 2), member(1, 2));
        assertEquals("A20: all members of a group know one generation", rig.signature());
    }

    @Test
    void shouldReportWhenTheGenerationFalls() {
        group(member(0, 2, 0, 1, 2));
        group(member(0, 1, 0, 1, 2));
        assertEquals("A20: the generation of a group only rises", rig.signature());
    }
}
