package io.vireo.sim.storage;

/** A sector of a named file that has gone bad. */
public record DamagedSector(String file, int sector) {}
