package io.vireo.node.log;

import java.util.Arrays;

/**
 * The entries of one namespace, by offset: one long each, as {@link EntryArena} gives them out. Pages, so that growth copies a bounded
 * number of them; the first page starts small, because there may be many namespaces with few entries.
 */
final class NamespaceLog {
    static final int PAGE_ENTRIES = 4096;
    private static final int FIRST_PAGE_ENTRIES = 16;

    private long[][] pages = {new long[FIRST_PAGE_ENTRIES]};
    private long count;

    long count() {
        return count;
    }

    void add(final long entry) {
        final int page = (int) (count / PAGE_ENTRIES);
        final int place = (int) (count % PAGE_ENTRIES);
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, pages.length * 2);
        }
        if (pages[page] == null) {
            pages[page] = new long[PAGE_ENTRIES];
        } else if (place == pages[page].length) {
            pages[page] = Arrays.copyOf(pages[page], Math.min(PAGE_ENTRIES, place * 4));
        }
        pages[page][place] = entry;
        count++;
    }

    long entry(final long offset) {
        return pages[(int) (offset / PAGE_ENTRIES)][(int) (offset % PAGE_ENTRIES)];
    }
}
