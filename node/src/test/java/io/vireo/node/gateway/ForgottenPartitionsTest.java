package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.ClientBytes;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.MetadataOperation;
import io.vireo.node.stream.machine.SystemCommands;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client meets when so many topics were made and deleted that groups forget which partitions have ended. */
class ForgottenPartitionsTest {
    private static final int RENEW = MetadataOperation.RENEW_PARTITION.code();

    @TempDir
    Path directory;

    private GatewayRig rig;
    private Client root;

    @BeforeEach
    void open() {
        rig = new GatewayRig(directory);
        root = rig.root(1);
        Scripts.makeTopic(root, 2);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** More partitions than groups remember. */
    private void makeAndDelete(final int times) {
        for (int i = 0; i < times; i++) {
            assertEquals(0, root.call(302, Scripts.topic("s", 8, "x")).status());
            assertEquals(0, root.call(302, Scripts.topic("s", 8, "y")).status());
            assertEquals(
                    0,
                    root.call(101, new ClientBytes().raw(Client.messages("s", "x", Client.toPartition(i % 8), "old")))
                            .status());
            root.ok(303, Client.ids("s", "x"));
            root.ok(303, Client.ids("s", "y"));
        }
    }

    private List<String> polled(final int partition) {
        return root.call(100, Client.poll(1, 1, partition, 3, 0, 10, false)).messages();
    }

    @Test
    void shouldTakeTheFirstMessageOfAPartitionThatHasWaitedForLong() {
        makeAndDelete(10);
        assertEquals(List.of(), polled(0), "nothing is there, and that is no error");
        root.send(Client.request(101, Client.messages("s", "t", Client.toPartition(0), "a")));
        root.send(Client.request(101, Client.messages("s", "t", Client.toPartition(0), "b")));
        root.send(Client.request(101, Client.messages("s", "t", Client.toPartition(0), "c")));
        for (int i = 0; i < 4; i++) {
            rig.tick();
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(0, root.next().status());
        }
        assertEquals(List.of("a", "b", "c"), polled(0));
        assertEquals(1, Collections.frequency(rig.groups.applied, RENEW), "once is enough");
        makeAndDelete(10);
        root.produce(0, "d");
        assertEquals(List.of("a", "b", "c", "d"), polled(0));
        assertEquals(1, Collections.frequency(rig.groups.applied, RENEW), "what has messages needs it no more");
    }

    @Test
    void shouldStayAsSmallWhenTopicsAreMadeAndDeletedForLong() {
        root.produce(0, "a");
        makeAndDelete(20);
        final long metadata = rig.groups.snapshotLength(0);
        final long[] former = {rig.groups.snapshotLength(1), rig.groups.snapshotLength(2)};
        for (int i = 0; i < 20; i++) {
            makeAndDelete(20);
            assertEquals(metadata, rig.groups.snapshotLength(0));
            for (int group = 1; group <= former.length; group++) {
                final long length = rig.groups.snapshotLength(group);
                assertTrue(
                        length <= former[group - 1] + 16L * PartitionGroup.ENDED_MAX,
                        () -> "a snapshot of " + length + " bytes");
            }
        }
        assertEquals(0, rig.groups.pendingDrops());
        assertEquals(List.of("a"), polled(0));
    }

    @Test
    void shouldRenewOnlyTheLifeThatIsMeant() {
        root.produce(0, "a");
        final long present = rig.groups.metadata.state().incarnationOf(0);
        for (final long other : new long[] {present + 1, Long.MAX_VALUE}) {
            rig.groups.command(new SystemCommands.RenewPartition(0, other), Actor.SYSTEM);
        }
        rig.groups.command(new SystemCommands.RenewPartition(Long.MAX_VALUE, present), Actor.SYSTEM);
        assertEquals(present, rig.groups.metadata.state().incarnationOf(0));
        assertEquals(0, rig.groups.pendingDrops());
        rig.groups.command(new SystemCommands.RenewPartition(0, present), Actor.SYSTEM);
        assertTrue(rig.groups.metadata.state().incarnationOf(0) > present);
        assertEquals(1, rig.groups.pendingDrops(), "what may be left of it is dropped");
    }
}
