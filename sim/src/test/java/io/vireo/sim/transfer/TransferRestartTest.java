package io.vireo.sim.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.segment.Manifest;
import io.vireo.sim.storage.CrashOutcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A replica that dies while it fetches a checkpoint, is opened with what its superblock names, and fetches again. */
class TransferRestartTest {
    private static final int FILES = 16;
    private static final int FULL = Origin.LIMITS.entrySizeMax();

    private final Origin origin = new Origin(1);
    private final Receiver receiver = new Receiver(1, origin);
    private final Directory directory = new Directory(receiver);

    @Test
    @Tag("X3")
    void shouldKeepWholeFilesWhenTheReplicaIsOpenedWithAnOlderStateBetween() {
        for (final CrashOutcome outcome : new CrashOutcome[] {CrashOutcome.PROCESS_ONLY, CrashOutcome.DROP_ALL}) {
            final Origin ofOutcome = new Origin(1);
            final Receiver one = new Receiver(1, ofOutcome);
            restart(ofOutcome, one, outcome);
        }
    }

    private static void restart(final Origin from, final Receiver to, final CrashOutcome outcome) {
        final Manifest manifest = checkpoint(from);
        final Directory opened = new Directory(to);
        opened.format();
        to.target(manifest);
        to.runUntil(() -> to.counters().pulled() >= FILES / 2);
        final long pulled = to.counters().pulled();
        to.crash(outcome);
        opened.live();
        to.crash(CrashOutcome.PROCESS_ONLY);
        to.begin();
        to.target(manifest);
        to.runUntilComplete();
        to.assertWhole(manifest);
        assertTrue(to.counters().kept() >= pulled, to.counters().kept() + " of " + pulled + " files were kept");
        assertTrue(to.counters().bytesReceived() <= (FILES - pulled) * 4L * Origin.CHUNK, outcome.toString());
    }

    /** The longest way: each process dies as soon as it has one file more, and each is opened before it goes on. */
    @Test
    @Tag("X3")
    void shouldCompleteWhenEveryProcessDiesAfterOneFile() {
        final Manifest manifest = checkpoint(origin);
        directory.format();
        long received = 0;
        int lives = 0;
        while (true) {
            assertTrue(++lives <= FILES + 1, "every life has a file more");
            receiver.target(manifest);
            receiver.runUntil(() -> receiver.counters().pulled() > 0 || receiver.manager.isComplete());
            received += receiver.counters().bytesReceived();
            if (receiver.manager.isComplete()) {
                break;
            }
            receiver.crash(CrashOutcome.PROCESS_ONLY);
            directory.live();
            receiver.crash(CrashOutcome.PROCESS_ONLY);
            receiver.begin();
        }
        receiver.assertWhole(manifest);
        assertTrue(lives > 2, lives + " lives");
        assertTrue(received < 2 * manifest.bytes(), received + " bytes for " + manifest.bytes());
    }

    @Test
    @Tag("X9")
    void shouldRemoveFilesOfNoUseAtOnceWhenTheOpeningFollowsASynchronization() {
        final Manifest manifest = checkpoint(origin);
        directory.format();
        receiver.target(manifest);
        receiver.runUntil(() -> receiver.counters().pulled() >= FILES / 2);
        receiver.crash(CrashOutcome.PROCESS_ONLY);
        directory.live(true);
        receiver.crash(CrashOutcome.PROCESS_ONLY);
        receiver.begin();
        receiver.target(manifest);
        receiver.runUntilComplete();
        receiver.assertWhole(manifest);
        assertEquals(0, receiver.counters().kept(), "files that were swept");
    }

    private static Manifest checkpoint(final Origin from) {
        for (int namespace = 0; namespace < FILES; namespace++) {
            from.appendOne(namespace, FULL);
        }
        final Manifest manifest = from.checkpoint();
        assertEquals(FILES, manifest.count());
        return manifest;
    }
}
