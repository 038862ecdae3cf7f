package io.vireo.bootstrap.transfer;

/**
 * Bounds of what a {@link TransferManager} has under way.
 *
 * @param filesMax files that are looked at or fetched at a time.
 * @param chunksPerFileMax chunks of one file that are asked for or written at a time.
 * @param bytesInFlightMax bytes of chunks that are asked for or written at a time, of all files; one chunk is always granted.
 * @param peersPerFileMax peers that are asked for chunks of one file at a time.
 * @param bytesPerSecond most that is asked for in a second.
 * @param stallNs a peer that has to answer something and does not answer anything for so long has stalled.
 */
public record TransferLimits(
        int filesMax,
        int chunksPerFileMax,
        long bytesInFlightMax,
        int peersPerFileMax,
        long bytesPerSecond,
        long stallNs) {
    /** Files of one manager; slots of its tokens. */
    static final int FILES_LIMIT = 16;

    private static final int FILES = 4;
    private static final int CHUNKS_PER_FILE = 8;
    private static final int PEERS_PER_FILE = 3;
    /** In memory until they are verified and written. What a gigabit per second has on its way in 64 ms, which few paths are longer than. */
    private static final long BYTES_IN_FLIGHT = 8L << 20;
    /** A gigabit per second, about: of a replica that was told nothing else. */
    public static final long BYTES_PER_SECOND = 128L << 20;

    public TransferLimits {
        check("filesMax", filesMax, filesMax >= 1 && filesMax <= FILES_LIMIT);
        check("chunksPerFileMax", chunksPerFileMax, chunksPerFileMax >= 1);
        check("bytesInFlightMax", bytesInFlightMax, bytesInFlightMax >= 1);
        check("peersPerFileMax", peersPerFileMax, peersPerFileMax >= 1);
        check(
                "bytesPerSecond",
                bytesPerSecond,
                bytesPerSecond >= 1 && bytesPerSecond <= RateLimit.BYTES_PER_SECOND_MAX);
        check("stallNs", stallNs, stallNs >= 1);
    }

    /**
     * Those of one of the groups of a replica: what its memory bears is divided among them.
     *
     * @param bytesPerSecond share of this group.
     */
    public static TransferLimits ofGroup(final int groupCount, final long bytesPerSecond, final long stallNs) {
        return new TransferLimits(
                FILES, CHUNKS_PER_FILE, BYTES_IN_FLIGHT / groupCount, PEERS_PER_FILE, bytesPerSecond, stallNs);
    }

    private static void check(final String name, final long value, final boolean isLegal) {
        if (!isLegal) {
            throw new IllegalArgumentException(name + "=" + value);
        }
    }
}
