package io.vireo.node.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The bytes, as docs/VSR.md gives them, of the fields by which replicas tell lives apart. */
class LifeFieldsTest {
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);

    @Test
    void shouldHaveTheBytesOfThePageWhenARecoverIsWritten() {
        final RecoverFlyweight recover = new RecoverFlyweight().wrap(frame, 0);
        recover.init(Command.RECOVER, 1, 2, HeaderFlyweight.HEADER_LENGTH, 3, 4, 5);
        recover.nonce(0x11).life(0x0000_0001_0000_0022L).floorView(0x33);
        assertEquals(29, frame.getByte(60));
        assertEquals("1100000000000000" + "2200000001000000" + "3300000000000000", own(128, 152));
        assertZeroFrom(RecoverFlyweight.RESERVED_OFFSET);
        recover.isComplete(true);
        assertEquals("01", own(152, 153));
        recover.isComplete(false);
        recover.floorView(RecoverFlyweight.NO_FLOOR);
        assertEquals("ffffffffffffffff", own(144, 152));
    }

    @Test
    void shouldHaveTheBytesOfThePageWhenARecoverIsAnswered() {
        final RecoverOkFlyweight answer = new RecoverOkFlyweight().wrap(frame, 0);
        answer.init(Command.RECOVER_OK, 1, 2, HeaderFlyweight.HEADER_LENGTH, 3, 4, 5);
        answer.nonce(0x11).life(0x22).lifeOf(0, 0x40).lifeOf(6, 0x46);
        assertEquals(30, frame.getByte(60));
        assertEquals(
                "1100000000000000" + "2200000000000000" + "4000000000000000" + "00".repeat(40) + "4600000000000000",
                own(128, 200));
        assertZeroFrom(RecoverOkFlyweight.RESERVED_OFFSET);
        assertEquals(0x46, answer.lifeOf(6));
        answer.mayCount(true);
        assertEquals("01", own(200, 201));
    }

    @Test
    void shouldSayTheirLifeAtTheEndWhenVotersSpeak() {
        final DoViewChangeFlyweight vote = new DoViewChangeFlyweight().wrap(frame, 0);
        vote.init(Command.DO_VIEW_CHANGE, 1, 2, HeaderFlyweight.HEADER_LENGTH, 3, 4, 5);
        vote.lifeOf(0, 0x50).lifeOf(6, 0x56);
        assertEquals("5000000000000000" + "00".repeat(40) + "5600000000000000", own(192, 248));
        assertZeroFrom(DoViewChangeFlyweight.RESERVED_OFFSET);
        final PrepareOkFlyweight ok = new PrepareOkFlyweight().wrap(frame, 0);
        ok.init(Command.PREPARE_OK, 1, 2, HeaderFlyweight.HEADER_LENGTH, 3, 4, 5);
        ok.life(0x60);
        assertEquals("6000000000000000", own(192, 200));
        assertZeroFrom(PrepareOkFlyweight.RESERVED_OFFSET);
        final StartViewChangeFlyweight wish = new StartViewChangeFlyweight().wrap(frame, 0);
        wish.init(Command.START_VIEW_CHANGE, 1, 2, HeaderFlyweight.HEADER_LENGTH, 3, 4, 5);
        frame.setMemory(HeaderFlyweight.OWN_FIELDS_OFFSET, 128, (byte) 0);
        wish.life(0x65);
        assertEquals("6500000000000000", own(128, 136));
        assertZeroFrom(StartViewChangeFlyweight.RESERVED_OFFSET);
        final CommitOkFlyweight round = new CommitOkFlyweight().wrap(frame, 0);
        round.init(Command.COMMIT_OK, 1, 2, HeaderFlyweight.HEADER_LENGTH, 3, 4, 5);
        round.life(0x70);
        assertEquals("7000000000000000", own(144, 152));
        assertZeroFrom(CommitOkFlyweight.RESERVED_OFFSET);
    }

    private void assertZeroFrom(final int offset) {
        assertEquals("00".repeat(HeaderFlyweight.HEADER_LENGTH - offset), own(offset, HeaderFlyweight.HEADER_LENGTH));
    }

    private String own(final int from, final int to) {
        return HexFormat.of().formatHex(frame.byteArray(), from, to);
    }
}
