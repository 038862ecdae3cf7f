package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.iggy.ClientBytes;

/** What tests begin with. */
final class Scripts {
    private Scripts() {}

    /** Stream s with topic t. */
    static void makeTopic(final Client client, final int partitions) {
        assertEquals(0, client.call(202, new ClientBytes().str8("s")).status());
        assertEquals(0, client.call(302, topic("s", partitions, "t")).status());
    }

    static ClientBytes topic(final String stream, final int partitions, final String name) {
        return Client.ids(stream).u32(partitions).raw(settings(0)).str8(name);
    }

    static byte[] settings(final long maxSize) {
        return new ClientBytes().u8(1).u64(0).u64(maxSize).u8(0).bytes();
    }
}
