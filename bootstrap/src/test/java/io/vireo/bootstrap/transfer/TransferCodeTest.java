package io.vireo.bootstrap.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vireo.bootstrap.transfer.TransferCode.Reaction;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TransferCodeTest {
    @Test
    @Tag("X5")
    void shouldSayForEveryCodeWhatIsDone() {
        final Map<TransferCode, Reaction> table = new EnumMap<>(TransferCode.class);
        table.put(TransferCode.OK, Reaction.TAKE);
        table.put(TransferCode.NOT_FOUND, Reaction.NEXT_PEER);
        table.put(TransferCode.NOT_IN_MANIFEST, Reaction.NEXT_PEER);
        table.put(TransferCode.AUTH, Reaction.BLOCK_PEER);
        table.put(TransferCode.IO, Reaction.NEXT_PEER_FOR_CHUNK);
        table.put(TransferCode.CORRUPT, Reaction.NEXT_PEER_FOR_CHUNK);
        table.put(TransferCode.NOT_READY, Reaction.NOT_YET);
        table.put(TransferCode.BUSY, Reaction.LATER);
        table.put(TransferCode.SHUTTING_DOWN, Reaction.NOT_YET);
        table.put(TransferCode.BAD_RANGE, Reaction.LEAVE_PEER);
        table.put(TransferCode.VERSION, Reaction.LEAVE_PEER);
        table.put(TransferCode.TOO_LARGE, Reaction.LEAVE_PEER);
        final Map<TransferCode, Reaction> found = new EnumMap<>(TransferCode.class);
        for (final TransferCode code : TransferCode.values()) {
            found.put(code, code.reaction());
        }
        assertEquals(table, found);
    }

    @Test
    @Tag("X5")
    void shouldKnowExactlyTheCodesOfTheTableWhenTheyComeFromAFrame() {
        final String[] names = {
            "OK",
            "NOT_FOUND",
            "NOT_IN_MANIFEST",
            "AUTH",
            "IO",
            "CORRUPT",
            "NOT_READY",
            "BUSY",
            "SHUTTING_DOWN",
            "BAD_RANGE",
            "VERSION",
            "TOO_LARGE"
        };
        for (int code = 0; code < 256; code++) {
            if (code < names.length) {
                assertSame(TransferCode.valueOf(names[code]), TransferCode.ofCode(code));
                assertEquals(code, TransferCode.ofCode(code).code());
            } else {
                assertNull(TransferCode.ofCode(code));
            }
        }
        assertNull(TransferCode.ofCode(-1));
    }
}
