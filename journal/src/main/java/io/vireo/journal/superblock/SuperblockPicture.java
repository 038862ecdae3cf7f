package io.vireo.journal.superblock;

import io.vireo.journal.message.Checksum;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * What the four places of a superblock hold and which of them an opening chooses, by the rules of the opening itself. Pure.
 *
 * @param copies by place.
 * @param chosen place of one of the copies to open; -1 if none is.
 * @param identity of the chosen superblock; null if none is.
 * @param state of the chosen superblock; null if none is.
 * @param refusal why none is chosen, else null.
 */
public record SuperblockPicture(
        List<Copy> copies, int chosen, SuperblockIdentity identity, VsrState state, SuperblockException refusal) {

    /**
     * One place.
     *
     * @param damage what is wrong with the bytes, or null.
     * @param isChosen true if it is the chosen superblock; an intact copy that is not is of an earlier write.
     * @param stated checksum that stands in the copy, 32 hexadecimal digits; empty if it cannot be read.
     * @param computed checksum of its bytes; empty if they cannot be read.
     * @param parent checksum of the superblock before it.
     */
    public record Copy(
            int place, String damage, boolean isChosen, long sequence, String stated, String computed, String parent) {
        public boolean isIntact() {
            return damage == null;
        }
    }

    /**
     * @param buffer the four places, one behind the other, from index 0.
     * @param readable per place, whether the storage could read it.
     */
    public static SuperblockPicture of(final DirectBuffer buffer, final boolean[] readable) {
        final SuperblockQuorum quorum = SuperblockQuorum.decide(buffer, readable);
        final List<Copy> copies = new ArrayList<>();
        for (int place = 0; place < Superblock.COPIES; place++) {
            final SuperblockCopy copy = quorum.copy(place);
            copies.add(new Copy(
                    place,
                    copy.damage,
                    quorum.refusal() == null && copy.isIntact() && copy.isEqual(quorum.copy(quorum.chosen())),
                    copy.sequence,
                    readable[place] ? Checksum.hex(copy.statedLo, copy.statedHi) : "",
                    readable[place] ? Checksum.hex(copy.checksumLo, copy.checksumHi) : "",
                    Checksum.hex(copy.parentLo, copy.parentHi)));
        }
        final boolean isChosen = quorum.refusal() == null;
        return new SuperblockPicture(
                List.copyOf(copies),
                isChosen ? quorum.chosen() : -1,
                isChosen ? quorum.identity() : null,
                isChosen ? quorum.state() : null,
                quorum.refusal());
    }
}
