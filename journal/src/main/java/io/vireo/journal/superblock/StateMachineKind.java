package io.vireo.journal.superblock;

/** Which state machine the groups of a cluster replicate: chosen when it is formatted, and for the life of its data. */
public enum StateMachineKind {
    /** The plain replicated log. Also of every data file that was formatted before there was a choice. */
    LOG(0, "log"),
    /** Streams, topics, users and messages. */
    STREAM(1, "stream");

    private final int code;
    private final String text;

    StateMachineKind(final int code, final String text) {
        this.code = code;
        this.text = text;
    }

    /** In the superblock. */
    public int code() {
        return code;
    }

    /** In the cluster file and for people. */
    public String text() {
        return text;
    }

    /** Null if there is none. */
    public static StateMachineKind ofCode(final int code) {
        for (final StateMachineKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }

    /** Null if there is none. */
    public static StateMachineKind ofText(final String text) {
        for (final StateMachineKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        return null;
    }
}
