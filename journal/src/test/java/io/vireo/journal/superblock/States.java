package io.vireo.journal.superblock;

import static io.vireo.journal.message.HeaderFlyweight.HEADER_LENGTH;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import org.agrona.concurrent.UnsafeBuffer;

/** Identities, chains of headers and states the tests of this package start from. */
final class States {
    static final long CLUSTER_LO = 0x1122_3344_5566_7788L;
    static final long CLUSTER_HI = 0x99aa_bbcc_ddee_ff00L;
    static final SharedLimits LIMITS = new SharedLimits(8, 64, 16, 100, StateMachineKind.LOG);
    static final SuperblockIdentity IDENTITY = new SuperblockIdentity(
            CLUSTER_LO, CLUSTER_HI, 1, 2, 0x0101_0202L, 0x0303_0404L, 64 * 4096, 16 * 1024, 65_536, 3, 4, LIMITS);

    private States() {}

    static VsrState root() {
        return VsrState.root(CLUSTER_LO, CLUSTER_HI, IDENTITY.group());
    }

    /** The newest {@code count} headers of a chain that ends at {@code headOp}, newest first. */
    static HeaderSuffix chain(final long headOp, final int count, final long view) {
        final UnsafeBuffer headers = new UnsafeBuffer(new byte[count * HEADER_LENGTH]);
        final PrepareFlyweight header = new PrepareFlyweight();
        final Checksum checksum = new Checksum();
        long parentLo = 5;
        long parentHi = 6;
        for (int i = count - 1; i >= 0; i--) {
            final long op = headOp - i;
            header.wrap(headers, i * HEADER_LENGTH);
            final int size = HEADER_LENGTH + RequestBatch.length(1, 10);
            header.init(Command.PREPARE, CLUSTER_LO, CLUSTER_HI, size, view, 0, IDENTITY.group());
            header.parent(parentLo, parentHi)
                    .op(op)
                    .commit(op - 1)
                    .timestamp(op * 1_000)
                    .requestCount(1);
            header.sealWithBody(checksum, op, view);
            parentLo = header.checksumLo();
            parentHi = header.checksumHi();
        }
        return HeaderSuffix.copyOf(headOp, headers, 0, count);
    }

    /** A state with every field set and both suffixes full. */
    static VsrState full() {
        final byte[] manifestHash = new byte[CheckpointState.MANIFEST_HASH_LENGTH];
        for (int i = 0; i < manifestHash.length; i++) {
            manifestHash[i] = (byte) (0xa0 + i);
        }
        return new VsrState.Builder()
                .view(9)
                .logView(7)
                .commitMax(110)
                .synced(112, 0x31, 0x32)
                .checkpointQuorum(90, 1_800)
                .checkpoint(new CheckpointState(100, 0x41, 0x42, 6, 2_000, 0x43, 0x44, 0x45, manifestHash))
                .startView(chain(115, HeaderSuffix.COUNT_MAX, 7))
                .doViewChange(chain(118, HeaderSuffix.COUNT_MAX, 7))
                .membership(Membership.FOUNDING.withLife(0, 0x51).withLife(6, 0x57))
                .build();
    }

    /** A legal successor of {@code state}: one view on, nothing else. */
    static VsrState next(final VsrState state) {
        return state.toBuilder().view(state.view() + 1).doViewChange(null).build();
    }
}
