package io.vireo.sim.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareCheck;
import io.vireo.node.message.MessageCheck;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A frame is validated where it enters and nowhere behind: checksums and fields are looked at by the edges of the process (network and
 * disk), each of them once. What a replica does with a frame it does with one that holds.
 */
@Tag("I10")
class ValidationTest {
    private static final String NODE = ProductClasses.ROOT + ".node.";

    /** Where bytes enter from a peer, a client or a server. */
    private static final Set<String> NETWORK_EDGES = Set.of(
            NODE + "transport.FrameDispatch",
            NODE + "transport.Handshake",
            NODE + "client.ReplicaLink",
            NODE + "ops.StatusClient");

    /** Where bytes enter from a disk, and the one place that knows every message of the network. */
    private static final Set<String> FORMATS = Set.of(
            ProductClasses.ROOT + ".bootstrap.checkpoint.SnapshotDecoder",
            ProductClasses.ROOT + ".journal.wal.RingScan",
            ProductClasses.ROOT + ".journal.wal.JournalReader",
            ProductClasses.ROOT + ".journal.wal.SyncMark",
            NODE + "message.MessageCheck");

    /** A refusal is read before a connection has been agreed on, so by the handshake. */
    private static final Set<String> HANDSHAKE = Set.of(NODE + "transport.Handshake", NODE + "client.ReplicaLink");

    @Test
    void shouldCheckAMessageOnlyWhereItEntersTheProcess() {
        assertEquals(new TreeSet<>(NETWORK_EDGES), callers(MessageCheck.class, "invalidReason"));
    }

    @Test
    void shouldCheckAFrameOrPrepareOnlyInFormatsThatAreReadFromNetworkOrDisk() {
        final Set<String> callers = callers(FrameCheck.class, "invalidReason");
        callers.addAll(callers(PrepareCheck.class, "invalidReason"));
        callers.addAll(callers(PrepareCheck.class, "invalidHeaderReason"));
        callers.removeAll(FORMATS);
        assertEquals(Set.of(), callers);
    }

    @Test
    void shouldCompareChecksumsOnlyWhereBytesEnter() {
        final Set<String> callers = callers(HeaderFlyweight.class, "isHeaderIntact");
        callers.addAll(callers(HeaderFlyweight.class, "isBodyIntact"));
        callers.removeAll(FORMATS);
        callers.removeAll(HANDSHAKE);
        assertEquals(Set.of(), callers);
    }

    /** Outermost classes of the product that call this method of this class, its own package in journal left out. */
    private static Set<String> callers(final Class<?> owner, final String method) {
        final Set<String> callers = new TreeSet<>();
        for (final JavaClass javaClass : ProductClasses.all()) {
            for (final JavaMethodCall call : javaClass.getMethodCallsFromSelf()) {
                if (call.getTarget().getName().equals(method)
                        && call.getTargetOwner().isAssignableTo(owner)
                        && !javaClass.getPackageName().equals(FrameCheck.class.getPackageName())
                        && !javaClass.getPackageName().startsWith(ProductClasses.ROOT + ".sim")) {
                    callers.add(ProductClasses.outermost(javaClass).getName());
                }
            }
        }
        return callers;
    }
}
