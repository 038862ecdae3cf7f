package io.vireo.journal.superblock;

import static io.vireo.journal.superblock.Superblock.COPIES;
import static io.vireo.journal.superblock.Superblock.COPY_LENGTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.SuperblockException.Code;
import io.vireo.journal.util.InvariantException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SuperblockTest {
    private static final DataFileLayout LAYOUT = new DataFileLayout(States.IDENTITY.walBytes());
    private static final int SECTORS = COPY_LENGTH / Storage.SECTOR;

    @TempDir
    private Path directory;

    @Test
    void shouldOpenWhatWasWrittenWhenFormattedAndWrittenOften() throws IOException {
        format();
        VsrState state = States.root();
        try (Process process = new Process()) {
            process.open(States.IDENTITY);
            assertEquals(state, process.superblock.state());
            assertEquals(1, process.superblock.sequence());
            for (int i = 0; i < 5; i++) {
                state = States.next(state);
                process.write(state);
                assertEquals(state, process.superblock.state());
            }
            process.write(States.full());
        }
        try (Process process = new Process()) {
            process.open(States.IDENTITY);
            assertEquals(States.full(), process.superblock.state());
            assertEquals(States.IDENTITY, process.superblock.identity());
            assertEquals(7, process.superblock.sequence());
            assertEquals(0, process.storage.writeCount(), "four equal copies need no repair");
        }
    }

    /** A process that ends after each completion of a write: what stands in the file is a prefix of the copies, and it opens. */
    @Test
    void shouldWriteCopiesOneAfterAnotherWhenProcessEndsAnywhere() throws IOException {
        final byte[] old = formattedFile();
        final VsrState next = States.next(States.root());
        final byte[] whole = writtenFile(old, next);
        for (int completions = 0; completions <= 2 * COPIES; completions++) {
            place(old);
            try (Process process = new Process()) {
                process.open(States.IDENTITY);
                process.superblock.write(next);
                process.run(completions);
            }
            final byte[] found = Files.readAllBytes(data());
            int changed = 0;
            for (int copy = 0; copy < COPIES; copy++) {
                final boolean isNew = copyEquals(found, whole, copy);
                assertTrue(isNew || copyEquals(found, old, copy), "whole copies");
                assertTrue(!isNew || changed == copy, "from the first to the last");
                changed += isNew ? 1 : 0;
            }
            assertTrue(
                    changed >= completions / 2 && changed <= completions / 2 + 1,
                    changed + " copies after " + completions);
            try (Process process = new Process()) {
                process.open(States.IDENTITY);
                assertEquals(changed == 0 ? States.root() : next, process.superblock.state());
            }
            assertEquals(4, equalCopies(Files.readAllBytes(data()), changed == 0 ? old : whole), "repaired");
        }
    }

    /** Each crash of a write, with each way its copy can be torn sector by sector, and one more copy damaged. */
    @Test
    void shouldOpenOldOrNewWhenWriteIsTornAndOneMoreCopyIsDamaged() throws IOException {
        final byte[] old = formattedFile();
        final VsrState next = States.full();
        final byte[] whole = writtenFile(old, next);
        final byte[] garbage = new byte[COPY_LENGTH];
        new Random(3).nextBytes(garbage);
        int openings = 0;
        for (int torn = 0; torn < COPIES; torn++) {
            for (int outcome = 0; outcome < 27; outcome++) {
                for (int damaged = -1; damaged < COPIES; damaged++) {
                    final byte[] image = old.clone();
                    System.arraycopy(whole, 0, image, 0, torn * COPY_LENGTH);
                    int rest = outcome;
                    for (int sector = 0; sector < SECTORS; sector++) {
                        final byte[] source = rest % 3 == 0 ? old : rest % 3 == 1 ? whole : null;
                        final int at = torn * COPY_LENGTH + sector * Storage.SECTOR;
                        System.arraycopy(
                                source == null ? garbage : source, source == null ? 0 : at, image, at, Storage.SECTOR);
                        rest /= 3;
                    }
                    if (damaged >= 0) {
                        image[damaged * COPY_LENGTH + 5_000] ^= 0x10;
                    }
                    final UnsafeBuffer buffer = new UnsafeBuffer(image);
                    final SuperblockQuorum quorum =
                            SuperblockQuorum.decide(buffer, new boolean[] {true, true, true, true});
                    assertNull(quorum.refusal());
                    assertTrue(quorum.state().equals(States.root())
                            || quorum.state().equals(next));
                    // The real open, for a few of them: the repair has to leave four equal copies.
                    if (outcome % 9 == 2) {
                        place(image);
                        try (Process process = new Process()) {
                            process.open(States.IDENTITY);
                            assertEquals(quorum.state(), process.superblock.state());
                        }
                        assertEquals(
                                4,
                                equalCopies(
                                        Files.readAllBytes(data()),
                                        quorum.state().equals(next) ? whole : old));
                        openings++;
                    }
                }
            }
        }
        assertEquals(COPIES * 3 * 5, openings);
    }

    @Test
    void shouldRefuseAndWriteNothingWhenTooManyCopiesAreDamaged() throws IOException {
        final byte[] image = formattedFile();
        for (int copy = 0; copy < COPIES - 1; copy++) {
            image[copy * COPY_LENGTH + 100] ^= 1;
        }
        assertRefused(image, Code.ONE_VALID_COPY, States.IDENTITY);
        image[3 * COPY_LENGTH + 100] ^= 1;
        assertRefused(image, Code.NO_VALID_COPY, States.IDENTITY);
        assertRefused(new byte[image.length], Code.NO_VALID_COPY, States.IDENTITY);
        assertRefused(new byte[0], Code.NO_VALID_COPY, States.IDENTITY);
        assertRefused(Arrays.copyOf(formattedFile(), 4096), Code.NO_VALID_COPY, States.IDENTITY);
    }

    @Test
    void shouldRefuseWhenFileIsCutOrExtended() throws IOException {
        final byte[] image = formattedFile();
        assertTrue(assertRefused(Arrays.copyOf(image, image.length - 4096), Code.WRONG_SIZE, States.IDENTITY)
                .contains("has " + (image.length - 4096) + " bytes, it was formatted with " + image.length));
        assertRefused(Arrays.copyOf(image, image.length + 4096), Code.WRONG_SIZE, States.IDENTITY);
    }

    private static SuperblockIdentity limited(final SharedLimits limits) {
        final SuperblockIdentity i = States.IDENTITY;
        return new SuperblockIdentity(
                i.clusterLo(), i.clusterHi(), 1, 2, 0, 0, i.walBytes(), 16_384, 65_536, 3, 4, limits);
    }

    @Test
    void shouldNameFieldFoundAndConfiguredWhenIdentityIsAnother() throws IOException {
        final byte[] image = formattedFile();
        final SuperblockIdentity i = States.IDENTITY;
        final long lo = i.clusterLo();
        final long hi = i.clusterHi();
        final Object[][] cases = {
            {
                "cluster: configured",
                new SuperblockIdentity(1, hi, 1, 2, 0, 0, i.walBytes(), 16_384, 65_536, 3, 4, States.LIMITS)
            },
            {
                "cluster: configured",
                new SuperblockIdentity(lo, 1, 1, 2, 0, 0, i.walBytes(), 16_384, 65_536, 3, 4, States.LIMITS)
            },
            {
                "replica: configured 0, the file was formatted with 1",
                new SuperblockIdentity(lo, hi, 0, 2, 0, 0, i.walBytes(), 16_384, 65_536, 3, 4, States.LIMITS)
            },
            {
                "group: configured 3, the file was formatted with 2",
                new SuperblockIdentity(lo, hi, 1, 3, 0, 0, i.walBytes(), 16_384, 65_536, 3, 4, States.LIMITS)
            },
            {
                "walBytes: configured 4096, the file was formatted with 262144",
                new SuperblockIdentity(lo, hi, 1, 2, 0, 0, 4_096, 16_384, 65_536, 3, 4, States.LIMITS)
            },
            {
                "prepareSizeMax: configured 1",
                new SuperblockIdentity(lo, hi, 1, 2, 0, 0, i.walBytes(), 1, 65_536, 3, 4, States.LIMITS)
            },
            {
                "segmentBytes: configured 1",
                new SuperblockIdentity(lo, hi, 1, 2, 0, 0, i.walBytes(), 16_384, 1, 3, 4, States.LIMITS)
            },
            {
                "replicaCount: configured 5",
                new SuperblockIdentity(lo, hi, 1, 2, 0, 0, i.walBytes(), 16_384, 65_536, 5, 4, States.LIMITS)
            },
            {
                "pipelineMax: configured 7, the file was formatted with 8",
                limited(new SharedLimits(7, 64, 16, 100, StateMachineKind.LOG))
            },
            {
                "sessionsMax: configured 32, the file was formatted with 64",
                limited(new SharedLimits(8, 32, 16, 100, StateMachineKind.LOG))
            },
            {
                "sessionWindow: configured 64, the file was formatted with 16",
                limited(new SharedLimits(8, 64, 64, 100, StateMachineKind.LOG))
            },
            {
                "namespacesMax: configured 9, the file was formatted with 100",
                limited(new SharedLimits(8, 64, 16, 9, StateMachineKind.LOG))
            },
            {
                "stateMachine: configured stream, the file was formatted with log, which it keeps for life",
                limited(new SharedLimits(8, 64, 16, 100, StateMachineKind.STREAM))
            },
            {
                "groupCount: configured 9",
                new SuperblockIdentity(lo, hi, 1, 2, 0, 0, i.walBytes(), 16_384, 65_536, 3, 9, States.LIMITS)
            },
        };
        for (final Object[] one : cases) {
            final String text = assertRefused(image, Code.OTHER_IDENTITY, (SuperblockIdentity) one[1]);
            assertTrue(text.startsWith((String) one[0]), text);
        }
        place(image);
        try (Process process = new Process()) {
            process.open(new SuperblockIdentity(lo, hi, 1, 2, 0, 0, i.walBytes(), 16_384, 65_536, 3, 4, States.LIMITS));
            assertEquals(States.IDENTITY, process.superblock.identity(), "the format id is the file's");
        }
    }

    @Test
    void shouldTakeWhatFileIsWhenNothingIsConfigured() throws IOException {
        format();
        try (Process process = new Process()) {
            process.open(null);
            assertEquals(States.IDENTITY, process.superblock.identity());
        }
    }

    @Test
    void shouldBreakInvariantWhenCallerBreaksOrder() throws IOException {
        format();
        try (Process process = new Process()) {
            final Superblock superblock = process.superblock;
            assertThrows(InvariantException.class, () -> superblock.write(States.full()), "not open");
            process.open(States.IDENTITY);
            assertThrows(InvariantException.class, () -> superblock.open(null), "twice");
            assertThrows(InvariantException.class, () -> superblock.format(States.IDENTITY, States.root()), "open");
            final VsrState two = States.next(States.next(States.root()));
            process.write(two);
            assertThrows(InvariantException.class, () -> superblock.write(States.next(States.root())), "view falls");
            assertEquals(two, superblock.state());
            superblock.write(States.next(two));
            assertTrue(superblock.isWriting());
            assertThrows(InvariantException.class, () -> superblock.write(States.full()), "one in flight");
            process.run(Integer.MAX_VALUE);
            assertFalse(superblock.isWriting());
            assertThrows(
                    InvariantException.class, () -> superblock.onCompletion((long) Superblock.TOKEN_OWNER << 56, 0));
        }
    }

    private Path data() {
        return directory.resolve(DataFileLayout.FILE_NAME);
    }

    private void place(final byte[] image) throws IOException {
        Files.write(data(), image);
    }

    private void format() throws IOException {
        place(new byte[(int) LAYOUT.fileSize()]);
        try (Process process = new Process()) {
            process.superblock.format(States.IDENTITY, States.root());
            process.run(Integer.MAX_VALUE);
            assertEquals(States.root(), process.written);
        }
    }

    private byte[] formattedFile() throws IOException {
        format();
        return Files.readAllBytes(data());
    }

    private byte[] writtenFile(final byte[] old, final VsrState next) throws IOException {
        place(old);
        try (Process process = new Process()) {
            process.open(States.IDENTITY);
            process.write(next);
        }
        return Files.readAllBytes(data());
    }

    private String assertRefused(final byte[] image, final Code code, final SuperblockIdentity configured)
            throws IOException {
        place(image);
        try (Process process = new Process()) {
            process.superblock.open(configured);
            process.run(Integer.MAX_VALUE);
            assertEquals(code, process.refusal.code());
            assertThrows(InvariantException.class, () -> process.superblock.write(States.full()));
            assertArrayEquals(image, Files.readAllBytes(data()));
            return process.refusal.getMessage();
        }
    }

    private static boolean copyEquals(final byte[] a, final byte[] b, final int copy) {
        final int from = copy * COPY_LENGTH;
        return Arrays.equals(a, from, from + COPY_LENGTH, b, from, from + COPY_LENGTH);
    }

    private static int equalCopies(final byte[] a, final byte[] b) {
        int equal = 0;
        for (int copy = 0; copy < COPIES; copy++) {
            equal += copyEquals(a, b, copy) ? 1 : 0;
        }
        return equal;
    }

    /** One life of a superblock over the real storage; {@link #run} can end it after any completion. */
    private final class Process implements AutoCloseable, Storage.Completions, Superblock.Listener {
        private final Semaphore wakeups = new Semaphore(0);
        private final FileStorage storage = new FileStorage(directory, wakeups::release, false);
        private final Superblock superblock;
        private int file = -1;
        private int delivered;
        private int limit;
        private boolean isDone;
        private VsrState opened;
        private VsrState written;
        private SuperblockException refusal;

        private Process() {
            storage.open(DataFileLayout.FILE_NAME, 0);
            while (file < 0) {
                storage.poll(this);
                if (file < 0) {
                    wakeups.acquireUninterruptibly();
                }
            }
            superblock = new Superblock(storage, file, this);
        }

        private void open(final SuperblockIdentity configured) {
            superblock.open(configured);
            run(Integer.MAX_VALUE);
            assertEquals(superblock.state(), opened);
        }

        private void write(final VsrState state) {
            superblock.write(state);
            run(Integer.MAX_VALUE);
            assertEquals(state, written);
        }

        /** Until the superblock reports, or that many completions are delivered; those behind are lost with the process. */
        private void run(final int completions) {
            delivered = 0;
            limit = completions;
            isDone = completions == 0;
            while (!isDone) {
                storage.poll(this);
                if (!isDone) {
                    wakeups.acquireUninterruptibly();
                }
            }
        }

        @Override
        public void onCompletion(final long token, final long result) {
            if (file < 0) {
                file = (int) result;
            } else if (delivered < limit) {
                delivered++;
                superblock.onCompletion(token, result);
                isDone |= delivered == limit;
            }
        }

        @Override
        public void onFailure(final String message) {
            throw new IllegalStateException(message);
        }

        @Override
        public void onSuperblockOpened(final VsrState state) {
            opened = state;
            isDone = true;
        }

        @Override
        public void onSuperblockRefused(final SuperblockException reason) {
            refusal = reason;
            isDone = true;
        }

        @Override
        public void onSuperblockWritten(final VsrState state) {
            written = state;
            isDone = true;
        }

        @Override
        public void close() {
            storage.close();
        }
    }
}
