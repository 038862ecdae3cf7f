package io.vireo.bootstrap.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotException.Code;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareCheck;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes in a snapshot file piece by piece, in its order, and judges each piece before it believes anything in it: {@link #take} as long as
 * {@link #nextLength} asks for bytes, then {@link #finish}. Whatever the bytes are, the outcome is the snapshot that was asked for or a
 * {@link SnapshotException}; memory is reserved for what the file is long enough to hold only. Pure; used once, by one thread.
 */
public final class SnapshotDecoder implements AutoCloseable {
    private final Expected expected;
    private final long fileLength;
    private final String file;
    private final Checksum checksum = new Checksum();
    private SnapshotMemory content = new SnapshotMemory();
    private UnsafeBuffer prologueBytes;
    private SnapshotPrologue prologue;
    private long position;

    /**
     * What the file has to be.
     *
     * @param op of the checkpoint, with {@code id} as superblock or peers state them.
     */
    public record Expected(long clusterLo, long clusterHi, int group, long op, SnapshotId id) {
        /** What the superblock of a group names. */
        public static Expected of(
                final long clusterLo, final long clusterHi, final int group, final CheckpointState checkpoint) {
            return new Expected(
                    clusterLo,
                    clusterHi,
                    group,
                    checkpoint.op(),
                    new SnapshotId(checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi()));
        }

        /** The name it is published under. */
        public String file() {
            return SnapshotName.published(op, id);
        }
    }

    /** @param fileLength bytes of the whole file; anything. */
    public SnapshotDecoder(final Expected expected, final long fileLength) {
        this.expected = expected;
        this.fileLength = fileLength;
        this.file = expected.file();
        if (fileLength < Storage.SECTOR || fileLength % Storage.SECTOR != 0) {
            close();
            throw refusal(Code.WRONG_SIZE, 0, "it has " + fileLength + " bytes, which no snapshot has");
        }
    }

    /** Bytes before those that come next. */
    public long position() {
        return position;
    }

    /** How many bytes come next: whole sectors, at most {@link SnapshotPrologue#BLOCK_LENGTH}; 0 if the file is complete. */
    public int nextLength() {
        if (prologueBytes == null) {
            return Storage.SECTOR;
        }
        if (prologue == null) {
            return (int) Math.min(SnapshotPrologue.BLOCK_LENGTH, prologueBytes.capacity() - position);
        }
        return position == fileLength ? 0 : prologue.blockLength(nextBlock());
    }

    /** The next {@link #nextLength} bytes; they are copied. */
    public void take(final DirectBuffer buffer, final int offset) {
        final int length = nextLength();
        if (prologueBytes == null) {
            prologueBytes = new UnsafeBuffer(new byte[prologueLength(buffer, offset)]);
        }
        if (prologue == null) {
            prologueBytes.putBytes((int) position, buffer, offset, length);
            if (position + length == prologueBytes.capacity()) {
                prologue = checkedPrologue();
            }
        } else {
            takeBlock(nextBlock(), buffer, offset, length);
        }
        position += length;
    }

    /** The snapshot, once {@link #nextLength} is 0; it takes over the memory. */
    public Snapshot finish() {
        if (nextLength() != 0) {
            throw refusal(Code.WRONG_SIZE, position, "it ends here and should have " + fileLength + " bytes");
        }
        final SnapshotMemory whole = content;
        content = null;
        return new Snapshot(prologue, prologueBytes, whole, file);
    }

    /** Gives the memory back, unless a snapshot took it over. */
    @Override
    public void close() {
        if (content != null) {
            content.close();
            content = null;
        }
    }

    private int nextBlock() {
        return (int) ((position - prologueBytes.capacity()) / SnapshotPrologue.BLOCK_LENGTH);
    }

    /** From the first sector, about which nothing is known yet. */
    private int prologueLength(final DirectBuffer sector, final int offset) {
        if (sector.getLong(offset + SnapshotPrologue.MAGIC_OFFSET, LITTLE_ENDIAN) != SnapshotPrologue.MAGIC) {
            throw refusal(Code.NOT_A_SNAPSHOT, SnapshotPrologue.MAGIC_OFFSET, "it does not begin as a snapshot does");
        }
        final int length = sector.getInt(offset + SnapshotPrologue.LENGTH_OFFSET, LITTLE_ENDIAN);
        if (length < Storage.SECTOR
                || length % Storage.SECTOR != 0
                || length > Math.min(fileLength, SnapshotPrologue.LENGTH_MAX)) {
            throw refusal(
                    Code.NOT_A_SNAPSHOT,
                    SnapshotPrologue.LENGTH_OFFSET,
                    "its first part cannot be " + (length & 0xffff_ffffL) + " bytes long, of " + fileLength);
        }
        return length;
    }

    private SnapshotPrologue checkedPrologue() {
        final int length = prologueBytes.capacity();
        final SnapshotId stated = SnapshotPrologue.getId(prologueBytes, SnapshotPrologue.ID_OFFSET);
        final SnapshotId found =
                SnapshotId.of(prologueBytes, SnapshotPrologue.ID_LENGTH, length - SnapshotPrologue.ID_LENGTH, checksum);
        if (!found.equals(stated)) {
            // One of the two is damaged; where the bytes are those that are wanted, it is the statement.
            final SnapshotId wrong = found.equals(expected.id()) ? stated : found;
            throw SnapshotException.damaged(expected.group(), file, 0, length, expected.id(), wrong);
        }
        if (!found.equals(expected.id())) {
            throw refusal(
                    Code.OTHER_IDENTITY,
                    0,
                    "it is intact, but has the id " + found + " and should have " + expected.id());
        }
        final int version = prologueBytes.getInt(SnapshotPrologue.VERSION_OFFSET, LITTLE_ENDIAN);
        if (version != SnapshotPrologue.VERSION) {
            throw refusal(
                    Code.OTHER_FORMAT,
                    SnapshotPrologue.VERSION_OFFSET,
                    "its format is " + (version & 0xffff_ffffL) + ", this release knows " + SnapshotPrologue.VERSION);
        }
        require(length >= SnapshotPrologue.TABLE_OFFSET, SnapshotPrologue.LENGTH_OFFSET, "its first part is too short");
        final SnapshotPrologue decoded = SnapshotPrologue.decode(prologueBytes);
        checkIdentity(decoded);
        require(
                prologueBytes.getInt(SnapshotPrologue.BLOCK_LENGTH_OFFSET, LITTLE_ENDIAN)
                        == SnapshotPrologue.BLOCK_LENGTH,
                SnapshotPrologue.BLOCK_LENGTH_OFFSET,
                "its blocks are not of " + SnapshotPrologue.BLOCK_LENGTH + " bytes");
        require(
                decoded.hasPossibleLengths() && decoded.length() == length,
                SnapshotPrologue.LENGTHS_OFFSET,
                "the lengths of its sections do not belong to a first part of " + length + " bytes");
        if (decoded.fileLength() != fileLength) {
            throw refusal(
                    Code.WRONG_SIZE,
                    Math.min(fileLength, decoded.fileLength()),
                    "it has " + fileLength + " bytes and should have " + decoded.fileLength());
        }
        return decoded;
    }

    private void checkIdentity(final SnapshotPrologue decoded) {
        final String reason = PrepareCheck.invalidHeaderReason(
                prologueBytes,
                SnapshotPrologue.HEADER_OFFSET,
                HeaderFlyweight.HEADER_LENGTH,
                expected.clusterLo(),
                expected.clusterHi(),
                Integer.MAX_VALUE,
                checksum);
        if (FrameCheck.OTHER_CLUSTER.equals(reason)) {
            throw refusal(Code.OTHER_IDENTITY, SnapshotPrologue.HEADER_OFFSET, "it is of another cluster");
        }
        require(reason == null, SnapshotPrologue.HEADER_OFFSET, "the prepare of its op: " + reason);
        final HeaderFlyweight header = decoded.anchor().header();
        if (header.group() != expected.group() || decoded.anchor().op() != expected.op()) {
            throw refusal(
                    Code.OTHER_IDENTITY,
                    SnapshotPrologue.HEADER_OFFSET,
                    "it is of group " + header.group() + " at op "
                            + decoded.anchor().op() + " and should be of op " + expected.op());
        }
        require(
                decoded.anchor().endPosition() > 0,
                SnapshotPrologue.END_POSITION_OFFSET,
                "the entry of its op ends at " + decoded.anchor().endPosition());
    }

    private void takeBlock(final int block, final DirectBuffer buffer, final int offset, final int length) {
        final SnapshotId found = SnapshotId.of(buffer, offset, length, checksum);
        final SnapshotId stated = SnapshotPrologue.getId(prologueBytes, SnapshotPrologue.tableOffset(block));
        if (!found.equals(stated)) {
            throw SnapshotException.damaged(expected.group(), file, position, length, stated, found);
        }
        content.putBytes(buffer, offset, length);
    }

    private void require(final boolean holds, final long at, final String otherwise) {
        if (!holds) {
            throw refusal(Code.INVALID_CONTENT, at, otherwise);
        }
    }

    private SnapshotException refusal(final Code code, final long at, final String found) {
        return new SnapshotException(code, expected.group(), file, at, found);
    }
}
