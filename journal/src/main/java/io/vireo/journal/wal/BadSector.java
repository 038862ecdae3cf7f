package io.vireo.journal.wal;

/**
 * A sector of the ring that is neither valid nor zero.
 *
 * @param place in the ring, in sectors.
 * @param isReadable false: the device does not deliver it, and there are no checksums.
 * @param stated CRC32C that stands in it.
 * @param computed CRC32C that its bytes have in this place.
 */
public record BadSector(long place, boolean isReadable, int stated, int computed) {
    /** What was expected and what was found, as messages say it. */
    @Override
    public String toString() {
        return isReadable
                ? String.format("sector %d: CRC32C expected %08x, found %08x", place, stated, computed)
                : "sector " + place + ": unreadable";
    }
}
