package io.vireo.journal.superblock;

import static io.vireo.journal.storage.DataFileLayout.SUPERBLOCK_COPIES;
import static io.vireo.journal.storage.DataFileLayout.SUPERBLOCK_COPY_LENGTH;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.superblock.SuperblockException.Code;
import org.agrona.DirectBuffer;

/**
 * Decides from the bytes of all four copies which superblock is the one to open, or what forbids it. A pure function, total over any
 * bytes; never the highest single copy.
 *
 * <p>A write changes the copies one after another, each durable before the next, so a crash leaves some of the new superblock, at most one
 * torn copy, and the old one in the rest. The rules open each such state, and each of them with one more copy damaged:
 * <ol>
 *   <li>two equal copies of the highest sequence are opened;
 *   <li>one copy of the highest sequence is opened if a copy of the sequence before it is there and is its parent. Either may be opened
 *       while its write has not completed; and where only these two are left of a completed write, it is the one to open.
 * </ol>
 */
final class SuperblockQuorum {
    private final DirectBuffer buffer;
    private final SuperblockCopy[] copies = new SuperblockCopy[SUPERBLOCK_COPIES];
    private int chosen = -1;
    private SuperblockException refusal;
    private SuperblockIdentity identity;
    private VsrState state;

    private SuperblockQuorum(final DirectBuffer buffer) {
        this.buffer = buffer;
    }

    /**
     * @param buffer the four places, one behind the other, from index 0.
     * @param readable per place, whether the storage could read it.
     */
    static SuperblockQuorum decide(final DirectBuffer buffer, final boolean[] readable) {
        final SuperblockQuorum quorum = new SuperblockQuorum(buffer);
        final Checksum checksum = new Checksum();
        for (int i = 0; i < SUPERBLOCK_COPIES; i++) {
            quorum.copies[i] = readable[i]
                    ? SuperblockCopy.read(buffer, i * SUPERBLOCK_COPY_LENGTH, i, checksum)
                    : SuperblockCopy.unreadable();
        }
        quorum.choose();
        return quorum;
    }

    /** Null if a superblock was chosen, else why none is. */
    SuperblockException refusal() {
        return refusal;
    }

    /** Place of one of the chosen copies. */
    int chosen() {
        return chosen;
    }

    SuperblockCopy copy(final int place) {
        return copies[place];
    }

    /** Of the chosen superblock. */
    SuperblockIdentity identity() {
        return identity;
    }

    /** Of the chosen superblock. */
    VsrState state() {
        return state;
    }

    /**
     * The place to repair next, or -1 when all copies are the chosen one: damaged copies before old ones, so that no repair that is torn
     * leaves fewer intact copies than it found. {@code isRepaired} says which have been rewritten since.
     */
    int nextRepair(final boolean[] isRepaired) {
        int next = -1;
        for (int i = 0; i < SUPERBLOCK_COPIES; i++) {
            final boolean isGood = isRepaired[i] || copies[i].isIntact() && copies[i].isEqual(copies[chosen]);
            if (!isGood && (next < 0 || rank(i) < rank(next))) {
                next = i;
            }
        }
        return next;
    }

    private long rank(final int place) {
        return copies[place].isIntact() ? copies[place].sequence : Long.MIN_VALUE;
    }

    private void choose() {
        final int newest = newest();
        if (newest < 0) {
            refuse(Code.NO_VALID_COPY, "no copy of the superblock is intact");
            return;
        }
        final SuperblockCopy best = copies[newest];
        int equal = 0;
        int parents = 0;
        int intact = 0;
        for (final SuperblockCopy copy : copies) {
            if (!copy.isIntact()) {
                continue;
            }
            intact++;
            if (copy.sequence == best.sequence) {
                if (!copy.isEqual(best)) {
                    refuse(Code.FORK, "two superblocks of one sequence differ");
                    return;
                }
                equal++;
            } else if (copy.sequence == best.sequence - 1) {
                if (!copy.isIdentity(best.parentLo, best.parentHi)) {
                    refuse(Code.PARENT_NOT_CONNECTED, "the newest superblock was not written after the one before it");
                    return;
                }
                parents++;
            }
        }
        if (equal == 1 && parents == 0) {
            if (intact == 1) {
                refuse(Code.ONE_VALID_COPY, "one copy of the superblock alone is intact");
            } else {
                refuse(Code.PARENT_SKIPPED, "the newest superblock stands alone and the one before it is missing");
            }
            return;
        }
        take(newest);
    }

    private int newest() {
        int newest = -1;
        for (int i = 0; i < SUPERBLOCK_COPIES; i++) {
            if (copies[i].isIntact() && (newest < 0 || copies[i].sequence > copies[newest].sequence)) {
                newest = i;
            }
        }
        return newest;
    }

    private void take(final int place) {
        final int offset = place * SUPERBLOCK_COPY_LENGTH;
        if (!SuperblockCopy.isThisFormat(buffer, offset)) {
            refuse(Code.OTHER_FORMAT, "the superblock has another format than " + SuperblockCopy.FORMAT);
            return;
        }
        identity = SuperblockCopy.identity(buffer, offset);
        state = SuperblockCopy.state(buffer, offset);
        final boolean isPossible = identity != null
                && state != null
                && copies[place].sequence >= 1
                && copies[place].isCanonical(buffer, offset, identity, state, new Checksum());
        if (!isPossible) {
            refuse(Code.INVALID_CONTENT, "the superblock is intact, but what it says cannot be");
            return;
        }
        chosen = place;
    }

    private void refuse(final Code code, final String what) {
        final StringBuilder text = new StringBuilder(what);
        for (int i = 0; i < SUPERBLOCK_COPIES; i++) {
            text.append(i == 0 ? " (" : "; ")
                    .append("copy ")
                    .append(i)
                    .append(" at offset ")
                    .append(DataFileLayout.superblockOffset(i))
                    .append(": ");
            if (copies[i].isIntact()) {
                text.append("sequence ").append(copies[i].sequence);
                text.append(" checksum ").append(Checksum.hex(copies[i].checksumLo, copies[i].checksumHi));
            } else {
                text.append(copies[i].damage);
                if (SuperblockCopy.WRONG_CHECKSUM.equals(copies[i].damage)) {
                    text.append(", expected ").append(Checksum.hex(copies[i].statedLo, copies[i].statedHi));
                    text.append(", found ").append(Checksum.hex(copies[i].checksumLo, copies[i].checksumHi));
                }
            }
        }
        refusal = new SuperblockException(code, text.append(')').toString());
    }
}
