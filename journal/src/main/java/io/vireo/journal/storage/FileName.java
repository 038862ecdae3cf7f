package io.vireo.journal.storage;

import io.vireo.journal.util.Invariant;

/** Names of files inside the directory of a group: a plain name, or one directory and a plain name in it. Pure. */
public final class FileName {
    public static final char SEPARATOR = '/';

    private static final int LENGTH_MAX = 200;

    private FileName() {}

    /** Gives the name back; anything else than a name is a defect of whoever made it. */
    public static String check(final String name) {
        Invariant.check(isName(name), "file names are plain names inside the directory of the group");
        return name;
    }

    /** True for {@code [directory/]name}, each of ASCII letters, digits, '.', '-' and '_', not starting with a '.'. */
    public static boolean isName(final String name) {
        final int separator = name.indexOf(SEPARATOR);
        return name.length() <= LENGTH_MAX
                && (separator < 0 || isPlain(name, 0, separator))
                && isPlain(name, separator + 1, name.length());
    }

    /** The directory of a name; empty for the directory of the group itself. */
    public static String directory(final String name) {
        return name.substring(0, Math.max(0, name.indexOf(SEPARATOR)));
    }

    private static boolean isPlain(final String name, final int from, final int to) {
        if (from == to || name.charAt(from) == '.') {
            return false;
        }
        for (int i = from; i < to; i++) {
            final char c = name.charAt(i);
            final boolean isPlain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!isPlain && c != '.' && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }
}
