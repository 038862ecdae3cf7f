package io.vireo.journal.segment;

/** Why bytes are no manifest of this group. */
public final class ManifestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** Shorter or longer than it says. */
        WRONG_LENGTH,
        /** No manifest, or of a release with another format. */
        OTHER_FORMAT,
        /** Of a group with other sizes of segments or chunks. */
        OTHER_LIMITS,
        /** What it says cannot be. */
        INVALID_CONTENT,
        /** The chunks of an entry do not have the entry's root. */
        WRONG_ROOT
    }

    private final Code code;

    public ManifestException(final Code code, final String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
