package io.vireo.bootstrap.transfer;

import io.vireo.journal.segment.LeafHash;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.storage.Storage;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One chunk on its way here: its bytes as they come, in their order, hashed as they come. Several peers may send parts of it, so that a path which
 * loses most frames still gets it; if the whole is wrong then, nobody is to blame, and all of it is asked of one peer. Used again and again.
 */
final class ChunkFetch {
    static final int NOBODY = -1;

    private final SegmentLimits limits;
    private final MutableDirectBuffer buffer;
    private final LeafHash hash = new LeafHash();

    /** Whose chunk it is; null while it is in no use. */
    WantedFile file;

    int chunk;
    private int length;
    private int filled;
    /** Peers that bytes of it came from. */
    private int authors;

    /** Peers that do not help with this chunk. */
    int refused;
    /** Of these, those that have sent other bytes. */
    int liars;
    /** Requests for it that nobody answered, since the last bytes. */
    int silences;
    /** All of it has to come from one peer. */
    boolean isOfOne;

    /** Whom the request under way is to, or who was asked last; {@link #NOBODY} in the beginning. */
    int peer;
    /** Of the request under way; 0 if none is. */
    long number;
    /** Which of the requests to its peer. */
    long sequence;

    long sentNs;
    int asked;

    // The request that was given up last. Its answer may still come, and be right.

    private int latePeer;
    private long lateNumber;
    private long lateSentNs;
    private long latePosition;
    private int lateAsked;

    boolean isWriting;
    long writeToken;

    ChunkFetch(final Storage storage, final SegmentLimits limits) {
        this.limits = limits;
        buffer = storage.allocateUncleared(limits.chunkBytes());
    }

    void begin(final WantedFile ofFile, final int ofChunk) {
        file = ofFile;
        chunk = ofChunk;
        length = limits.chunkLength(ofFile.transfer.entry().size(), ofChunk);
        refused = 0;
        liars = 0;
        silences = 0;
        isOfOne = false;
        peer = NOBODY;
        number = 0;
        lateNumber = 0;
        isWriting = false;
        forget();
    }

    /** Nobody waits for the answer to the request under way any more. */
    void giveUp() {
        latePeer = peer;
        lateNumber = number;
        lateSentNs = sentNs;
        latePosition = position();
        lateAsked = asked;
        number = 0;
    }

    /** True if the answer with this number is to the request that was given up last, and its bytes are still wanted. */
    boolean isLate(final int from, final long ofNumber) {
        return lateNumber == ofNumber
                && latePeer == from
                && latePosition == position()
                && wanted() > 0
                && !isWriting
                && (refused & 1 << from) == 0
                && !(isOfOne && isOfOther(from));
    }

    /** The request that was given up last is under way again, for its answer is here. */
    void takeUp() {
        peer = latePeer;
        sentNs = lateSentNs;
        asked = lateAsked;
        lateNumber = 0;
        number = 0;
    }

    /** Nothing of it is here. */
    void forget() {
        filled = 0;
        lateNumber = 0;
        authors = 0;
        hash.begin(chunk);
    }

    /** Bytes of it. */
    int length() {
        return length;
    }

    /** Position of the chunk in its file. */
    long start() {
        return (long) chunk * limits.chunkBytes();
    }

    /** Position in the file of the bytes wanted. */
    long position() {
        return start() + filled;
    }

    /** How many of them. */
    int wanted() {
        return length - filled;
    }

    /** True if bytes of it are here, and the rest has to come from who has sent them. */
    boolean isBegunOfOne() {
        return isOfOne && authors != 0;
    }

    /** Whom bytes have come from; bit set. */
    int authors() {
        return authors;
    }

    /** True if bytes of another peer than this one are here. */
    boolean isOfOther(final int than) {
        return (authors & ~(1 << than)) != 0;
    }

    /** Bytes from {@link #position} on, at most {@link #wanted}. */
    void take(final int from, final DirectBuffer source, final int offset, final int count) {
        buffer.putBytes(filled, source, offset, count);
        hash.add(buffer, filled, count);
        filled += count;
        authors |= 1 << from;
        silences = 0;
    }

    /** True if the bytes, all of them here, are the chunk; once. */
    boolean isRight() {
        return hash.matches(file.transfer.entry(), chunk);
    }

    /** Has it written, padded with zeros to whole sectors. */
    void write() {
        final int padded = ChunkScan.roundUp(length);
        buffer.setMemory(length, padded - length, (byte) 0);
        isWriting = true;
        writeToken = file.transfer.write(chunk, start(), buffer, padded);
    }
}
