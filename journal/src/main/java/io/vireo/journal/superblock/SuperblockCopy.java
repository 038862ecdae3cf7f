package io.vireo.journal.superblock;

import static io.vireo.journal.message.HeaderFlyweight.HEADER_LENGTH;
import static io.vireo.journal.storage.DataFileLayout.SUPERBLOCK_COPY_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.storage.Storage;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Format of one superblock copy, little-endian, and what was read from one place. The checksum leaves out itself and the place, so that
 * the copies of one superblock have one checksum: its identity, and the parent of the next one. Reading is total: damage and nonsense are
 * states of a copy, never exceptions.
 *
 * <pre>
 *     0  checksum            u128  over bytes 32..12287
 *    16  place               u64   0..3; a copy in another place is a misdirected write
 *    24  zero                u64
 *    32  magic               8 B   "vireosb1"
 *    40  format              u32
 *    44  zero                u32
 *    48  sequence            u64   from 1
 *    56  parent              u128  checksum of sequence - 1; 0 for the first
 *    72  cluster             u128
 *    88  formatId            u128
 *   104  walBytes            u64
 *   112  segmentBytes        u64
 *   120  prepareSizeMax      u32
 *   124  replica             u32
 *   128  group               u32
 *   132  replicaCount        u32
 *   136  groupCount          u32
 *   140  pipelineMax         u32
 *   144  view                u64
 *   152  logView             u64
 *   160  commitMax           u64
 *   168  syncedOp            u64
 *   176  syncedChecksum      u128
 *   192  checkpointQuorumOp  u64
 *   200  checkpointQuorumEnd u64
 *   208  checkpoint op       u64
 *   216  checksum            u128
 *   232  view                u64
 *   240  endPosition         u64
 *   248  timestamp           u64
 *   256  snapshotId          u128
 *   272  manifestHash        32 B
 *   304  StartView headOp    u64
 *   312  headChecksum        u128
 *   328  count               u32   0..17
 *   332  zero                u32
 *   336  DoViewChange headOp u64
 *   344  headChecksum        u128
 *   360  count               u32   0..17
 *   364  present             u32   1 if there is one, else 0
 *   368  sessionsMax         u32
 *   372  sessionWindow       u32
 *   376  namespacesMax       u32
 *   380  stateMachine        u32   {@link StateMachineKind#code}
 *   384  life of each replica  7 * u64, see {@link Membership}
 *   440  standing            u32   {@link Standing}
 *   444  zero                u32
 *   448  floorView           u64
 *   456  partnerLife         u64
 *   464  zero                to 511
 *   512  StartView headers     17 * 256, newest first, zero behind the last
 *  4864  DoViewChange headers  17 * 256, newest first, zero behind the last
 *  9216  zero                to 12287
 * </pre>
 */
final class SuperblockCopy {
    static final int FORMAT = 2;

    static final String UNREADABLE = "unreadable";
    static final String ALL_ZERO = "never written";
    static final String WRONG_CHECKSUM = "checksum does not match";
    static final String WRONG_PLACE = "a copy for another place";

    private static final int PLACE_OFFSET = 16;
    private static final int CHECKED_OFFSET = 32;
    private static final int FORMAT_OFFSET = 40;
    private static final int SEQUENCE_OFFSET = 48;
    private static final int PARENT_OFFSET = 56;
    private static final int IDENTITY_OFFSET = 72;
    private static final int STATE_OFFSET = 144;
    private static final int CHECKPOINT_OFFSET = 208;
    private static final int MANIFEST_HASH_OFFSET = 272;
    private static final int START_VIEW_OFFSET = 304;
    private static final int DO_VIEW_CHANGE_OFFSET = 336;
    private static final int LIMITS_OFFSET = 368;
    private static final int LIVES_OFFSET = 384;
    private static final int STANDING_OFFSET = 440;
    private static final int FLOOR_VIEW_OFFSET = 448;
    private static final int PARTNER_LIFE_OFFSET = 456;
    private static final int START_VIEW_HEADERS_OFFSET = 512;
    private static final int DO_VIEW_CHANGE_HEADERS_OFFSET =
            START_VIEW_HEADERS_OFFSET + HeaderSuffix.COUNT_MAX * HEADER_LENGTH;
    private static final byte[] MAGIC = {'v', 'i', 'r', 'e', 'o', 's', 'b', '1'};

    /** Null if the bytes are intact, else what is wrong with them. */
    final String damage;

    /** 0 unless intact, and so is the parent. */
    final long sequence;
    /** Of the bytes as they are; 0 if they could not be read. */
    final long checksumLo;

    final long checksumHi;
    /** What stands in the copy; another one than that of the bytes only if it is damaged. */
    final long statedLo;

    final long statedHi;
    final long parentLo;
    final long parentHi;

    private SuperblockCopy(
            final String damage,
            final long sequence,
            final long checksumLo,
            final long checksumHi,
            final long statedLo,
            final long statedHi,
            final long parentLo,
            final long parentHi) {
        this.damage = damage;
        this.sequence = sequence;
        this.checksumLo = checksumLo;
        this.checksumHi = checksumHi;
        this.statedLo = statedLo;
        this.statedHi = statedHi;
        this.parentLo = parentLo;
        this.parentHi = parentHi;
    }

    /** Writes one whole copy for {@code place} and returns its identity in {@code checksum}. */
    static void encode(
            final MutableDirectBuffer buffer,
            final int offset,
            final int place,
            final long sequence,
            final long parentLo,
            final long parentHi,
            final SuperblockIdentity identity,
            final VsrState state,
            final Checksum checksum) {
        buffer.setMemory(offset, SUPERBLOCK_COPY_LENGTH, (byte) 0);
        buffer.putBytes(offset + CHECKED_OFFSET, MAGIC);
        u32(buffer, offset + FORMAT_OFFSET, FORMAT);
        u64(buffer, offset + SEQUENCE_OFFSET, sequence);
        u128(buffer, offset + PARENT_OFFSET, parentLo, parentHi);
        encodeIdentity(buffer, offset + IDENTITY_OFFSET, identity);
        encodeState(buffer, offset, state);
        checksum.hash(buffer, offset + CHECKED_OFFSET, SUPERBLOCK_COPY_LENGTH - CHECKED_OFFSET);
        u128(buffer, offset, checksum.lo(), checksum.hi());
        place(buffer, offset, place);
    }

    /** Says for which place the copy at {@code offset} is; its checksum stays. */
    static void place(final MutableDirectBuffer buffer, final int offset, final int place) {
        u64(buffer, offset + PLACE_OFFSET, place);
    }

    static SuperblockCopy unreadable() {
        return new SuperblockCopy(UNREADABLE, 0, 0, 0, 0, 0, 0, 0);
    }

    /** What stands at {@code offset}, which was read from {@code place}. */
    static SuperblockCopy read(final DirectBuffer buffer, final int offset, final int place, final Checksum checksum) {
        checksum.hash(buffer, offset + CHECKED_OFFSET, SUPERBLOCK_COPY_LENGTH - CHECKED_OFFSET);
        final long statedLo = u64(buffer, offset);
        final long statedHi = u64(buffer, offset + 8);
        final String damage;
        if (checksum.lo() != statedLo || checksum.hi() != statedHi) {
            damage = FrameCheck.isZero(buffer, offset, SUPERBLOCK_COPY_LENGTH) ? ALL_ZERO : WRONG_CHECKSUM;
        } else {
            final boolean isInPlace =
                    u64(buffer, offset + PLACE_OFFSET) == place && u64(buffer, offset + PLACE_OFFSET + 8) == 0;
            damage = isInPlace ? null : WRONG_PLACE;
        }
        final boolean isIntact = damage == null;
        return new SuperblockCopy(
                damage,
                isIntact ? u64(buffer, offset + SEQUENCE_OFFSET) : 0,
                checksum.lo(),
                checksum.hi(),
                statedLo,
                statedHi,
                isIntact ? u64(buffer, offset + PARENT_OFFSET) : 0,
                isIntact ? u64(buffer, offset + PARENT_OFFSET + 8) : 0);
    }

    boolean isIntact() {
        return damage == null;
    }

    boolean isEqual(final SuperblockCopy other) {
        return sequence == other.sequence && isIdentity(other.checksumLo, other.checksumHi);
    }

    boolean isIdentity(final long lo, final long hi) {
        return checksumLo == lo && checksumHi == hi;
    }

    /** True if the intact copy at {@code offset} is of the format this code writes. */
    static boolean isThisFormat(final DirectBuffer buffer, final int offset) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (buffer.getByte(offset + CHECKED_OFFSET + i) != MAGIC[i]) {
                return false;
            }
        }
        return buffer.getInt(offset + FORMAT_OFFSET, LITTLE_ENDIAN) == FORMAT;
    }

    /** The identity in an intact copy, or null if it cannot be one. */
    static SuperblockIdentity identity(final DirectBuffer buffer, final int offset) {
        final int at = offset + IDENTITY_OFFSET;
        final StateMachineKind stateMachine =
                StateMachineKind.ofCode(buffer.getInt(offset + LIMITS_OFFSET + 12, LITTLE_ENDIAN));
        final SuperblockIdentity identity = new SuperblockIdentity(
                u64(buffer, at),
                u64(buffer, at + 8),
                buffer.getInt(at + 52, LITTLE_ENDIAN),
                buffer.getInt(at + 56, LITTLE_ENDIAN),
                u64(buffer, at + 16),
                u64(buffer, at + 24),
                u64(buffer, at + 32),
                buffer.getInt(at + 48, LITTLE_ENDIAN),
                u64(buffer, at + 40),
                buffer.getInt(at + 60, LITTLE_ENDIAN),
                buffer.getInt(at + 64, LITTLE_ENDIAN),
                new SharedLimits(
                        buffer.getInt(at + 68, LITTLE_ENDIAN),
                        buffer.getInt(offset + LIMITS_OFFSET, LITTLE_ENDIAN),
                        buffer.getInt(offset + LIMITS_OFFSET + 4, LITTLE_ENDIAN),
                        buffer.getInt(offset + LIMITS_OFFSET + 8, LITTLE_ENDIAN),
                        stateMachine));
        final boolean isPossible = stateMachine != null
                && identity.walBytes() > 0
                && identity.walBytes() <= Long.MAX_VALUE / 2
                && identity.walBytes() % Storage.SECTOR == 0
                && identity.prepareSizeMax() > 0
                && identity.replica() >= 0
                && identity.replica() < identity.replicaCount()
                && identity.group() >= 0
                && identity.group() < identity.groupCount();
        return isPossible ? identity : null;
    }

    /** The state in an intact copy, or null if it breaks its own rules. */
    static VsrState state(final DirectBuffer buffer, final int offset) {
        final HeaderSuffix startView = suffix(buffer, offset + START_VIEW_OFFSET, offset + START_VIEW_HEADERS_OFFSET);
        final int present = buffer.getInt(offset + DO_VIEW_CHANGE_OFFSET + 28, LITTLE_ENDIAN);
        final HeaderSuffix doViewChange = present == 1
                ? suffix(buffer, offset + DO_VIEW_CHANGE_OFFSET, offset + DO_VIEW_CHANGE_HEADERS_OFFSET)
                : null;
        final Standing standing = Standing.ofCode(buffer.getInt(offset + STANDING_OFFSET, LITTLE_ENDIAN));
        if (startView == null || standing == null || (present == 1) != (doViewChange != null)) {
            return null;
        }
        final byte[] manifestHash = new byte[CheckpointState.MANIFEST_HASH_LENGTH];
        buffer.getBytes(offset + MANIFEST_HASH_OFFSET, manifestHash);
        final int at = offset + STATE_OFFSET;
        final int checkpoint = offset + CHECKPOINT_OFFSET;
        final VsrState state = new VsrState.Builder()
                .view(u64(buffer, at))
                .logView(u64(buffer, at + 8))
                .commitMax(u64(buffer, at + 16))
                .synced(u64(buffer, at + 24), u64(buffer, at + 32), u64(buffer, at + 40))
                .checkpointQuorum(u64(buffer, at + 48), u64(buffer, at + 56))
                .checkpoint(new CheckpointState(
                        u64(buffer, checkpoint),
                        u64(buffer, checkpoint + 8),
                        u64(buffer, checkpoint + 16),
                        u64(buffer, checkpoint + 24),
                        u64(buffer, checkpoint + 32),
                        u64(buffer, checkpoint + 40),
                        u64(buffer, checkpoint + 48),
                        u64(buffer, checkpoint + 56),
                        manifestHash))
                .startView(startView)
                .doViewChange(doViewChange)
                .membership(membership(buffer, offset, standing))
                .buildUnchecked();
        return state.brokenRule() == null ? state : null;
    }

    /** True if the intact copy at {@code offset} is, byte for byte, what this code would write: nothing stands where zeros belong. */
    boolean isCanonical(
            final DirectBuffer buffer,
            final int offset,
            final SuperblockIdentity identity,
            final VsrState state,
            final Checksum checksum) {
        final UnsafeBuffer written = new UnsafeBuffer(new byte[SUPERBLOCK_COPY_LENGTH]);
        encode(
                written,
                0,
                (int) u64(buffer, offset + PLACE_OFFSET),
                sequence,
                parentLo,
                parentHi,
                identity,
                state,
                checksum);
        return written.equals(new UnsafeBuffer(buffer, offset, SUPERBLOCK_COPY_LENGTH));
    }

    private static void encodeIdentity(
            final MutableDirectBuffer buffer, final int at, final SuperblockIdentity identity) {
        u128(buffer, at, identity.clusterLo(), identity.clusterHi());
        u128(buffer, at + 16, identity.formatIdLo(), identity.formatIdHi());
        u64(buffer, at + 32, identity.walBytes());
        u64(buffer, at + 40, identity.segmentBytes());
        u32(buffer, at + 48, identity.prepareSizeMax());
        u32(buffer, at + 52, identity.replica());
        u32(buffer, at + 56, identity.group());
        u32(buffer, at + 60, identity.replicaCount());
        u32(buffer, at + 64, identity.groupCount());
        final SharedLimits limits = identity.limits();
        u32(buffer, at + 68, limits.pipelineMax());
        final int more = at - IDENTITY_OFFSET + LIMITS_OFFSET;
        u32(buffer, more, limits.sessionsMax());
        u32(buffer, more + 4, limits.sessionWindow());
        u32(buffer, more + 8, limits.namespacesMax());
        u32(buffer, more + 12, limits.stateMachine().code());
    }

    private static void encodeState(final MutableDirectBuffer buffer, final int offset, final VsrState state) {
        final int at = offset + STATE_OFFSET;
        u64(buffer, at, state.view());
        u64(buffer, at + 8, state.logView());
        u64(buffer, at + 16, state.commitMax());
        u64(buffer, at + 24, state.syncedOp());
        u128(buffer, at + 32, state.syncedChecksumLo(), state.syncedChecksumHi());
        u64(buffer, at + 48, state.checkpointQuorumOp());
        u64(buffer, at + 56, state.checkpointQuorumEnd());
        final int checkpoint = offset + CHECKPOINT_OFFSET;
        u64(buffer, checkpoint, state.checkpoint().op());
        u128(
                buffer,
                checkpoint + 8,
                state.checkpoint().checksumLo(),
                state.checkpoint().checksumHi());
        u64(buffer, checkpoint + 24, state.checkpoint().view());
        u64(buffer, checkpoint + 32, state.checkpoint().endPosition());
        u64(buffer, checkpoint + 40, state.checkpoint().timestamp());
        u128(
                buffer,
                checkpoint + 48,
                state.checkpoint().snapshotIdLo(),
                state.checkpoint().snapshotIdHi());
        buffer.putBytes(offset + MANIFEST_HASH_OFFSET, state.checkpoint().manifestHash());
        encodeSuffix(buffer, offset + START_VIEW_OFFSET, offset + START_VIEW_HEADERS_OFFSET, state.startView());
        if (state.doViewChange() != null) {
            encodeSuffix(
                    buffer,
                    offset + DO_VIEW_CHANGE_OFFSET,
                    offset + DO_VIEW_CHANGE_HEADERS_OFFSET,
                    state.doViewChange());
            u32(buffer, offset + DO_VIEW_CHANGE_OFFSET + 28, 1);
        }
        encodeMembership(buffer, offset, state.membership());
    }

    private static void encodeMembership(
            final MutableDirectBuffer buffer, final int offset, final Membership membership) {
        for (int r = 0; r < Membership.REPLICAS_MAX; r++) {
            u64(buffer, offset + LIVES_OFFSET + r * Long.BYTES, membership.life(r));
        }
        u32(buffer, offset + STANDING_OFFSET, membership.standing().code());
        u64(buffer, offset + FLOOR_VIEW_OFFSET, membership.floorView());
        u64(buffer, offset + PARTNER_LIFE_OFFSET, membership.partnerLife());
    }

    private static Membership membership(final DirectBuffer buffer, final int offset, final Standing standing) {
        final long[] lives = new long[Membership.REPLICAS_MAX];
        for (int r = 0; r < lives.length; r++) {
            lives[r] = u64(buffer, offset + LIVES_OFFSET + r * Long.BYTES);
        }
        return Membership.of(
                standing, u64(buffer, offset + FLOOR_VIEW_OFFSET), lives, u64(buffer, offset + PARTNER_LIFE_OFFSET));
    }

    private static void encodeSuffix(
            final MutableDirectBuffer buffer, final int at, final int headers, final HeaderSuffix suffix) {
        u64(buffer, at, suffix.headOp());
        u128(buffer, at + 8, suffix.headChecksumLo(), suffix.headChecksumHi());
        u32(buffer, at + 24, suffix.count());
        buffer.putBytes(headers, suffix.headers(), 0, suffix.count() * HEADER_LENGTH);
    }

    private static HeaderSuffix suffix(final DirectBuffer buffer, final int at, final int headers) {
        final long headOp = u64(buffer, at);
        final long lo = u64(buffer, at + 8);
        final long hi = u64(buffer, at + 16);
        final int count = buffer.getInt(at + 24, LITTLE_ENDIAN);
        if (count < 0 || count > HeaderSuffix.COUNT_MAX) {
            return null;
        }
        if (count == 0) {
            return HeaderSuffix.empty(headOp, lo, hi);
        }
        final HeaderSuffix suffix = HeaderSuffix.copyOf(headOp, buffer, headers, count);
        return suffix.headChecksumLo() == lo && suffix.headChecksumHi() == hi ? suffix : null;
    }

    private static long u64(final DirectBuffer buffer, final int index) {
        return buffer.getLong(index, LITTLE_ENDIAN);
    }

    private static void u64(final MutableDirectBuffer buffer, final int index, final long value) {
        buffer.putLong(index, value, LITTLE_ENDIAN);
    }

    private static void u128(final MutableDirectBuffer buffer, final int index, final long lo, final long hi) {
        buffer.putLong(index, lo, LITTLE_ENDIAN);
        buffer.putLong(index + 8, hi, LITTLE_ENDIAN);
    }

    private static void u32(final MutableDirectBuffer buffer, final int index, final int value) {
        buffer.putInt(index, value, LITTLE_ENDIAN);
    }
}
