package io.vireo.bootstrap.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.journal.storage.Storage;
import org.junit.jupiter.api.Test;

class PieceLengthTest {
    private static final int SECTOR = Storage.SECTOR;

    @Test
    void shouldAskForWholeSectorsDownToOneWhenNobodyAnswers() {
        final PieceLength length = new PieceLength(7 * SECTOR);
        assertEquals(7 * SECTOR, length.of(Integer.MAX_VALUE));
        length.onSilence();
        assertEquals(3 * SECTOR, length.of(Integer.MAX_VALUE));
        length.onSilence();
        length.onSilence();
        assertEquals(SECTOR, length.of(Integer.MAX_VALUE));
        assertEquals(100, length.of(100));
    }

    @Test
    void shouldGrowToTheMostThatAFrameHoldsWhenFilesArrive() {
        final PieceLength length = new PieceLength(7 * SECTOR);
        length.onSilence();
        length.onFile();
        assertEquals(6 * SECTOR, length.of(Integer.MAX_VALUE));
        length.onFile();
        assertEquals(7 * SECTOR, length.of(Integer.MAX_VALUE));
    }
}
