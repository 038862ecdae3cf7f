package io.vireo.sim.storage;

/** Says what of the un-synced survives the end of a machine. */
public interface SectorFate {
    /**
     * @param sector of the data file.
     * @param index of the sector in its write of {@code count} sectors.
     * @param bytes that were to be written.
     */
    boolean survives(int sector, int index, int count, byte[] bytes);

    /** True if all sectors of other files survive, and all names. */
    boolean survivesElsewhere();
}
