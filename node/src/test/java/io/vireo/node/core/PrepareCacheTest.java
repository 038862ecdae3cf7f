package io.vireo.node.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Of ops that are applied and not on the disk: what is kept of them, and what is never displaced for them. */
class PrepareCacheTest {
    private static final int SLOTS = 8;
    /** Ops up to this one are applied. */
    private static final long COMMITTED = 20;
    /** Ops up to this one are on the disk. */
    private static final long WRITTEN = 10;

    private final PrepareCache cache = new PrepareCache(SLOTS, 4096);

    @Test
    void shouldKeepAnAppliedOpOnlyWhereTheDiskLacksIt() {
        assertTrue(put(13));
        assertTrue(isHeld(13));
        assertFalse(put(WRITTEN), "it is on the disk");
        assertFalse(cache.put(prepare(14), COMMITTED), "nobody said that the disk lacks it");
        assertTrue(isHeld(13));
    }

    @Test
    void shouldNeverDisplaceWhatIsNotAppliedForWhatIs() {
        final long waiting = COMMITTED + 1;
        assertTrue(put(waiting));
        assertFalse(put(waiting - SLOTS));
        assertTrue(isHeld(waiting));
        assertTrue(put(waiting), "the same again");
    }

    @Test
    void shouldDisplaceWhatIsAppliedForWhatIsNot() {
        assertTrue(put(COMMITTED + 1 - SLOTS));
        assertTrue(put(COMMITTED + 1));
        assertTrue(isHeld(COMMITTED + 1));
        assertFalse(put(COMMITTED + 1 - SLOTS), "it would have to be fetched for ever, in turns with the other one");
    }

    @Test
    void shouldKeepTheEarlierOfTwoThatTheDiskLacksWhicheverComesFirst() {
        assertTrue(put(COMMITTED - 1));
        assertTrue(put(COMMITTED - 1 - SLOTS), "the disk takes it first");
        assertFalse(put(COMMITTED - 1));
        assertTrue(isHeld(COMMITTED - 1 - SLOTS));
    }

    @Test
    void shouldTakeWhatItHasRoomForAndNothingElseWhateverItHolds() {
        for (long held = 1; held <= COMMITTED + SLOTS; held++) {
            for (long op = 1; op <= COMMITTED + SLOTS + 2; op++) {
                final PrepareCache one = new PrepareCache(SLOTS, 4096);
                one.put(prepare(held), COMMITTED, 0);
                final boolean hasRoom = one.hasRoomFor(op, COMMITTED, WRITTEN);
                assertEquals(hasRoom, one.put(prepare(op), COMMITTED, WRITTEN), "op " + op + " on " + held);
                assertEquals(hasRoom || held == op, one.holdsOp(op), "op " + op + " on " + held);
            }
        }
    }

    private boolean put(final long op) {
        return cache.put(prepare(op), COMMITTED, WRITTEN);
    }

    private boolean isHeld(final long op) {
        final PrepareFlyweight prepare = prepare(op);
        return cache.holds(op, prepare.checksumLo(), prepare.checksumHi());
    }

    private static PrepareFlyweight prepare(final long op) {
        final PrepareFlyweight prepare =
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        prepare.init(Command.PREPARE, 1, 2, HeaderFlyweight.HEADER_LENGTH, 0, 0, 0);
        prepare.op(op).seal(new Checksum());
        return prepare;
    }
}
