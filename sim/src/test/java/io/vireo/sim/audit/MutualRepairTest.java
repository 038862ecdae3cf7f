package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DurableImage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether replicas can repair what damage has taken from them while one of them stays outside. */
class MutualRepairTest {
    private static final int[] CORE = {0, 1, 2};

    private final Rig rig = new Rig();
    private final PrepareFlyweight one = rig.prepare(1, 1, null, 0);

    @BeforeEach
    void damageOneOfTwoCopies() {
        rig.entry(0, one, 1, true);
        rig.entry(1, one, 1, true);
        damage(0);
    }

    @Test
    void shouldNotSpareTheOnlyOneThatHoldsWhatAnotherHasLost() {
        assertFalse(rig.atlas.canMakeWhole(0, CORE, 1), "r1 alone has op 1");
        assertTrue(rig.atlas.canMakeWhole(0, CORE, 2), "r0 gets it from r1");
        assertTrue(rig.atlas.canMakeWhole(0, CORE, 0), "who is left has lost nothing");
    }

    @Test
    void shouldSpareAHolderWhereAThirdOneHoldsItToo() {
        rig.entry(2, one, 1, true);
        assertTrue(rig.atlas.canMakeWhole(0, CORE, 1));
        damage(2);
        assertFalse(rig.atlas.canMakeWhole(0, CORE, 1));
    }

    @Test
    void shouldSpareAHolderOnceTheDamageIsRepaired() {
        rig.entry(0, one, 1, true);
        assertTrue(rig.atlas.canMakeWhole(0, CORE, 1));
    }

    @Test
    void shouldTakeNoOtherEntryOfTheSameOpForACopy() {
        rig.entry(2, rig.prepare(2, 1, null, 0), 1, true);
        assertFalse(rig.atlas.canMakeWhole(0, CORE, 1));
    }

    /** Entries of the ring are no checkpoint: whoever has lost its files needs those of another one. */
    @Test
    void shouldNotTakeAReplicaForWholeThatHasLostFilesOfItsCheckpoint() {
        rig.entry(2, one, 1, true);
        rig.superblock(2, 3, 0, 0, -1, 1, 77);
        assertTrue(rig.atlas.canMakeWhole(0, CORE, 1));
        rig.atlas.onFilesLost(2, 0);
        assertFalse(rig.atlas.canMakeWhole(0, CORE, 1));
        rig.superblock(1, 3, 0, 0, -1, 1, 77);
        assertFalse(rig.atlas.canMakeWhole(0, CORE, 1), "who has them is outside");
        assertTrue(rig.atlas.canMakeWhole(0, CORE, 0));
    }

    private void damage(final int replica) {
        final int sector = DurableImage.RING_START;
        assertTrue(rig.disks[replica].damage(0, sector, DamageKind.BIT, new Draws(1, Stream.ROT_PLAN, 0)));
        rig.atlas.onDamaged(replica, 0, sector);
    }
}
