package io.vireo.node.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;

/** The one check of arriving frames is total: any bytes give a reason or null, and every frame of ours passes. */
class MessageCheckProps {
    private static final int SIZE_MAX = 16 * 1024;

    private final MessageCheck check = new MessageCheck(1, 2, SIZE_MAX);
    private final Checksum checksum = new Checksum();

    @Property(tries = 2000)
    void shouldNeverThrowWhenBytesAreArbitrary(
            @ForAll final byte[] bytes, @ForAll final int offset, @ForAll final int length) {
        check.invalidReason(new UnsafeBuffer(bytes), offset, length);
        assertNotNull(check.invalidReason(new UnsafeBuffer(bytes), 0, bytes.length));
    }

    /** Fields behind valid checksums: what a broken or hostile peer of the same cluster could send. */
    @Property(tries = 5000)
    void shouldNeverThrowWhenFieldsAreArbitraryBehindValidChecksums(
            @ForAll @IntRange(min = 0, max = 255) final int code, @ForAll final long seed) {
        final Random random = new Random(seed);
        final UnsafeBuffer frame = frame(Math.floorMod(code, Command.RECOVER_OK.code() + 1), random);
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            final int at = HeaderFlyweight.VIEW_OFFSET + random.nextInt(frame.capacity() - HeaderFlyweight.VIEW_OFFSET);
            frame.putByte(at, random.nextBoolean() ? (byte) random.nextInt() : (byte) 0xff);
        }
        new HeaderFlyweight().wrap(frame, 0).seal(checksum);
        check.invalidReason(frame, 0, frame.capacity());
    }

    @Property(tries = 2000)
    void shouldFindEveryFlippedBit(@ForAll @IntRange(min = 4, max = 30) final int code, @ForAll final long seed) {
        final Random random = new Random(seed);
        final UnsafeBuffer frame = frame(code, random);
        final int at = random.nextInt(frame.capacity());
        frame.putByte(at, (byte) (frame.getByte(at) ^ 1 << random.nextInt(8)));
        assertNotNull(check.invalidReason(frame, 0, frame.capacity()));
    }

    @Example
    void shouldPassWholeFramesOfEveryCommandOfTheProtocol() {
        final Random random = new Random(1);
        for (int code = Command.REQUEST.code(); code <= Command.RECOVER_OK.code(); code++) {
            final UnsafeBuffer frame = frame(code, random);
            assertNull(check.invalidReason(frame, 0, frame.capacity()), "command " + Command.ofCode(code));
            assertNotNull(check.invalidReason(frame, 0, frame.capacity() - 1));
        }
    }

    @Example
    void shouldRefuseLivesAndFloorsThatCannotBe() {
        assertEquals("life out of range", recover(recover -> recover.life(0)));
        assertEquals("life out of range", recover(recover -> recover.life(-1)));
        assertEquals("nonce is zero", recover(recover -> recover.nonce(0)));
        assertEquals("view out of range", recover(recover -> recover.floorView(0x1_0000_0000L)));
        assertEquals("view out of range", recover(recover -> recover.floorView(-2)));
        assertNull(recover(recover -> recover.floorView(0)));
        assertNull(recover(recover -> recover.floorView(RecoverFlyweight.NO_FLOOR)));
        assertNull(recover(recover -> recover.floorView(0).isComplete(true)));
        assertEquals(
                "complete without a floor",
                recover(recover -> recover.floorView(RecoverFlyweight.NO_FLOOR).isComplete(true)));
        assertNull(recoverOk(answer -> answer.mayCount(true)));
        assertEquals("life out of range", recoverOk(answer -> answer.lifeOf(6, -1)));
        assertEquals("life out of range", recoverOk(answer -> answer.life(0)));
        assertEquals("nonce is zero", recoverOk(answer -> answer.nonce(0)));
        final UnsafeBuffer vote = frame(Command.DO_VIEW_CHANGE.code(), new Random(1));
        new DoViewChangeFlyweight().wrap(vote, 0).lifeOf(6, Long.MIN_VALUE).seal(checksum);
        assertEquals("life out of range", check.invalidReason(vote, 0, vote.capacity()));
        final UnsafeBuffer wish = frame(Command.START_VIEW_CHANGE.code(), new Random(1));
        new StartViewChangeFlyweight().wrap(wish, 0).life(-1).seal(checksum);
        assertEquals("life out of range", check.invalidReason(wish, 0, wish.capacity()));
        new StartViewChangeFlyweight().wrap(wish, 0).life(1).seal(checksum);
        assertNull(check.invalidReason(wish, 0, wish.capacity()));
        final UnsafeBuffer ok = frame(Command.PREPARE_OK.code(), new Random(1));
        new PrepareOkFlyweight().wrap(ok, 0).life(-1).seal(checksum);
        assertEquals("life out of range", check.invalidReason(ok, 0, ok.capacity()));
        new PrepareOkFlyweight().wrap(ok, 0).life(1).nonce(0).seal(checksum);
        assertEquals("nonce is zero", check.invalidReason(ok, 0, ok.capacity()));
        final UnsafeBuffer answer = frame(Command.COMMIT_OK.code(), new Random(1));
        new CommitOkFlyweight().wrap(answer, 0).life(-1).seal(checksum);
        assertEquals("life out of range", check.invalidReason(answer, 0, answer.capacity()));
        new CommitOkFlyweight().wrap(answer, 0).life(1).nonce(0).seal(checksum);
        assertEquals("nonce is zero", check.invalidReason(answer, 0, answer.capacity()));
    }

    private String recover(final Consumer<RecoverFlyweight> change) {
        final UnsafeBuffer frame = frame(Command.RECOVER.code(), new Random(1));
        final RecoverFlyweight recover = new RecoverFlyweight().wrap(frame, 0);
        change.accept(recover);
        recover.seal(checksum);
        return check.invalidReason(frame, 0, frame.capacity());
    }

    private String recoverOk(final Consumer<RecoverOkFlyweight> change) {
        final UnsafeBuffer frame = frame(Command.RECOVER_OK.code(), new Random(1));
        final RecoverOkFlyweight answer = new RecoverOkFlyweight().wrap(frame, 0);
        change.accept(answer);
        answer.seal(checksum);
        return check.invalidReason(frame, 0, frame.capacity());
    }

    @Example
    void shouldRefuseFramesOfAnotherCluster() {
        final UnsafeBuffer frame = frame(Command.COMMIT.code(), new Random(1));
        assertNotNull(new MessageCheck(1, 3, SIZE_MAX).invalidReason(frame, 0, frame.capacity()));
    }

    @Example
    void shouldRefuseHeadersThatDoNotChain() {
        final UnsafeBuffer frame = frame(Command.START_VIEW.code(), new Random(1));
        final PrepareFlyweight second = new PrepareFlyweight().wrap(frame, 2 * HeaderFlyweight.HEADER_LENGTH);
        second.timestamp(second.timestamp() + 1).sealWithBody(checksum, 0, 0);
        new HeaderFlyweight().wrap(frame, 0).seal(checksum);
        assertEquals("the headers do not chain", check.invalidReason(frame, 0, frame.capacity()));
    }

    @Example
    void shouldRefuseRequestsOfAnotherClientThanTheFrames() {
        final UnsafeBuffer frame = frame(Command.REQUEST.code(), new Random(1));
        new RequestFlyweight().wrap(frame, 0).client(7, 9).seal(checksum);
        assertEquals("a request of another client than its frame's", check.invalidReason(frame, 0, frame.capacity()));
    }

    private UnsafeBuffer frame(final int code, final Random random) {
        final Command command = Command.ofCode(code);
        if (command == null) {
            return sealed(Command.COMMIT, 0);
        }
        return switch (command) {
            case REQUEST, PREPARE -> batch(command, random);
            case REPLY -> reply();
            case DO_VIEW_CHANGE -> headerRun(command, 3, true);
            case START_VIEW, HEADERS -> headerRun(command, 3, false);
            case PREPARE_OK -> {
                final UnsafeBuffer frame = sealed(command, 0);
                new PrepareOkFlyweight()
                        .wrap(frame, 0)
                        .op(1)
                        .nonce(random.nextLong() | 1)
                        .seal(checksum);
                yield frame;
            }
            case COMMIT_OK -> {
                final UnsafeBuffer frame = sealed(command, 0);
                new CommitOkFlyweight().wrap(frame, 0).nonce(3).seal(checksum);
                yield frame;
            }
            case RECOVER -> {
                final UnsafeBuffer frame = sealed(command, 0);
                new RecoverFlyweight()
                        .wrap(frame, 0)
                        .nonce(3)
                        .life(1 + random.nextInt(9))
                        .floorView(random.nextBoolean() ? 4 : RecoverFlyweight.NO_FLOOR)
                        .seal(checksum);
                yield frame;
            }
            case RECOVER_OK -> {
                final UnsafeBuffer frame = sealed(command, 0);
                new RecoverOkFlyweight()
                        .wrap(frame, 0)
                        .nonce(3)
                        .life(5)
                        .lifeOf(0, 5)
                        .lifeOf(6, 7)
                        .seal(checksum);
                yield frame;
            }
            case REQUEST_PREPARE -> {
                final UnsafeBuffer frame = sealed(command, 0);
                new RequestPrepareFlyweight()
                        .wrap(frame, 0)
                        .op(9)
                        .prepareChecksum(1, 2)
                        .seal(checksum);
                yield frame;
            }
            case REQUEST_HEADERS -> {
                final UnsafeBuffer frame = sealed(command, 0);
                new RequestHeadersFlyweight().wrap(frame, 0).opMin(1).opMax(4).seal(checksum);
                yield frame;
            }
            case REQUEST_START_VIEW -> {
                final UnsafeBuffer frame = sealed(command, 0);
                new RequestStartViewFlyweight().wrap(frame, 0).nonce(5).seal(checksum);
                yield frame;
            }
            case REQUEST_CHUNK -> chunk(command, 0, 100);
            case CHUNK -> chunk(command, 100, 100);
            default -> sealed(command, 0);
        };
    }

    private UnsafeBuffer chunk(final Command command, final int bodyLength, final int length) {
        final UnsafeBuffer frame = sealed(command, bodyLength);
        new ChunkFlyweight()
                .wrap(frame, 0)
                .kind(ChunkFlyweight.SNAPSHOT)
                .status(TransferCode.OK.code())
                .checkpoint(3, 1, 2)
                .position(4096)
                .length(length)
                .fileLength(command == Command.CHUNK ? 8192 : 0)
                .seal(checksum);
        return frame;
    }

    private UnsafeBuffer sealed(final Command command, final int bodyLength) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + bodyLength]);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(frame, 0);
        header.init(command, 1, 2, frame.capacity(), 5, 0, 0);
        header.seal(checksum);
        return frame;
    }

    private UnsafeBuffer batch(final Command command, final Random random) {
        final int count = 1 + random.nextInt(4);
        final UnsafeBuffer frame = sealed(command, RequestBatch.length(count, count * 10));
        RequestBatch.count(frame, HeaderFlyweight.HEADER_LENGTH, count);
        for (int i = 0; i < count; i++) {
            RequestBatch.putRow(
                    frame, RequestBatch.row(HeaderFlyweight.HEADER_LENGTH, i), 7, 8, 1, i + 1, 16, 0, 0, 10);
        }
        if (command == Command.PREPARE) {
            new PrepareFlyweight()
                    .wrap(frame, 0)
                    .op(4)
                    .commit(2)
                    .requestCount(count)
                    .seal(checksum);
        } else {
            new RequestFlyweight().wrap(frame, 0).client(7, 8).seal(checksum);
        }
        return frame;
    }

    private UnsafeBuffer reply() {
        final UnsafeBuffer frame = sealed(Command.REPLY, 2 * ReplyFlyweight.ROW_LENGTH + 8);
        final ReplyFlyweight reply = new ReplyFlyweight().wrap(frame, 0);
        reply.rowCount(2);
        ReplyFlyweight.putRow(frame, reply.row(0), 1, 0, 1, 1, 0, 8);
        ReplyFlyweight.putRow(frame, reply.row(1), 2, 4, 1, 0, 0, 0);
        reply.seal(checksum);
        return frame;
    }

    private UnsafeBuffer headerRun(final Command command, final int count, final boolean isBlankFirst) {
        final UnsafeBuffer frame = sealed(command, count * HeaderFlyweight.HEADER_LENGTH);
        long lo = 11;
        long hi = 12;
        for (int i = count - 1; i >= 0; i--) {
            final PrepareFlyweight header = new PrepareFlyweight().wrap(frame, HeaderFlyweight.HEADER_LENGTH * (1 + i));
            if (i == 0 && isBlankFirst) {
                continue;
            }
            header.init(Command.PREPARE, 1, 2, 400, 3, 0, 0);
            header.parent(lo, hi)
                    .op(10 - i)
                    .commit(7)
                    .timestamp(1)
                    .requestCount(1)
                    .sealWithBody(checksum, 0, 0);
            lo = header.checksumLo();
            hi = header.checksumHi();
        }
        switch (command) {
            case DO_VIEW_CHANGE ->
                new DoViewChangeFlyweight()
                        .wrap(frame, 0)
                        .logView(4)
                        .headerCount(count)
                        .headOp(10)
                        .commitMax(8)
                        .seal(checksum);
            case START_VIEW ->
                new StartViewFlyweight()
                        .wrap(frame, 0)
                        .headerCount(count)
                        .headOp(10)
                        .commitMax(8)
                        .seal(checksum);
            default ->
                new HeadersFlyweight()
                        .wrap(frame, 0)
                        .headerCount(count)
                        .logView(3)
                        .isNormal(true)
                        .seal(checksum);
        }
        return frame;
    }
}
