package io.vireo.node.iggy;

/**
 * What a poll is answered with: this prefix, which is there even if no message is, and the messages as {@link MessageFlyweight} has them.
 * Without garbage: polls are frequent.
 *
 * <pre>
 *  0  partition      u32
 *  4  currentOffset  u64   of the last message of the partition, 0 if there is none
 * 12  count          u32   of the messages behind it
 * </pre>
 */
public final class PollReply {
    private PollReply() {}

    /** Writes the prefix of a poll without messages and returns its offset, for {@link #count}. */
    public static int begin(final WireWriter out, final int partition, final long currentOffset) {
        final int start = out.position();
        out.u32(partition);
        out.u64(currentOffset);
        out.u32(0);
        return start;
    }

    /** Sets how many messages are behind the prefix at this offset. */
    public static void count(final WireWriter out, final int start, final int count) {
        out.u32At(start + 12, count);
    }
}
