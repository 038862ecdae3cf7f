package io.vireo.sim.scenario;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.wal.SectorTag;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SectorFate;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a crash does to what was not synced.
 *
 * @param except treated the other way round; for {@code TORN} and {@code TAIL} what alone is torn, all if empty.
 */
record CrashSpec(Fate fate, List<SectorTarget> except) implements SectorFate {
    enum Fate {
        KEEP,
        DROP,
        /** The first half of an entry's sectors, rounded down, and nothing more of it. */
        TORN,
        /** The other half of them, and not the first. */
        TAIL,
        /** The process alone ends: what was written completely can be read, and is not durable. */
        PROCESS
    }

    @Override
    public boolean survives(final int sector, final int index, final int count, final byte[] bytes) {
        final boolean isNamed = except.stream().anyMatch(target -> target.includes(sector, bytes));
        return switch (fate) {
            case KEEP -> !isNamed;
            case DROP, PROCESS -> isNamed;
            case TORN -> !(isNamed || except.isEmpty()) || isFirstHalf(sector, index, count, bytes);
            case TAIL -> !(isNamed || except.isEmpty()) || !isFirstHalf(sector, index, count, bytes);
        };
    }

    @Override
    public boolean survivesElsewhere() {
        return fate != Fate.DROP && fate != Fate.PROCESS;
    }

    private static boolean isFirstHalf(final int sector, final int index, final int count, final byte[] bytes) {
        if (sector < DurableImage.RING_START) {
            return index < count / 2;
        }
        final UnsafeBuffer tag = new UnsafeBuffer(bytes);
        return (tag.getShort(SectorTag.INDEX_OFFSET, LITTLE_ENDIAN) & 0xffff)
                < (tag.getShort(SectorTag.COUNT_OFFSET, LITTLE_ENDIAN) & 0xffff) / 2;
    }
}
