package io.vireo.sim.storage;

/** Chooses sectors of a file. */
@FunctionalInterface
public interface SectorTest {
    boolean test(int sector, byte[] bytes);
}
