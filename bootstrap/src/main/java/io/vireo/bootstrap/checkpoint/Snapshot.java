package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.util.Invariant;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The state of a group as of one op, whole and checked: made by a {@link SnapshotWriter} or a
 * {@link SnapshotDecoder}. Holds memory outside
 * the heap until it is closed. Used by one thread at a time.
 */
public final class Snapshot implements AutoCloseable {
    private static final int DIGEST_STEP = 1 << 14;

    private final SnapshotPrologue prologue;
    private final UnsafeBuffer prologueBytes;
    private final SnapshotMemory content;
    private final String file;
    private final SnapshotId id;

    /**
     * @param prologueBytes with table and id.
     * @param content the sections, and zeros to a whole sector.
     * @param file for messages about the content.
     */
    Snapshot(
            final SnapshotPrologue prologue,
            final UnsafeBuffer prologueBytes,
            final SnapshotMemory content,
            final String file) {
        this.prologue = prologue;
        this.prologueBytes = prologueBytes;
        this.content = content;
        this.file = file;
        this.id = SnapshotPrologue.getId(prologueBytes, SnapshotPrologue.ID_OFFSET);
    }

    /** Equal on two replicas if and only if their states are. */
    public SnapshotId id() {
        return id;
    }

    public SnapshotAnchor anchor() {
        return prologue.anchor();
    }

    /** What the superblock names once the snapshot and all files of its manifest are durable. */
    public CheckpointState checkpoint() {
        return prologue.anchor().state(id, manifestHash());
    }

    /** SHA-256 of the section {@link SnapshotSection#MANIFEST}, 32 bytes; all zero where it is empty. */
    public byte[] manifestHash() {
        final long length = prologue.sectionLength(SnapshotSection.MANIFEST);
        if (length == 0) {
            return new byte[CheckpointState.MANIFEST_HASH_LENGTH];
        }
        final MessageDigest digest = sha256();
        final UnsafeBuffer step = new UnsafeBuffer(new byte[DIGEST_STEP]);
        final SnapshotInput manifest = section(SnapshotSection.MANIFEST);
        while (manifest.remaining() > 0) {
            final int count = (int) Math.min(DIGEST_STEP, manifest.remaining());
            manifest.readBytes(step, 0, count);
            digest.update(step.byteArray(), 0, count);
        }
        return digest.digest();
    }

    /** A reader at the beginning of a section; as many as wanted. */
    public SnapshotInput section(final SnapshotSection section) {
        return new SnapshotInput(
                content,
                section,
                prologue.anchor().header().group(),
                file,
                prologue.length(),
                prologue.sectionStart(section),
                prologue.sectionLength(section));
    }

    /** Bytes of the file: whole sectors. */
    public long fileLength() {
        return prologue.fileLength();
    }

    /** Copies a part of the file as it is on disk; the range lies inside {@link #fileLength}. */
    public void copy(final long position, final MutableDirectBuffer target, final int offset, final int length) {
        Invariant.check(
                position >= 0 && length >= 0 && position + length <= fileLength(),
                "a part of the file is copied",
                position,
                length);
        final int first = (int) Math.max(0, Math.min(length, prologue.length() - position));
        if (first > 0) {
            target.putBytes(offset, prologueBytes, (int) position, first);
        }
        content.getBytes(position + first - prologue.length(), target, offset + first, length - first);
    }

    @Override
    public void close() {
        content.close();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
