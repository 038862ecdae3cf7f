package io.vireo.bootstrap.checkpoint;

/**
 * Why a snapshot cannot be used. The message names group, file, offset, what was expected and what was found, and what the operator can
 * do; nothing was written.
 */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** There is no file of that name, although a checkpoint names it. */
        MISSING("a file that a checkpoint names never goes by itself: look who removed it"),
        /** The device could not deliver the bytes. */
        READ_FAILED("check the device"),
        /** Shorter or longer than its prologue says, or than a snapshot can be. */
        WRONG_SIZE("the file was cut or extended after it was published; remove nothing else"),
        /** It does not begin as a snapshot does. */
        NOT_A_SNAPSHOT("this file was replaced by another; the snapshot that belongs here is the same on all replicas"),
        /** Intact, but written by a release with another format. */
        OTHER_FORMAT("start the release that wrote it"),
        /** Intact, but of another cluster, group or op, or not the one that is asked for. */
        OTHER_IDENTITY("check the data directory and the cluster file: one of them is not what belongs together"),
        /** A checksum does not hold. */
        DAMAGED("check the device; the snapshot is the same on all replicas"),
        /** Every checksum holds, but the content cannot be, or not under this configuration. */
        INVALID_CONTENT(
                "compare the cluster file with that of the other replicas; if it is the same, keep the file and report a defect");

        private final String advice;

        Code(final String advice) {
            this.advice = advice;
        }

        /** What the operator can do. */
        public String advice() {
            return advice;
        }
    }

    private final Code code;
    private final int group;
    private final String file;
    private final long offset;
    private final String text;
    private final String expected;
    private final String found;

    SnapshotException(final Code code, final int group, final String file, final long offset, final String what) {
        this(code, group, file, offset, what, "", "");
    }

    private SnapshotException(
            final Code code,
            final int group,
            final String file,
            final long offset,
            final String what,
            final String expected,
            final String found) {
        super("group " + group + ", " + text(code, file, offset, what));
        this.text = text(code, file, offset, what);
        this.code = code;
        this.group = group;
        this.file = file;
        this.offset = offset;
        this.expected = expected;
        this.found = found;
    }

    /** A checksum that does not hold; both as 32 hexadecimal digits, high half first. */
    static SnapshotException damaged(
            final int group,
            final String file,
            final long offset,
            final long length,
            final SnapshotId expected,
            final SnapshotId found) {
        return new SnapshotException(
                Code.DAMAGED,
                group,
                file,
                offset,
                "the checksum of " + length + " bytes is " + found + " and should be " + expected,
                expected.toString(),
                found.toString());
    }

    private static String text(final Code code, final String file, final long offset, final String what) {
        return "file \"" + file + "\", offset " + offset + ": " + what + "; " + code.advice();
    }

    public Code code() {
        return code;
    }

    /** The message without the group, for those who have named it. */
    public String text() {
        return text;
    }

    public int group() {
        return group;
    }

    /** Name of the file, as the storage knows it. */
    public String file() {
        return file;
    }

    /** Byte of the file at which the mistake begins. */
    public long offset() {
        return offset;
    }

    /** Checksum that should be there, 32 hexadecimal digits; empty if it is not a checksum that does not hold. */
    public String expected() {
        return expected;
    }

    /** Checksum of what is there; empty likewise. */
    public String found() {
        return found;
    }
}
