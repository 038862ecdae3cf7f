package io.vireo.sim.scenario;

import io.vireo.journal.message.HeaderFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The network of a scenario: a frame waits on its link until somebody takes it off. Keeps the order of sending on each link and over all
 * links; loses a frame only where its link is cut for such frames at the moment of sending.
 */
final class HandNetwork {
    /** Frames of a pattern that are longer than this are lost. */
    private record Cut(LinkPattern pattern, int bytesMax) {
        boolean loses(final Letter letter) {
            return pattern.matches(letter) && letter.bytes().length > bytesMax;
        }
    }

    private final int ends;
    private final List<Letter> letters = new ArrayList<>();
    /** Each of one link. */
    private final List<Cut> cuts = new ArrayList<>();

    HandNetwork(final int ends) {
        this.ends = ends;
    }

    /** Puts a frame on its link, unless it is lost there; returns it. */
    Letter send(final int from, final int to, final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final UnsafeBuffer view = new UnsafeBuffer(bytes);
        final Letter letter =
                new Letter(from, to, bytes, new HeaderFlyweight().wrap(view, 0).command(), FrameText.fields(view));
        if (!isLost(letter)) {
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

    /** From now on frames of this pattern that have more than so many bytes are lost. */
    void cut(final LinkPattern pattern, final int bytesMax) {
        for (int from = 0; from < ends; from++) {
            for (int to = 0; to < ends; to++) {
                if (from != to && pattern.isOfLink(from, to)) {
                    cuts.add(new Cut(new LinkPattern(from, to, pattern.command(), pattern.fields()), bytesMax));
                }
            }
        }
    }

    /** Ends all cuts of the links of this pattern. */
    void mend(final LinkPattern pattern) {
        cuts.removeIf(
                cut -> pattern.isOfLink(cut.pattern().from(), cut.pattern().to()));
    }

    /** True if a frame that is sent now is lost. */
    boolean isLost(final Letter letter) {
        return cuts.stream().anyMatch(cut -> cut.loses(letter));
    }

    /** All of them, in the order of sending. */
    List<Letter> all(final Predicate<Letter> which) {
        return letters.stream().filter(which).toList();
    }

    /** The first one on each link, in the order of sending. */
    List<Letter> firstOfEachLink(final Predicate<Letter> which) {
        final List<Letter> found = new ArrayList<>();
        final boolean[][] isFound = new boolean[ends][ends];
        for (final Letter letter : letters) {
            if (which.test(letter) && !isFound[letter.from()][letter.to()]) {
                isFound[letter.from()][letter.to()] = true;
                found.add(letter);
            }
        }
        return found;
    }
}
