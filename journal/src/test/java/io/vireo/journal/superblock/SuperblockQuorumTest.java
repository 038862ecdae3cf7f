package io.vireo.journal.superblock;

import static io.vireo.journal.superblock.Superblock.COPIES;
import static io.vireo.journal.superblock.Superblock.COPY_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.superblock.SuperblockException.Code;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SuperblockQuorumTest {
    /** What can stand in one place. OLD is the parent of NEW, OLDER of OLD; FORK is another superblock of NEW's sequence. */
    private enum Kind {
        BAD,
        UNREADABLE,
        ZERO,
        MISPLACED,
        ANCIENT,
        OLDER,
        OLD,
        NEW,
        FORK,
        FORMER_FORK
    }

    private static final List<Kind> KINDS = List.of(Kind.values());

    private final Checksum checksum = new Checksum();
    private final UnsafeBuffer[] images = new UnsafeBuffer[KINDS.size()];

    SuperblockQuorumTest() {
        final VsrState state = States.root();
        final long[] ancient = image(Kind.ANCIENT, 3, new long[] {7, 7}, state);
        final long[] older = image(Kind.OLDER, 4, ancient, States.next(state));
        final long[] old = image(Kind.OLD, 5, older, States.next(States.next(state)));
        image(Kind.NEW, 6, old, States.next(States.next(States.next(state))));
        image(Kind.FORK, 6, old, States.full());
        image(Kind.FORMER_FORK, 5, older, States.full());
        images[Kind.ZERO.ordinal()] = new UnsafeBuffer(new byte[COPY_LENGTH]);
        final byte[] noise = new byte[COPY_LENGTH];
        new Random(1).nextBytes(noise);
        images[Kind.BAD.ordinal()] = new UnsafeBuffer(noise);
        images[Kind.UNREADABLE.ordinal()] = images[Kind.NEW.ordinal()];
        images[Kind.MISPLACED.ordinal()] = images[Kind.NEW.ordinal()];
    }

    /** Every combination of ten kinds in four places against the rules, written down once more over the kinds. */
    @Test
    void shouldFollowRulesAndNeverThrowWhenPlacesHoldAnything() {
        final Set<Code> seen = EnumSet.noneOf(Code.class);
        int opened = 0;
        final Kind[] kinds = new Kind[COPIES];
        for (int combination = 0; combination < 10_000; combination++) {
            int rest = combination;
            for (int i = 0; i < COPIES; i++) {
                kinds[i] = KINDS.get(rest % 10);
                rest /= 10;
            }
            final SuperblockQuorum quorum = decide(kinds);
            final Code expected = expectedRefusal(kinds);
            if (expected == null) {
                assertNull(quorum.refusal(), () -> Arrays.toString(kinds));
                assertEquals(newest(kinds), kinds[quorum.chosen()], () -> Arrays.toString(kinds));
                assertEquals(States.IDENTITY, quorum.identity());
                assertNotNull(quorum.state());
                opened++;
            } else {
                assertEquals(expected, quorum.refusal().code(), () -> Arrays.toString(kinds));
                seen.add(expected);
            }
        }
        assertEquals(
                EnumSet.of(
                        Code.NO_VALID_COPY,
                        Code.ONE_VALID_COPY,
                        Code.FORK,
                        Code.PARENT_SKIPPED,
                        Code.PARENT_NOT_CONNECTED),
                seen);
        assertTrue(opened > 500, "opened " + opened);
    }

    /**
     * The life of four copies: any number of writes of NEW over OLD and of repairs, crashes at any point with any torn outcome, and one
     * more copy damaged at any time. Every state that can be reached opens; NEW once its write has ended; OLD or NEW before.
     */
    @Test
    void shouldOpenOldOrNewWhenWriteAndRepairsCrashAnywhereAndOneMoreCopyIsDamaged() {
        final Deque<String> open = new ArrayDeque<>();
        final Set<String> known = new TreeSet<>();
        reach("OOOO|writing|sound", open, known);
        int openings = 0;
        int newest = 0;
        while (!open.isEmpty()) {
            final String state = open.removeFirst();
            final String copies = state.substring(0, COPIES);
            final boolean isSound = state.endsWith("sound");
            final boolean isEnded = state.contains("ended");
            if (isSound) {
                for (int i = 0; i < COPIES; i++) {
                    reach(with(copies, i, 'B') + state.substring(COPIES).replace("sound", "damaged"), open, known);
                }
            }
            final String rest = state.substring(COPIES + 1);
            final String damage = isSound ? "sound" : "damaged";
            if (rest.startsWith("writing")) {
                // A running write knows nothing of damage; its next place is behind what it has written.
                final int place = rest.length() - damage.length() - 1 - "writing".length();
                if (place == COPIES) {
                    reach(copies + "|ended|" + damage, open, known);
                } else {
                    final String longer = rest.substring(0, rest.length() - damage.length() - 1) + "." + "|" + damage;
                    reach(with(copies, place, 'N') + "|" + longer, open, known);
                    for (final char torn : new char[] {'O', 'N', 'B'}) {
                        final char outcome = copies.charAt(place) == 'B' && torn == 'O' ? 'B' : torn;
                        reach(with(copies, place, outcome) + "|crashed|" + damage, open, known);
                    }
                }
                reach(copies + "|crashed|" + damage, open, known);
                continue;
            }
            final SuperblockQuorum quorum = decide(kinds(copies));
            openings++;
            assertNull(quorum.refusal(), () -> state + ": " + quorum.refusal().getMessage());
            final char chosen = copies.charAt(quorum.chosen());
            if (isEnded) {
                assertEquals('N', chosen, state);
            }
            newest += chosen == 'N' ? 1 : 0;
            // The repair: one copy at a time, each can be torn, and a crash leads back to an opening.
            final boolean[] isRepaired = new boolean[COPIES];
            String repaired = copies;
            final String crashed = (isEnded ? "|ended|" : "|crashed|") + damage;
            for (int place = quorum.nextRepair(isRepaired); place >= 0; place = quorum.nextRepair(isRepaired)) {
                for (final char torn : new char[] {repaired.charAt(place), chosen, 'B'}) {
                    reach(with(repaired, place, torn) + crashed, open, known);
                }
                repaired = with(repaired, place, chosen);
                isRepaired[place] = true;
                if (isSound) {
                    for (int i = 0; i < COPIES; i++) {
                        reach(with(repaired, i, 'B') + crashed.replace("sound", "damaged"), open, known);
                    }
                }
            }
            assertEquals(String.valueOf(chosen).repeat(COPIES), repaired, state);
            if (chosen == 'N') {
                // In use from here on: a promise of NEW may have left.
                reach("NNNN|ended|" + damage, open, known);
            }
        }
        assertTrue(openings > 40, "openings " + openings);
        assertTrue(newest > 15 && newest < openings, "newest " + newest);
    }

    @Test
    void shouldNameEveryCopyWhenRefusing() {
        final SuperblockQuorum quorum = decide(Kind.NEW, Kind.UNREADABLE, Kind.ZERO, Kind.BAD);
        final String text = quorum.refusal().getMessage();
        assertEquals(Code.ONE_VALID_COPY, quorum.refusal().code());
        assertTrue(text.contains("copy 0 at offset 0: sequence 6"), text);
        assertTrue(text.contains("copy 1 at offset 12288: unreadable"), text);
        assertTrue(text.contains("copy 2 at offset 24576: never written"), text);
        assertTrue(
                text.matches(
                        ".*copy 3 at offset 36864: checksum does not match, expected [0-9a-f]{32}, found [0-9a-f]{32}\\)"),
                text);
    }

    @Test
    void shouldRepairDamagedBeforeOldWhenBothAreThere() {
        final SuperblockQuorum quorum = decide(Kind.OLD, Kind.NEW, Kind.BAD, Kind.OLD);
        final boolean[] isRepaired = new boolean[COPIES];
        final int[] expected = {2, 0, 3};
        for (final int place : expected) {
            assertEquals(place, quorum.nextRepair(isRepaired));
            isRepaired[place] = true;
        }
        assertEquals(-1, quorum.nextRepair(isRepaired));
    }

    @Test
    void shouldRefuseTypedWhenIntactSuperblockIsOfOtherFormatOrNonsense() {
        for (final int index : new int[] {32, 40, 44, 48, 124, 148, 328, 440, 444, 456, 512, 9216, COPY_LENGTH - 4}) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[COPIES * COPY_LENGTH]);
            for (int i = 0; i < COPIES; i++) {
                final int offset = i * COPY_LENGTH;
                buffer.putBytes(offset, images[Kind.NEW.ordinal()], 0, COPY_LENGTH);
                SuperblockCopy.place(buffer, offset, i);
                buffer.setMemory(offset + index, 4, index == 48 ? (byte) 0 : (byte) 0x77);
                checksum.hash(buffer, offset + 32, COPY_LENGTH - 32);
                buffer.putLong(offset, checksum.lo(), ByteOrder.LITTLE_ENDIAN);
                buffer.putLong(offset + 8, checksum.hi(), ByteOrder.LITTLE_ENDIAN);
            }
            final SuperblockQuorum quorum = SuperblockQuorum.decide(buffer, new boolean[] {true, true, true, true});
            assertEquals(
                    index < 44 ? Code.OTHER_FORMAT : Code.INVALID_CONTENT,
                    quorum.refusal().code(),
                    "byte " + index);
        }
    }

    private static void reach(final String state, final Deque<String> open, final Set<String> known) {
        if (known.add(state)) {
            open.add(state);
        }
    }

    private static String with(final String copies, final int place, final char copy) {
        return copies.substring(0, place) + copy + copies.substring(place + 1);
    }

    private static Kind[] kinds(final String copies) {
        final Kind[] kinds = new Kind[COPIES];
        for (int i = 0; i < COPIES; i++) {
            kinds[i] = copies.charAt(i) == 'O' ? Kind.OLD : copies.charAt(i) == 'N' ? Kind.NEW : Kind.BAD;
        }
        return kinds;
    }

    private static boolean isIntact(final Kind kind) {
        return kind.ordinal() >= Kind.ANCIENT.ordinal();
    }

    private static int sequence(final Kind kind) {
        return switch (kind) {
            case ANCIENT -> 3;
            case OLDER -> 4;
            case OLD, FORMER_FORK -> 5;
            case NEW, FORK -> 6;
            default -> -1;
        };
    }

    private static Kind newest(final Kind[] kinds) {
        Kind newest = Kind.BAD;
        for (final Kind kind : kinds) {
            newest = sequence(kind) > sequence(newest) ? kind : newest;
        }
        return newest;
    }

    private static Code expectedRefusal(final Kind[] kinds) {
        final Kind newest = newest(kinds);
        final int sequence = sequence(newest);
        if (sequence < 0) {
            return Code.NO_VALID_COPY;
        }
        final List<Kind> list = List.of(kinds);
        final boolean isForkAtTop = sequence == 6 && list.contains(Kind.NEW) && list.contains(Kind.FORK)
                || sequence == 5 && list.contains(Kind.OLD) && list.contains(Kind.FORMER_FORK);
        final boolean isUnconnected = sequence == 6 && list.contains(Kind.FORMER_FORK);
        if (isForkAtTop || isUnconnected) {
            // Which of the two is found first is the order of places; both refuse.
            return isForkAtTop && isUnconnected
                    ? firstFound(kinds)
                    : isForkAtTop ? Code.FORK : Code.PARENT_NOT_CONNECTED;
        }
        final long equal = list.stream().filter(kind -> kind == newest).count();
        final boolean hasParent = list.stream().anyMatch(kind -> sequence(kind) == sequence - 1);
        if (equal >= 2 || hasParent) {
            return null;
        }
        return list.stream().filter(SuperblockQuorumTest::isIntact).count() == 1
                ? Code.ONE_VALID_COPY
                : Code.PARENT_SKIPPED;
    }

    private static Code firstFound(final Kind[] kinds) {
        final Kind first = newest(kinds);
        for (final Kind kind : kinds) {
            if (kind == Kind.FORMER_FORK) {
                return Code.PARENT_NOT_CONNECTED;
            }
            if (sequence(kind) == 6 && kind != first) {
                return Code.FORK;
            }
        }
        throw new IllegalStateException(Arrays.toString(kinds));
    }

    private SuperblockQuorum decide(final Kind... kinds) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[COPIES * COPY_LENGTH]);
        final boolean[] readable = new boolean[COPIES];
        for (int i = 0; i < COPIES; i++) {
            buffer.putBytes(i * COPY_LENGTH, images[kinds[i].ordinal()], 0, COPY_LENGTH);
            if (isIntact(kinds[i]) || kinds[i] == Kind.MISPLACED) {
                SuperblockCopy.place(buffer, i * COPY_LENGTH, kinds[i] == Kind.MISPLACED ? (i + 1) % COPIES : i);
            }
            readable[i] = kinds[i] != Kind.UNREADABLE;
        }
        return SuperblockQuorum.decide(buffer, readable);
    }

    private long[] image(final Kind kind, final long sequence, final long[] parent, final VsrState state) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[COPY_LENGTH]);
        SuperblockCopy.encode(buffer, 0, 0, sequence, parent[0], parent[1], States.IDENTITY, state, checksum);
        images[kind.ordinal()] = buffer;
        return new long[] {checksum.lo(), checksum.hi()};
    }
}
