package io.vireo.journal.superblock;

import static io.vireo.journal.message.HeaderFlyweight.HEADER_LENGTH;

import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.PrepareFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The newest prepare headers of a log, newest first, as a StartView or DoViewChange carries them: header {@code i} is of op
 * {@code headOp - i}. In a DoViewChange a header may be blank (all zero): the op is in the log, its header is not known. Immutable: it
 * holds a copy, and nobody writes to the memory it gives out.
 */
public final class HeaderSuffix {
    /** Headers of a whole pipeline of the largest size and one committed below it. */
    public static final int COUNT_MAX = 17;

    private final long headOp;
    private final long headChecksumLo;
    private final long headChecksumHi;
    private final int count;
    private final UnsafeBuffer headers;

    private HeaderSuffix(
            final long headOp,
            final long headChecksumLo,
            final long headChecksumHi,
            final int count,
            final UnsafeBuffer headers) {
        this.headOp = headOp;
        this.headChecksumLo = headChecksumLo;
        this.headChecksumHi = headChecksumHi;
        this.count = count;
        this.headers = headers;
    }

    /** No header: the log ends at {@code headOp}, which is a checkpoint's (or the root's), with this identity. */
    public static HeaderSuffix empty(final long headOp, final long headChecksumLo, final long headChecksumHi) {
        return new HeaderSuffix(headOp, headChecksumLo, headChecksumHi, 0, new UnsafeBuffer(new byte[0]));
    }

    /** A copy of {@code count} headers, 1..{@link #COUNT_MAX}; the head's identity is the first one's, or 0 if that is blank. */
    public static HeaderSuffix copyOf(
            final long headOp, final DirectBuffer headers, final int offset, final int count) {
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException("a suffix of " + count + " headers, allowed are 1 to " + COUNT_MAX);
        }
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[count * HEADER_LENGTH]);
        copy.putBytes(0, headers, offset, copy.capacity());
        final PrepareFlyweight head = new PrepareFlyweight().wrap(copy, 0);
        return new HeaderSuffix(headOp, head.checksumLo(), head.checksumHi(), count, copy);
    }

    public long headOp() {
        return headOp;
    }

    /** Low half of the identity of the head; 0 with the other half if its header is blank. */
    public long headChecksumLo() {
        return headChecksumLo;
    }

    public long headChecksumHi() {
        return headChecksumHi;
    }

    public int count() {
        return count;
    }

    /** Lowest op that has a header here; headOp + 1 if there is none. */
    public long lowOp() {
        return headOp - count + 1;
    }

    /** The headers, {@link #count} times 256 bytes from offset 0; to be read only. */
    public MutableDirectBuffer headers() {
        return headers;
    }

    /** Offset in {@link #headers} of the header of {@code op}. */
    public int offset(final long op) {
        if (op > headOp || op < lowOp()) {
            throw new IndexOutOfBoundsException("op " + op + " is not in a suffix of " + lowOp() + " to " + headOp);
        }
        return (int) (headOp - op) * HEADER_LENGTH;
    }

    /** True if the header of {@code op} is not known. */
    public boolean isBlank(final long op) {
        return FrameCheck.isZero(headers, offset(op), HEADER_LENGTH);
    }

    /** The rule that this suffix breaks as the log of a StartView (whole, consecutive, chained), or null. */
    String brokenChainRule() {
        final PrepareFlyweight newer = new PrepareFlyweight();
        final PrepareFlyweight older = new PrepareFlyweight();
        for (int i = 0; i < count; i++) {
            newer.wrap(headers, i * HEADER_LENGTH);
            if (newer.op() != headOp - i) {
                return "a StartView's headers are consecutive";
            }
            if (i + 1 < count) {
                older.wrap(headers, (i + 1) * HEADER_LENGTH);
                if (newer.parentLo() != older.checksumLo() || newer.parentHi() != older.checksumHi()) {
                    return "a StartView's headers chain";
                }
            }
        }
        return null;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof HeaderSuffix that
                && headOp == that.headOp
                && headChecksumLo == that.headChecksumLo
                && headChecksumHi == that.headChecksumHi
                && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * headOp + headChecksumLo);
    }

    @Override
    public String toString() {
        return "HeaderSuffix[headOp=" + headOp + ", headChecksumLo=" + Long.toHexString(headChecksumLo) + ", count="
                + count + "]";
    }
}
