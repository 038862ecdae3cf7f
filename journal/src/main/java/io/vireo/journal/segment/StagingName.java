package io.vireo.journal.segment;

import java.util.HexFormat;

/**
 * Names of segment files until they are whole: {@code staging/<namespace>-<incarnation>-<base offset>-<first 8 bytes of the root>.part}, each 16
 * hexadecimal digits. Made from numbers only. Two contents of one segment have two names; who takes a file for the content it is named after
 * still looks at every chunk.
 */
public final class StagingName {
    private static final String DIRECTORY = "staging/";
    private static final String SUFFIX = ".part";
    private static final String KEY_SUFFIX = ".log";
    private static final int ROOT_BYTES = 8;
    private static final int ROOT_LENGTH = 1 + 2 * ROOT_BYTES;

    private StagingName() {}

    /** The name of this content of a segment. */
    public static String of(final ManifestEntry entry) {
        final String key = entry.key().fileName();
        return DIRECTORY
                + key.substring(SegmentKey.DIRECTORY.length() + 1, key.length() - KEY_SUFFIX.length())
                + '-'
                + HexFormat.of().formatHex(entry.root(), 0, ROOT_BYTES)
                + SUFFIX;
    }

    /** The segment that a name is of; null if it is no such name. */
    public static SegmentKey keyOf(final String name) {
        final int end = name.length() - SUFFIX.length() - ROOT_LENGTH;
        if (end <= DIRECTORY.length() || !name.startsWith(DIRECTORY) || !name.endsWith(SUFFIX) || !isRoot(name, end)) {
            return null;
        }
        return SegmentKey.parse(SegmentKey.DIRECTORY + '/' + name.substring(DIRECTORY.length(), end) + KEY_SUFFIX);
    }

    private static boolean isRoot(final String name, final int from) {
        if (name.charAt(from) != '-') {
            return false;
        }
        for (int i = from + 1; i < from + ROOT_LENGTH; i++) {
            final char c = name.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
