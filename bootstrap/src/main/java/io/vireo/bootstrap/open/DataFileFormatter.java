package io.vireo.bootstrap.open;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockException;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;

/**
 * Makes the data file of one group of one replica: every byte written, the first superblock in all its copies, then the name. It gets its
 * name as the last step, so that a crash leaves no file or a whole one; what a crashed format left under the temporary name is replaced. A
 * data file that exists is never touched. Incremental: submits, and consumes completions on the thread of its group.
 */
public final class DataFileFormatter {
    /** Name until the file is whole. */
    public static final String TEMPORARY_NAME = DataFileLayout.FILE_NAME + ".tmp";

    private static final int TOKEN_OWNER = 3;
    private static final int TOKEN_OWNER_SHIFT = 56;

    /** What is awaited. */
    private enum Stage {
        NEW,
        LOOK_FOR_FILE,
        DELETE_LEFTOVER,
        CREATE,
        SUPERBLOCK,
        RENAME,
        SYNC_DIRECTORY,
        DONE
    }

    private final Storage storage;
    private final SuperblockIdentity identity;
    private final VsrState first;
    private Stage stage = Stage.NEW;
    private Superblock superblock;
    private RecoveryException failure;

    /** Of a replica of a new cluster. */
    public DataFileFormatter(final Storage storage, final SuperblockIdentity identity) {
        this(storage, identity, VsrState.root(identity.clusterLo(), identity.clusterHi(), identity.group()));
    }

    /** @param first what the superblock says: {@link VsrState#root}, or {@link VsrState#wiped}. */
    public DataFileFormatter(final Storage storage, final SuperblockIdentity identity, final VsrState first) {
        this.storage = storage;
        this.identity = identity;
        this.first = first;
    }

    public void start() {
        Invariant.check(stage == Stage.NEW, "a formatter is used once");
        stage = Stage.LOOK_FOR_FILE;
        storage.open(DataFileLayout.FILE_NAME, token());
    }

    public boolean isDone() {
        return stage == Stage.DONE;
    }

    /** Why nothing was formatted, or null. */
    public RecoveryException failure() {
        return failure;
    }

    /** A completion of the storage. */
    public void onCompletion(final long token, final long result) {
        if (token >>> TOKEN_OWNER_SHIFT == Superblock.TOKEN_OWNER) {
            superblock.onCompletion(token, result);
            return;
        }
        Invariant.check(token == token(), "an awaited completion of the formatter", token);
        switch (stage) {
            case LOOK_FOR_FILE -> onLooked(result);
            case DELETE_LEFTOVER -> create();
            case CREATE -> onCreated(result);
            case RENAME -> {
                stage = Stage.SYNC_DIRECTORY;
                storage.syncDirectory(token());
            }
            case SYNC_DIRECTORY -> stage = Stage.DONE;
            case NEW, SUPERBLOCK, DONE -> Invariant.check(false, "no completion of the formatter is awaited", token);
        }
    }

    private void onLooked(final long result) {
        if (result == Storage.NOT_FOUND) {
            create();
        } else {
            refuse(
                    RecoveryException.Code.EXISTS,
                    "there is a data file already and it is left as it is; to start anew, remove it yourself after making sure that it is not needed");
        }
    }

    private void create() {
        stage = Stage.CREATE;
        storage.create(TEMPORARY_NAME, new DataFileLayout(identity.walBytes()).fileSize(), token());
    }

    private void onCreated(final long result) {
        if (result == Storage.EXISTS) {
            stage = Stage.DELETE_LEFTOVER;
            storage.delete(TEMPORARY_NAME, token());
        } else if (result == Storage.NO_SPACE) {
            refuse(
                    RecoveryException.Code.NO_SPACE,
                    "there is no space for a data file of " + new DataFileLayout(identity.walBytes()).fileSize()
                            + " bytes; free some, or format a cluster with a smaller wal_bytes");
        } else {
            stage = Stage.SUPERBLOCK;
            superblock = new Superblock(storage, (int) result, new SuperblockOutcomes());
            superblock.format(identity, first);
        }
    }

    private void refuse(final RecoveryException.Code code, final String what) {
        failure = new RecoveryException(
                code, "group " + identity.group() + " of replica " + identity.replica() + ": " + what, null);
        stage = Stage.DONE;
    }

    private long token() {
        return (long) TOKEN_OWNER << TOKEN_OWNER_SHIFT | stage.ordinal();
    }

    private final class SuperblockOutcomes implements Superblock.Listener {
        @Override
        public void onSuperblockOpened(final VsrState state) {
            Invariant.check(false, "a formatter opens no superblock");
        }

        @Override
        public void onSuperblockRefused(final SuperblockException reason) {
            Invariant.check(false, "a formatter opens no superblock");
        }

        @Override
        public void onSuperblockWritten(final VsrState state) {
            // Each copy was synced after it was written, and with it the zeros written before.
            stage = Stage.RENAME;
            storage.rename(TEMPORARY_NAME, DataFileLayout.FILE_NAME, token());
        }
    }
}
