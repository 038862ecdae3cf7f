package io.vireo.node.launch.stream;

import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Numbers of the protocol as people and programs read them. */
final class Unsigned {
    private Unsigned() {}

    static long u32(final int bits) {
        return Integer.toUnsignedLong(bits);
    }

    static BigInteger u64(final long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    /** Null where the number says that there is no limit. */
    static BigInteger limit(final long bits) {
        return bits == Arguments.UNLIMITED ? null : u64(bits);
    }

    /** Microseconds since 1970 as a time in UTC. */
    static String time(final long us) {
        return Instant.EPOCH.plus(us, ChronoUnit.MICROS).toString();
    }
}
