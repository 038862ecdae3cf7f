package io.vireo.bootstrap.open;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.DataFileLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileFormatterTest {
    @TempDir
    private Path directory;

    @Test
    void shouldMakeAFileThatOpensEmptyWhenTheDirectoryIsEmpty() throws IOException {
        try (GroupDirectory group = group()) {
            assertTrue(group.format(GroupDirectory.ALL));
            assertNull(group.formatFailure());
            assertEquals(new DataFileLayout(256 << 10).fileSize(), Files.size(data()));
            assertFalse(Files.exists(directory.resolve(DataFileFormatter.TEMPORARY_NAME)));
            final RecoveredState state = group.opened();
            assertEquals(0, state.commitMin());
            assertEquals(0, state.commitMax());
            assertEquals(0, state.lastTimestampNs());
            assertEquals(0, state.superblock().state().view());
            assertTrue(state.isHeadCertain());
        }
    }

    @Test
    void shouldLeaveTheFileAsItIsWhenOneIsThere() throws IOException {
        final byte[] bytes = {1, 2, 3};
        Files.write(data(), bytes);
        try (GroupDirectory group = group()) {
            assertTrue(group.format(GroupDirectory.ALL));
            assertEquals(RecoveryException.Code.EXISTS, group.formatFailure().code());
            assertEquals(
                    "group 2 of replica 1: there is a data file already and it is left as it is; to start anew, remove it yourself after"
                            + " making sure that it is not needed",
                    group.formatFailure().getMessage());
        }
        assertArrayEquals(bytes, Files.readAllBytes(data()));
    }

    @Test
    void shouldFormatAgainWhenAFormatWasCutAfterAnyCompletion() throws IOException {
        for (int deathAfter = 0; ; deathAfter++) {
            final Path each = Files.createDirectory(directory.resolve("cut-" + deathAfter));
            try (GroupDirectory group =
                    new GroupDirectory(each, GroupDirectory.settings().conclude())) {
                final boolean isWhole = group.format(deathAfter);
                if (!Files.exists(each.resolve(DataFileLayout.FILE_NAME))) {
                    assertFalse(isWhole);
                    assertEquals(
                            RecoveryException.Code.NOT_FORMATTED,
                            group.refused().code());
                    assertTrue(group.format(GroupDirectory.ALL));
                    assertNull(group.formatFailure());
                }
                assertEquals(0, group.opened().commitMin());
                if (isWhole) {
                    assertTrue(deathAfter > 8, "a format has more steps than " + deathAfter);
                    return;
                }
            }
        }
    }

    private GroupDirectory group() {
        return new GroupDirectory(directory, GroupDirectory.settings().conclude());
    }

    private Path data() {
        return directory.resolve(DataFileLayout.FILE_NAME);
    }
}
