package io.vireo.bootstrap.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.wal.EntryState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening real directories: whole, damaged, foreign, and cut off in the middle of the opening itself. */
class ReplicaRecoveryTest {
    @TempDir
    private Path directory;

    @Test
    @Tag("I4")
    void shouldRestoreViewsAndCommitAndApplyWhatIsCommittedWhenReopened() {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            group.append(20, 4);
            group.writeSuperblock(
                    group.state().toBuilder().commitMax(10).view(3).build());
            final RecoveredState state = group.opened();
            assertEquals(3, state.superblock().state().view());
            assertEquals(0, state.superblock().state().logView());
            assertEquals(20, state.journal().head());
            // Op 20 says that 15 was committed when it was formed; the superblock only knew of 10.
            assertEquals(15, state.commitMax());
            assertEquals(15, state.commitMin());
            assertEquals(20_000, state.lastTimestampNs());
            assertEquals(ops(2, 15), group.machine.applied);
        }
    }

    @Test
    void shouldApplyWhatTheSuperblockKnowsWhenItKnowsMoreThanTheNewestPrepare() {
        try (GroupDirectory group = formatted(settings -> settings.walBytes(1 << 20))) {
            group.opened();
            group.append(20, 4);
            group.writeSuperblock(group.state().toBuilder().commitMax(18).build());
            assertEquals(18, group.opened().commitMin());
            assertEquals(ops(2, 18), group.machine.applied);
        }
    }

    @Test
    void shouldLeaveTheRestToTheReplicaWhenMoreIsCommittedThanTheJournalHolds() {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            group.append(12, 0);
            group.writeSuperblock(group.state().toBuilder().commitMax(30).build());
            final RecoveredState state = group.opened();
            assertEquals(12, state.commitMin());
            assertEquals(30, state.commitMax());
            assertEquals(ops(2, 12), group.machine.applied);
        }
    }

    @Test
    @Tag("I1")
    void shouldStopBeforeTheFirstDamagedOpAndStillOpenWhenTheJournalHasAHole() throws IOException {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            group.append(20, 0);
            group.damage(group.offsetOf(8) + 100, 8);
            final RecoveredState state = group.opened();
            assertEquals(EntryState.FAULTY, state.journal().state(8));
            assertEquals(20, state.journal().head());
            assertEquals(7, state.commitMin());
            assertEquals(19, state.commitMax());
            assertEquals(ops(2, 7), group.machine.applied);
            assertTrue(state.isHeadCertain());
        }
    }

    @Test
    @Tag("I1")
    void shouldStopBeforeAnOpAndStillOpenWhenItIsDamagedAfterItWasScanned() {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            group.append(20, 0);
            group.damageAt(RecoveryStage.REPLAY, group.offsetOf(8) + 100, 8);
            final RecoveredState state = group.opened();
            assertEquals(7, state.commitMin());
            assertEquals(19, state.commitMax());
            assertEquals(EntryState.FAULTY, state.journal().state(8));
            assertEquals(ops(2, 7), group.machine.applied);
        }
    }

    @Test
    void shouldSayEachStageWithWhatWasFoundWhenItOpens() {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            group.append(3, 0);
            group.opened();
            assertEquals(
                    List.of(
                            "SUPERBLOCK file=data",
                            "SNAPSHOT sequence=1 view=0 logView=0 commitMax=0 syncedOp=0",
                            "FILES checkpoint=0",
                            "JOURNAL files=0",
                            "REPLAY",
                            "JOIN applied=2 of=2"),
                    group.stages.stream()
                            .map(line -> line.startsWith("REPLAY") ? "REPLAY" : line)
                            .toList());
            assertTrue(group.stages.get(4).contains(" head=3 "), group.stages.get(4));
            assertTrue(group.stages.get(4).endsWith(" commitMax=2"), group.stages.get(4));
        }
    }

    @Test
    void shouldComeToTheSameStateWhenTheOpeningItselfWasCutAfterAnyCompletion() {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            group.append(12, 2);
            group.writeSuperblock(group.state().toBuilder().commitMax(6).view(1).build());
            int deathAfter = 0;
            while (!group.open(deathAfter)) {
                final RecoveredState state = group.opened();
                assertEquals(9, state.commitMin());
                assertEquals(12, state.journal().head());
                assertEquals(1, state.superblock().state().view());
                assertEquals(ops(2, 9), group.machine.applied);
                deathAfter++;
            }
            assertTrue(deathAfter > 8, "an opening has more steps than " + deathAfter);
        }
    }

    @Test
    void shouldOpenAndRepairTheOtherCopiesWhenTwoSuperblocksAreDamaged() throws IOException {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            group.damage(0, 100);
            group.damage(2L * Superblock.COPY_LENGTH + 50, 1);
            assertEquals(0, group.opened().commitMin());
            group.damage(Superblock.COPY_LENGTH, 100);
            group.damage(3L * Superblock.COPY_LENGTH, 100);
            assertEquals(0, group.opened().commitMin());
        }
    }

    @Test
    void shouldRefuseAndSayWhatToDoWhenTheSuperblockIsUnreadable() throws IOException {
        try (GroupDirectory group = formatted(settings -> settings)) {
            group.opened();
            for (int copy = 0; copy < Superblock.COPIES; copy++) {
                group.damage((long) copy * Superblock.COPY_LENGTH + 20, 4);
            }
            final byte[] before = Files.readAllBytes(data());
            final RecoveryException failure = group.refused();
            assertEquals(RecoveryException.Code.SUPERBLOCK, failure.code());
            assertNotNull(failure.getCause());
            final String text = failure.getMessage();
            assertTrue(
                    text.startsWith(
                            "group 2 of replica 1: superblock of the file \"data\" (4 copies of 12288 bytes from offset 0):"
                                    + " no copy of the superblock is intact (copy 0 at offset 0: "),
                    text);
            assertTrue(text.contains("it is not taken for an empty one"), text);
            assertTrue(text.contains("bring the file back as it was last"), text);
            assertEquals("REFUSED " + text, group.stages.get(group.stages.size() - 1));
            group.die();
            assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(data())));
        }
    }

    @Test
    @Tag("I5")
    void shouldRefuseAndNameFormatWhenThereIsNoDataFile() {
        try (GroupDirectory group =
                new GroupDirectory(directory, GroupDirectory.settings().conclude())) {
            final RecoveryException failure = group.refused();
            assertEquals(RecoveryException.Code.NOT_FORMATTED, failure.code());
            assertTrue(
                    failure.getMessage().startsWith("group 2 of replica 1: there is no file \"data\" in its directory"),
                    failure.getMessage());
            assertTrue(failure.getMessage().contains("run 'vireo format'"), failure.getMessage());
            assertFalse(Files.exists(data()));
        }
    }

    @Test
    void shouldNameBothValuesWhenTheDirectoryBelongsToSomethingElse() throws IOException {
        formatted(settings -> settings).die();
        final byte[] before = Files.readAllBytes(data());
        refusesIdentity(
                "cluster: configured 00000000000000220000000000000012, the file belongs to 00000000000000220000000000000011",
                settings -> settings.clusterId(0x12, 0x22));
        refusesIdentity(
                "replicaCount: configured 5, the file was formatted with 3", settings -> settings.replicaCount(5));
        refusesIdentity("groupCount: configured 8, the file was formatted with 4", settings -> settings.groupCount(8));
        refusesIdentity(
                "walBytes: configured 524288, the file was formatted with 262144",
                settings -> settings.walBytes(512 << 10));
        refusesIdentity(
                "prepareSizeMax: configured 8192, the file was formatted with 16384",
                settings -> settings.prepareSizeMax(8192));
        refusesIdentity(
                "segmentBytes: configured 33554432, the file was formatted with 134217728",
                settings -> settings.segmentBytes(32 << 20));
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(data())));
    }

    @Test
    void shouldRefuseWhenTheFileWasCut() throws IOException {
        formatted(settings -> settings).die();
        Files.write(data(), Arrays.copyOf(Files.readAllBytes(data()), 128 << 10));
        try (GroupDirectory group =
                new GroupDirectory(directory, GroupDirectory.settings().conclude())) {
            final RecoveryException failure = group.refused();
            assertEquals(RecoveryException.Code.SUPERBLOCK, failure.code());
            assertTrue(
                    failure.getMessage().contains("has 131072 bytes, it was formatted with 327680"),
                    failure.getMessage());
        }
    }

    @Test
    void shouldRefuseAndNameOpFileAndOffsetWhenASoleReplicasJournalIsDamaged() throws IOException {
        try (GroupDirectory group = formatted(settings -> settings.replicaCount(1))) {
            group.opened();
            group.append(20, 0);
            group.damage(group.offsetOf(8) + 100, 8);
            final RecoveryException failure = group.refused();
            assertEquals(RecoveryException.Code.JOURNAL, failure.code());
            final String text = failure.getMessage();
            assertTrue(
                    text.startsWith(
                            "group 2 of replica 0: op 8 of the journal is FAULTY: it belongs into file \"data\" in the gap at sector 7 of"
                                    + " the ring, offset " + group.offsetOf(8) + ", length 4096; expected "),
                    text);
            assertTrue(
                    text.matches(
                            ".*; expected the prepare with checksum [0-9a-f]{32}, found sector 7: CRC32C expected [0-9a-f]{8},"
                                    + " found [0-9a-f]{8}; .*"),
                    text);
            assertTrue(text.contains("no other op is damaged"), text);
            assertTrue(text.contains("restore this directory from a backup"), text);
            assertEquals(List.of(), group.machine.applied);
        }
    }

    @Test
    void shouldOpenWhenASoleReplicasLastEntryIsMerelyTorn() throws IOException {
        try (GroupDirectory group =
                formatted(settings -> settings.replicaCount(1).durability("synced"))) {
            group.opened();
            group.append(5, 0);
            group.damage(group.offsetOf(5) + 100, 8);
            final RecoveredState state = group.opened();
            assertEquals(4, state.journal().head());
            assertEquals(3, state.commitMin());
            assertEquals(4_000, state.lastTimestampNs());
        }
    }

    private void refusesIdentity(final String reason, final UnaryOperator<NodeContext> change) {
        try (GroupDirectory group = new GroupDirectory(
                directory, change.apply(GroupDirectory.settings()).conclude())) {
            final RecoveryException failure = group.refused();
            assertEquals(RecoveryException.Code.SUPERBLOCK, failure.code());
            assertTrue(failure.getMessage().contains("): " + reason + "; nothing was written; "), failure.getMessage());
            assertTrue(failure.getMessage().contains("check the data directory"), failure.getMessage());
        }
    }

    private GroupDirectory formatted(final UnaryOperator<NodeContext> change) {
        final ClusterConfig config = change.apply(GroupDirectory.settings()).conclude();
        final GroupDirectory group = new GroupDirectory(directory, config);
        assertTrue(group.format(GroupDirectory.ALL));
        return group;
    }

    private static List<Long> ops(final long first, final long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private Path data() {
        return directory.resolve(DataFileLayout.FILE_NAME);
    }
}
