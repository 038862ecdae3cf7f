package io.vireo.node.stream.machine;

import io.vireo.node.stream.metadata.Entity;
import java.util.function.Consumer;

/**
 * Writes as many entries of a list as fit: {@code count u32, next u32}, then the entries. What did not fit is asked for again from
 * {@code next} on, which is {@link #NO_MORE} at the end of the list. A page without entries that has a next is no answer: the first entry
 * alone is too large.
 */
final class PageWriter {
    static final int NO_MORE = -1;

    private final BodyWriter out;
    private final int start;
    private int mark;
    private int count;
    private int next = NO_MORE;

    /** A page of what has numbers, in their order, from this number on. */
    static <T extends Entity> void writeFrom(
            final int from, final Iterable<T> all, final BodyWriter out, final Consumer<T> writer) {
        final PageWriter page = new PageWriter(out);
        for (final T each : all) {
            if (each.number() >= from) {
                writer.accept(each);
                if (!page.endEntry(each.number())) {
                    break;
                }
            }
        }
        page.end();
    }

    /** A page of a list, behind so many of its entries. */
    static <T> void writeBehind(
            final int passed, final Iterable<T> all, final BodyWriter out, final Consumer<T> writer) {
        final PageWriter page = new PageWriter(out);
        int place = 0;
        for (final T each : all) {
            if (place >= passed) {
                writer.accept(each);
                if (!page.endEntry(place)) {
                    break;
                }
            }
            place++;
        }
        page.end();
    }

    /** Begins the page behind what was written. */
    PageWriter(final BodyWriter out) {
        this.out = out;
        this.start = out.length();
        out.u32(0).u32(NO_MORE);
        this.mark = out.length();
    }

    /** To be called behind each entry. False if it did not fit and was taken back: the page is full. */
    boolean endEntry(final int key) {
        if (!out.isFull()) {
            count++;
            mark = out.length();
            return true;
        }
        if (count > 0) {
            out.rewind(mark);
            next = key;
        }
        return false;
    }

    /** To be called behind the last entry that was tried. */
    void end() {
        if (!out.isFull()) {
            out.u32At(start, count);
            out.u32At(start + 4, next);
        }
    }
}
