package io.vireo.journal.superblock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.journal.util.InvariantException;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class VsrStateTest {
    private static final VsrState FULL = States.full();

    @Test
    void shouldBeEmptyLogThatEndsAtItsRootWhenGroupIsNew() {
        final VsrState root = States.root();
        assertEquals(0, root.view());
        assertEquals(0, root.checkpoint().op());
        assertEquals(root.checkpoint().checksumLo(), root.startView().headChecksumLo());
        assertEquals(root.checkpoint().checksumHi(), root.startView().headChecksumHi());
        assertEquals(0, root.startView().count());
        assertNull(root.doViewChange());
        assertEquals(root, VsrState.root(States.CLUSTER_LO, States.CLUSTER_HI, States.IDENTITY.group()));
    }

    @Test
    void shouldKeepEveryFieldWhenBuiltAgain() {
        assertEquals(FULL, FULL.toBuilder().build());
    }

    @Test
    void shouldBreakInvariantWhenStateContradictsItself() {
        refuse(builder -> builder.logView(10));
        refuse(builder -> builder.logView(-1));
        refuse(builder -> builder.view(1L << 32));
        refuse(builder -> builder.commitMax(99));
        refuse(builder -> builder.synced(99, 1, 1));
        refuse(builder -> builder.checkpointQuorum(-1, 0));
        refuse(builder -> builder.view(7), "a DoViewChange while view == logView");
        // The suffix starts at 114: above commitMax 110 and not at the checkpoint, so that committed ops would be
        // missing between.
        refuse(builder -> builder.startView(States.chain(115, 2, 7)));
        final UnsafeBuffer headers = new UnsafeBuffer(new byte[3 * 256]);
        headers.putBytes(0, States.chain(111, 3, 7).headers(), 0, headers.capacity());
        refuse(builder -> builder.startView(HeaderSuffix.copyOf(112, headers, 0, 3)), "ops do not follow each other");
        headers.putByte(256, (byte) (headers.getByte(256) + 1));
        refuse(builder -> builder.startView(HeaderSuffix.copyOf(111, headers, 0, 3)), "parents do not chain");
        headers.setMemory(256, 256, (byte) 0);
        refuse(
                builder -> builder.startView(HeaderSuffix.copyOf(111, headers, 0, 3)),
                "a StartView with a blank header");
        assertThrows(IllegalArgumentException.class, () -> HeaderSuffix.copyOf(1, headers, 0, 0));
        assertThrows(
                IllegalArgumentException.class, () -> HeaderSuffix.copyOf(1, headers, 0, HeaderSuffix.COUNT_MAX + 1));
    }

    @Test
    void shouldNameRuleWhenSuccessorForgets() {
        final VsrState later =
                FULL.toBuilder().view(12).logView(12).doViewChange(null).build();
        assertNull(later.brokenRuleAfter(FULL));
        assertNull(FULL.brokenRuleAfter(FULL));
        assertNotNull(FULL.brokenRuleAfter(later));
        assertNotNull(change(builder -> builder.view(8).doViewChange(null)).brokenRuleAfter(FULL));
        assertNotNull(change(builder -> builder.logView(6)).brokenRuleAfter(FULL));
        assertNotNull(change(builder -> builder.commitMax(109)).brokenRuleAfter(FULL));
        assertNotNull(change(builder -> builder.checkpointQuorum(89, 1_800)).brokenRuleAfter(FULL));
        assertNotNull(change(builder -> builder.synced(111, 1, 1)).brokenRuleAfter(FULL));
        assertNotNull(
                change(builder -> builder.startView(States.chain(114, 17, 7))).brokenRuleAfter(FULL));
        assertNotNull(
                change(builder -> builder.doViewChange(States.chain(117, 17, 7)))
                        .brokenRuleAfter(FULL),
                "a DoViewChange was sent");
        assertNotNull(change(builder -> builder.doViewChange(null)).brokenRuleAfter(FULL));
        assertNull(change(builder -> builder.view(10).doViewChange(States.chain(117, 17, 7)))
                .brokenRuleAfter(FULL));
        assertNull(
                change(builder -> builder.logView(8).synced(105, 1, 1)).brokenRuleAfter(FULL),
                "a StartView cut what was synced");
        assertNull(
                change(builder -> builder.checkpoint(another(FULL.checkpoint(), 0)))
                        .brokenRuleAfter(FULL),
                "the state of the others took the place of one that had diverged");
        assertNotNull(change(builder -> builder.checkpoint(another(FULL.checkpoint(), 1)))
                .brokenRuleAfter(FULL));
        final CheckpointState other = CheckpointState.root(1, 2);
        assertNotNull(change(builder -> builder.checkpoint(other).startView(States.chain(17, 17, 7)))
                .brokenRuleAfter(FULL));
    }

    /** Another state at the op of this one, of a log that ends so much later there. */
    private static CheckpointState another(final CheckpointState of, final long later) {
        return new CheckpointState(
                of.op(),
                of.checksumLo(),
                of.checksumHi(),
                of.view(),
                of.endPosition() + later,
                of.timestamp(),
                of.snapshotIdLo() + 1,
                of.snapshotIdHi(),
                of.manifestHash());
    }

    private static VsrState change(final UnaryOperator<VsrState.Builder> change) {
        return change.apply(FULL.toBuilder()).build();
    }

    private static void refuse(final UnaryOperator<VsrState.Builder> change) {
        refuse(change, "");
    }

    private static void refuse(final UnaryOperator<VsrState.Builder> change, final String why) {
        assertThrows(InvariantException.class, () -> change(change), why);
    }
}
