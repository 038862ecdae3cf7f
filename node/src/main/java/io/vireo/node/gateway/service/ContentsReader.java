package io.vireo.node.gateway.service;

import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.partition.ContentsQuery;
import io.vireo.node.stream.partition.PartitionContents;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads what the partitions of one group hold, one page after the other. */
final class ContentsReader {
    /** Takes the end of it, once for each time it was begun. */
    interface Listener {
        /** @param contents by namespace, ascending. */
        void onRead(List<PartitionContents> contents);

        void onFailed();
    }

    private final GroupRequests groups;
    private final int group;
    private final Consistency consistency;
    private List<PartitionContents> contents = new ArrayList<>();
    private boolean isReading;

    ContentsReader(final GroupRequests groups, final int group, final Consistency consistency) {
        this.groups = groups;
        this.group = group;
        this.consistency = consistency;
    }

    /** Whether it was begun and has not ended. */
    boolean isReading() {
        return isReading;
    }

    /** To be called while it is not reading; the end may come before this returns. */
    void begin(final Listener listener) {
        isReading = true;
        contents = new ArrayList<>();
        readFrom(0, listener);
    }

    private void readFrom(final long namespace, final Listener listener) {
        final UnsafeBuffer query = new UnsafeBuffer(new byte[ContentsQuery.LENGTH]);
        groups.read(
                group,
                MetadataMachine.NAMESPACE,
                consistency,
                query,
                0,
                ContentsQuery.put(query, 0, namespace),
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) -> {
                    if (outcome != Outcome.OK) {
                        isReading = false;
                        listener.onFailed();
                        return;
                    }
                    final ContentsQuery.Page page = ContentsQuery.read(reply, offset);
                    contents.addAll(page.partitions());
                    if (page.hasMore()) {
                        readFrom(page.next(), listener);
                    } else {
                        isReading = false;
                        listener.onRead(contents);
                    }
                });
    }
}
