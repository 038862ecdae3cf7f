package io.vireo.node.core;

/**
 * Another life of this replica has begun, on another disk: whatever this one says is void, and it must say nothing more. The operator has
 * recovered the replica elsewhere and started the old disk again, or has formatted a disk where it was to be recovered.
 */
public final class LaterLifeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LaterLifeException(final int replica, final int group, final long ownLife, final long laterLife) {
        super("another life of replica " + replica + " has begun on another disk (group " + group + ": life "
                + text(laterLife) + ", here " + text(ownLife)
                + "): this disk must not be used any more; if the replica is to run here,"
                + " stop it everywhere else, move this directory away and prepare another one by \"vireo recover\"");
    }

    /** How many lives there were before it, and what was drawn for it. */
    private static String text(final long life) {
        return (life >>> Integer.SIZE) + "." + (life & 0xffff_ffffL);
    }
}
