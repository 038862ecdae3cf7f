package io.vireo.sim.scenario;

import io.vireo.journal.message.HeaderFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The network of a scenario: a frame waits on its link until somebody takes it off. Keeps the order of sending on each link and over all
 * links; loses a frame only where its link is cut at the moment of sending.
 */
final class HandNetwork {
    private final List<Letter> letters = new ArrayList<>();
    private final boolean[][] isCut;

    HandNetwork(final int ends) {
        isCut = new boolean[ends][ends];
    }

    /** Puts a frame on its link; returns it, whether it was lost or not. */
    Letter send(final int from, final int to, final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final UnsafeBuffer view = new UnsafeBuffer(bytes);
        final Letter letter =
                new Letter(from, to, bytes, new HeaderFlyweight().wrap(view, 0).command(), FrameText.fields(view));
        if (!isCut[from][to]) {
            letters.add(letter);
        }
        return letter;
    }

    void put(final Letter letter) {
        letters.add(letter);
    }

    void take(final Letter letter) {
        letters.remove(letter);
    }

    /** Cuts or mends links in one direction; {@link LinkPattern#ANY} stands for every end. */
    void cut(final int from, final int to, final boolean value) {
        for (int f = 0; f < isCut.length; f++) {
            for (int t = 0; t < isCut.length; t++) {
                if (f != t && (from == LinkPattern.ANY || from == f) && (to == LinkPattern.ANY || to == t)) {
                    isCut[f][t] = value;
                }
            }
        }
    }

    boolean isCut(final int from, final int to) {
        return isCut[from][to];
    }

    /** All of them, in the order of sending. */
    List<Letter> all(final Predicate<Letter> which) {
        return letters.stream().filter(which).toList();
    }

    /** The first one on each link, in the order of sending. */
    List<Letter> firstOfEachLink(final Predicate<Letter> which) {
        final List<Letter> found = new ArrayList<>();
        final boolean[][] isFound = new boolean[isCut.length][isCut.length];
        for (final Letter letter : letters) {
            if (which.test(letter) && !isFound[letter.from()][letter.to()]) {
                isFound[letter.from()][letter.to()] = true;
                found.add(letter);
            }
        }
        return found;
    }
}
