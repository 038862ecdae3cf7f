package io.vireo.node.launch;

/** What the process tells its caller; the same for all commands. */
public final class ExitCodes {
    public static final int OK = 0;
    /** The command could not do what it was asked for: a cluster that does not answer, for example. */
    public static final int FAILED = 1;
    /** A mistake in arguments, configuration or files that the operator can put right. */
    public static final int OPERATOR = 2;
    /** A rule of this program does not hold: a defect. The data is left as it is. */
    public static final int BROKEN_INVARIANT = 70;
    /** The storage failed a write or a sync and can no longer be trusted. */
    public static final int STORAGE_FAILED = 74;

    private ExitCodes() {}
}
