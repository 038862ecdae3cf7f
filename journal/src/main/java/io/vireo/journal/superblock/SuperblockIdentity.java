package io.vireo.journal.superblock;

import io.vireo.journal.message.Checksum;

/**
 * Whose data file it is and the constants its format was made with. Written at format, the same in every superblock, never changed; a
 * configuration that says otherwise is refused.
 *
 * @param formatIdLo random at format, with {@code formatIdHi}: tells this life of the file from a former one; not configured.
 * @param walBytes size of the WAL ring.
 * @param prepareSizeMax largest prepare, bytes.
 * @param segmentBytes size of a segment file.
 * @param limits what else all replicas share.
 */
public record SuperblockIdentity(
        long clusterLo,
        long clusterHi,
        int replica,
        int group,
        long formatIdLo,
        long formatIdHi,
        long walBytes,
        int prepareSizeMax,
        long segmentBytes,
        int replicaCount,
        int groupCount,
        SharedLimits limits) {
    /**
     * Compares with what the configuration says; the format id is not compared.
     *
     * @return null if equal, else the first field that differs, with what is configured and what the file says.
     */
    public String mismatchReason(final SuperblockIdentity configured) {
        if (clusterLo != configured.clusterLo || clusterHi != configured.clusterHi) {
            return "cluster: configured " + Checksum.hex(configured.clusterLo, configured.clusterHi)
                    + ", the file belongs to " + Checksum.hex(clusterLo, clusterHi);
        }
        if (replica != configured.replica) {
            return mismatch("replica", configured.replica, replica);
        }
        if (group != configured.group) {
            return mismatch("group", configured.group, group);
        }
        if (replicaCount != configured.replicaCount) {
            return mismatch("replicaCount", configured.replicaCount, replicaCount);
        }
        if (groupCount != configured.groupCount) {
            return mismatch("groupCount", configured.groupCount, groupCount);
        }
        if (walBytes != configured.walBytes) {
            return mismatch("walBytes", configured.walBytes, walBytes);
        }
        if (prepareSizeMax != configured.prepareSizeMax) {
            return mismatch("prepareSizeMax", configured.prepareSizeMax, prepareSizeMax);
        }
        if (segmentBytes != configured.segmentBytes) {
            return mismatch("segmentBytes", configured.segmentBytes, segmentBytes);
        }
        final SharedLimits other = configured.limits;
        if (limits.pipelineMax() != other.pipelineMax()) {
            return mismatch("pipelineMax", other.pipelineMax(), limits.pipelineMax());
        }
        if (limits.sessionsMax() != other.sessionsMax()) {
            return mismatch("sessionsMax", other.sessionsMax(), limits.sessionsMax());
        }
        if (limits.sessionWindow() != other.sessionWindow()) {
            return mismatch("sessionWindow", other.sessionWindow(), limits.sessionWindow());
        }
        if (limits.namespacesMax() != other.namespacesMax()) {
            return mismatch("namespacesMax", other.namespacesMax(), limits.namespacesMax());
        }
        if (limits.stateMachine() != other.stateMachine()) {
            return "stateMachine: configured " + other.stateMachine().text() + ", the file was formatted with "
                    + limits.stateMachine().text() + ", which it keeps for life: set state_machine = \""
                    + limits.stateMachine().text() + "\", or format another directory";
        }
        return null;
    }

    private static String mismatch(final String field, final long configured, final long found) {
        return field + ": configured " + configured + ", the file was formatted with " + found;
    }
}
