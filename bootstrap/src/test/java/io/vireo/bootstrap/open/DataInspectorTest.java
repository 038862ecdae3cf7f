package io.vireo.bootstrap.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.inspect.Damage;
import io.vireo.bootstrap.inspect.GroupInspection;
import io.vireo.bootstrap.inspect.GroupPlace;
import io.vireo.bootstrap.inspect.Verdict;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.wal.EntryState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inspections of real directories, whole and damaged: what they say, and that they leave every byte and every time as it was. */
class DataInspectorTest {
    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatAnOpeningDoesWhenNothingIsDamaged() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            final Map<String, String> before = everything();
            final GroupInspection found = group.inspect(true);
            assertEquals(before, everything());
            assertTrue(found.isWhole());
            assertEquals(List.of(), found.damages());
            assertEquals(List.of(), found.otherFiles());
            assertEquals(15, found.opening().commitMin());
            assertEquals(20, found.journal().report().head());
            assertEquals(20 * 4096L, found.journal().headPosition() * 4096L);
            final RecoveredState opened = group.opened();
            assertEquals(
                    group.stages,
                    found.opening().stages().stream()
                            .map(stage -> stage.stage() + " " + stage.found())
                            .toList());
            assertEquals(opened.commitMax(), found.opening().commitMax());
            assertEquals(opened.isHeadCertain(), found.opening().isHeadCertain());
        }
    }

    @Test
    void shouldLeaveADamagedCopyAsItIsWhenTheOthersAreIntact() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            group.damage(Superblock.COPY_LENGTH + 100, 8);
            final Map<String, String> before = everything();
            final GroupInspection found = group.inspect(true);
            assertEquals(before, everything());
            final Damage damage = only(found);
            assertEquals(Damage.Kind.SUPERBLOCK_COPY, damage.kind());
            assertEquals(Verdict.REPAIRED_HERE, damage.verdict());
            assertEquals(Superblock.COPY_LENGTH, damage.offset());
            assertTrue(damage.expected().matches("[0-9a-f]{32}"), damage.expected());
            assertTrue(damage.found().endsWith(" (checksum does not match)"), damage.found());
            assertNull(found.opening().refusal());
            assertFalse(found.isWhole());
            group.opened();
            assertTrue(group.inspect(true).isWhole(), "the opening has repaired it");
        }
    }

    @Test
    void shouldSayThatItDoesNotOpenWhenNoCopyIsIntact() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            group.damage(0, Superblock.COPIES * Superblock.COPY_LENGTH);
            final GroupInspection found = group.inspect(true);
            assertEquals(4, found.damages().size());
            assertTrue(found.damages().stream().allMatch(damage -> damage.verdict() == Verdict.REFUSED));
            assertNull(found.journal());
            final RecoveryException refused = group.refused();
            assertEquals(refused.code(), found.opening().refusal().code());
            assertTrue(
                    refused.getMessage().endsWith(found.opening().refusal().getMessage()),
                    found.opening().refusal().getMessage());
        }
    }

    @Test
    void shouldNameOpAndPlaceAndWhoRepairsItWhenAnEntryIsDamaged() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            group.damage(group.offsetOf(8) + 100, 8);
            final GroupInspection found = group.inspect(true);
            final Damage damage = only(found);
            assertEquals(Damage.Kind.JOURNAL_OP, damage.kind());
            assertEquals(Verdict.REPAIRED_BY_CLUSTER, damage.verdict());
            assertEquals(8, damage.op());
            assertEquals(group.offsetOf(8), damage.offset());
            assertEquals(Storage.SECTOR, damage.length());
            assertTrue(damage.found().matches("sector 7: CRC32C expected [0-9a-f]{8}, found [0-9a-f]{8}"));
            assertEquals(EntryState.FAULTY, found.journal().op(8).state());
            assertEquals(7, found.opening().commitMin());
            assertEquals(8, found.opening().stoppedOp());
            assertNull(found.opening().refusal());
            final String join = found.opening().stages().get(5).found();
            assertTrue(
                    join.startsWith("applied=7 of=15 stopped=8 state=FAULTY file=data where=\"in the gap at sector 7 "),
                    join);
            assertEquals(
                    damage.expected(),
                    Checksum.hex(
                            group.opened().journal().checksumLo(8),
                            group.opened().journal().checksumHi(8)));
        }
    }

    @Test
    void shouldSayThatItDoesNotOpenWhenAnEntryOfASoleReplicaIsDamaged() throws IOException {
        try (GroupDirectory group = written(settings -> settings.replicaCount(1))) {
            group.damage(group.offsetOf(8) + 100, 8);
            final GroupInspection found = group.inspect(true);
            assertEquals(Verdict.REFUSED, only(found).verdict());
            assertEquals(group.refused().getMessage(), found.opening().refusal().getMessage());
        }
    }

    @Test
    void shouldNotCallItDamageWhenFreeSpaceOrAMarkIsTorn() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            group.damage(group.offsetOf(40), 8);
            group.damage(new DataFileLayout(256 << 10).marksOffset(), 8);
            final GroupInspection found = group.inspect(true);
            assertEquals(
                    List.of(Damage.Kind.SYNC_MARK, Damage.Kind.FREE_SECTOR),
                    found.damages().stream().map(Damage::kind).toList());
            assertTrue(found.isWhole());
        }
    }

    @Test
    void shouldStillReportTheJournalWhenTheFileIsNotThatOfTheSuperblocksConfiguration() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            try (GroupDirectory other = new GroupDirectory(
                    directory, GroupDirectory.settings().sessionsMax(5).conclude())) {
                group.die();
                final GroupInspection found = other.inspect(false);
                assertEquals(Damage.Kind.OPENING, only(found).kind());
                assertTrue(only(found).found().contains("sessionsMax: configured 5, the file was formatted with 4"));
                assertNotNull(found.journal());
                assertEquals(20, found.journal().report().clean());
            }
        }
    }

    @Test
    void shouldListWhatIsNotOfTheCheckpointWhenFilesAreStrange() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            group.die();
            Files.createDirectory(directory.resolve("segments"));
            Files.write(directory.resolve("segments/what-is-this"), new byte[1]);
            assertEquals(List.of("segments/what-is-this"), group.inspect(true).otherFiles());
        }
    }

    @Test
    void shouldSayThatThereIsNoDataWhenTheFileIsMissing() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            group.die();
            Files.delete(directory.resolve(DataFileLayout.FILE_NAME));
            final GroupInspection found = group.inspect(true);
            assertEquals(
                    RecoveryException.Code.NOT_FORMATTED,
                    found.opening().refusal().code());
            assertFalse(found.isWhole());
        }
    }

    @Test
    void shouldSayThatItDoesNotOpenWhenTheDirectoryIsNamedAfterAnother() throws IOException {
        try (GroupDirectory group = written(settings -> settings)) {
            final int own = GroupDirectory.GROUP;
            assertTrue(group.inspect(true, new GroupPlace(1, own)).isWhole());
            final Damage ofReplica = only(group.inspect(true, new GroupPlace(0, own)));
            assertEquals(Verdict.REFUSED, ofReplica.verdict());
            assertTrue(
                    ofReplica.found().contains("replica: configured 0, the file was formatted with 1"),
                    ofReplica.found());
            final Damage ofGroup = only(group.inspect(true, new GroupPlace(1, own - 1)));
            assertEquals(Verdict.REFUSED, ofGroup.verdict());
            assertTrue(ofGroup.found().contains("group: configured 1, the file was formatted with 2"), ofGroup.found());
        }
    }

    private static Damage only(final GroupInspection found) {
        assertEquals(1, found.damages().size(), found.damages().toString());
        return found.damages().get(0);
    }

    /** Formatted, with 20 ops of which 15 are known to be committed, and not open. */
    private GroupDirectory written(final UnaryOperator<NodeContext> settings) {
        final GroupDirectory group = new GroupDirectory(
                directory, settings.apply(GroupDirectory.settings()).conclude());
        group.format(GroupDirectory.ALL);
        group.opened();
        group.append(20, 4);
        group.die();
        return group;
    }

    /** Of every file and directory its time and a checksum of its bytes. */
    private Map<String, String> everything() throws IOException {
        final Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (final Path path : paths.toList()) {
                final FileTime time = Files.getLastModifiedTime(path);
                final Checksum checksum = new Checksum();
                if (Files.isRegularFile(path)) {
                    final byte[] bytes = Files.readAllBytes(path);
                    checksum.hash(new UnsafeBuffer(bytes), 0, bytes.length);
                }
                found.put(path.toString(), time + " " + Checksum.hex(checksum.lo(), checksum.hi()));
            }
        }
        return found;
    }
}
