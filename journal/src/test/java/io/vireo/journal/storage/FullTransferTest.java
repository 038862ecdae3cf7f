package io.vireo.journal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short reads, short writes and a full device below the storage. */
class FullTransferTest {
    private static final int LENGTH = 10_000;

    @TempDir
    private Path directory;

    private final byte[] bytes = new byte[LENGTH];

    FullTransferTest() {
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (i * 31 >>> 3);
        }
    }

    @Test
    void shouldMoveEveryByteToItsPlaceWhenTheSystemMovesAFewAtATime() throws IOException {
        for (final int atOnce : new int[] {1_000, 4_096, 9_999, LENGTH}) {
            try (ShortChannel channel = open("a" + atOnce, atOnce, Long.MAX_VALUE)) {
                FullTransfer.write(channel, ByteBuffer.wrap(bytes), 500);
                assertEquals((LENGTH + atOnce - 1) / atOnce, channel.calls);
                final ByteBuffer found = ByteBuffer.allocate(LENGTH);
                assertTrue(FullTransfer.read(channel, found, 500));
                assertArrayEquals(bytes, found.array(), "at once " + atOnce);
            }
        }
    }

    @Test
    void shouldSayThatTheFileEndsWhenItIsShorter() throws IOException {
        try (ShortChannel channel = open("a", 1_000, Long.MAX_VALUE)) {
            FullTransfer.write(channel, ByteBuffer.wrap(bytes), 0);
            assertFalse(FullTransfer.read(channel, ByteBuffer.allocate(LENGTH + 1), 0));
        }
    }

    @Test
    void shouldFailWithTheSystemsReasonWhenTheDeviceIsFullInTheMiddle() throws IOException {
        try (ShortChannel channel = open("a", 4_096, 5_000)) {
            final IOException full =
                    assertThrows(IOException.class, () -> FullTransfer.write(channel, ByteBuffer.wrap(bytes), 0));
            assertEquals("No space left on device", full.getMessage());
        }
        assertArrayEquals(
                Arrays.copyOf(bytes, 5_000), Files.readAllBytes(directory.resolve("a")), "what had space is there");
    }

    private ShortChannel open(final String name, final int atOnce, final long space) throws IOException {
        return new ShortChannel(
                FileChannel.open(
                        directory.resolve(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE),
                atOnce,
                space);
    }
}
