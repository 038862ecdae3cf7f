package io.vireo.sim.storage;

/**
 * A sector of a named file that has gone bad.
 *
 * @param handle of the file, which another one of the same name has not.
 * @param firstBad the first byte of the sector that a reader gets wrong: what is before it is as it was written.
 */
public record DamagedSector(String file, int handle, int sector, int firstBad) {}
