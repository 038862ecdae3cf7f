package io.vireo.sim.cluster;

import io.vireo.sim.fault.Regime;
import io.vireo.sim.fault.Residual;

/** What the end of the storm is like: what it does to the disks, and what of it stays. */
public record HealOptions(Regime regime, Residual residual) {
    /** Nothing special. */
    public static final HealOptions PLAIN = new HealOptions(Regime.NORMAL, Residual.NONE);

    public HealOptions with(final Regime newRegime) {
        return new HealOptions(newRegime, residual);
    }

    public HealOptions with(final Residual newResidual) {
        return new HealOptions(regime, newResidual);
    }
}
