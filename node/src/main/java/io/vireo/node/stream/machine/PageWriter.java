package io.vireo.node.stream.machine;

import io.vireo.node.stream.metadata.Entity;
import java.util.function.Consumer;

/**
 * Writes as many entries of a list as fit: {@code count u32, next u32}, then the entries. What did not fit is asked for again, by its key, so
 * that whatever comes or goes in between takes no other entry with it: what has a number from {@code next} on, all else behind the last
 * entry of the page, with {@code next} being {@link #MORE}. At the end of the list it is {@link #NO_MORE}. A page without entries that has a
 * next is no answer: the first entry alone is too large.
 */
final class PageWriter {
    static final int NO_MORE = -1;
    /** There is more behind the last entry. */
    static final int MORE = 0;

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

    /** A page of what has other keys. @param rest what is behind the key that was asked from, in their order. */
    static <T> void write(final Iterable<T> rest, final BodyWriter out, final Consumer<T> writer) {
        final PageWriter page = new PageWriter(out);
        for (final T each : rest) {
            writer.accept(each);
            if (!page.endEntry(MORE)) {
                break;
            }
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

    /**
     * To be called behind each entry. False if it did not fit and was taken back: the page is full.
     *
     * @param number of the entry, or {@link #MORE}.
     */
    boolean endEntry(final int number) {
        if (!out.isFull()) {
            count++;
            mark = out.length();
            return true;
        }
        if (count > 0) {
            out.rewind(mark);
            next = number;
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
