package io.vireo.bootstrap.config;

/** Which group a namespace belongs to. A pure function of two numbers that are fixed when the cluster is formatted. */
public record Placement(int namespacesMax, int groupCount) {
    /** Answer for a namespace that nobody owns: an error of the request, never a default group. */
    public static final int NO_GROUP = -1;

    /** The group of this namespace, or {@link #NO_GROUP} if it is not in [0, namespacesMax). */
    public int groupOf(final long namespace) {
        return namespace < 0 || namespace >= namespacesMax ? NO_GROUP : (int) (namespace % groupCount);
    }
}
