package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.node.stream.Identifier;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Limits of single fields, at and beside their borders, and which error comes first. */
class RequestLimitsTest {
    private static final Identifier ID = Identifier.of(0);

    private final RequestDecoder decoder = new RequestDecoder(RequestSample.MESSAGE_SIZE_MAX);

    @Test
    void shouldLimitUsernames() {
        for (final CommandCode command :
                new CommandCode[] {CommandCode.LOGIN_USER, CommandCode.CREATE_USER, CommandCode.UPDATE_USER}) {
            checkLength(3, 50, IggyError.INVALID_USERNAME, command, (out, name) -> {
                switch (command) {
                    case LOGIN_USER -> out.str8(name).str8("secret").u32(0).u32(0);
                    case CREATE_USER -> out.str8(name).str8("secret").u8(1).u8(0);
                    default -> out.id(ID).u8(1).str8(name).u8(0);
                }
            });
        }
    }

    @Test
    void shouldLimitPasswords() {
        final IggyError error = IggyError.INVALID_PASSWORD;
        checkLength(
                3,
                100,
                error,
                CommandCode.LOGIN_USER,
                (out, password) -> out.str8("user").str8(password).u32(0).u32(0));
        checkLength(
                3,
                100,
                error,
                CommandCode.CREATE_USER,
                (out, password) -> out.str8("user").str8(password).u8(1).u8(0));
        checkLength(
                3,
                100,
                error,
                CommandCode.CHANGE_PASSWORD,
                (out, password) -> out.id(ID).str8(password).str8("next"));
        checkLength(
                3,
                100,
                error,
                CommandCode.CHANGE_PASSWORD,
                (out, password) -> out.id(ID).str8("current").str8(password));
    }

    @Test
    void shouldLimitTokens() {
        final IggyError error = IggyError.INVALID_PERSONAL_ACCESS_TOKEN_NAME;
        checkLength(
                3,
                30,
                error,
                CommandCode.CREATE_TOKEN,
                (out, name) -> out.str8(name).u64(0));
        checkLength(3, 30, error, CommandCode.DELETE_TOKEN, ClientBytes::str8);
        checkLength(1, 255, IggyError.INVALID_PERSONAL_ACCESS_TOKEN, CommandCode.LOGIN_WITH_TOKEN, ClientBytes::str8);
    }

    @Test
    void shouldLimitNames() {
        checkLength(1, 255, IggyError.INVALID_STREAM_NAME, CommandCode.CREATE_STREAM, ClientBytes::str8);
        checkLength(
                1,
                255,
                IggyError.INVALID_STREAM_NAME,
                CommandCode.UPDATE_STREAM,
                (out, name) -> out.id(ID).str8(name));
        checkLength(
                1, 255, IggyError.INVALID_TOPIC_NAME, CommandCode.CREATE_TOPIC, (out, name) -> topic(out, 1, 1, name));
        checkLength(
                1,
                255,
                IggyError.INVALID_TOPIC_NAME,
                CommandCode.UPDATE_TOPIC,
                (out, name) -> out.id(ID).id(ID).u8(1).u64(0).u64(0).u8(0).str8(name));
        checkLength(
                1,
                255,
                IggyError.INVALID_CONSUMER_GROUP_NAME,
                CommandCode.CREATE_CONSUMER_GROUP,
                (out, name) -> out.id(ID).id(ID).str8(name));
    }

    @Test
    void shouldLimitPartitionsAndSegments() {
        for (final long count : new long[] {0, 1, 1000}) {
            assertNull(error(CommandCode.CREATE_TOPIC, out -> topic(out, count, 1, "name")));
        }
        for (final long count : new long[] {1001, 0x8000_0000L, 0xffff_ffffL}) {
            assertEquals(
                    IggyError.TOO_MANY_PARTITIONS,
                    error(CommandCode.CREATE_TOPIC, out -> topic(out, count, 1, "name")));
        }
        for (final CommandCode command :
                new CommandCode[] {CommandCode.CREATE_PARTITIONS, CommandCode.DELETE_PARTITIONS}) {
            assertNull(error(command, out -> out.id(ID).id(ID).u32(1)));
            assertNull(error(command, out -> out.id(ID).id(ID).u32(1000)));
            for (final long count : new long[] {0, 1001, 0xffff_ffffL}) {
                assertEquals(
                        IggyError.TOO_MANY_PARTITIONS,
                        error(command, out -> out.id(ID).id(ID).u32(count)));
            }
        }
        assertNull(error(
                CommandCode.DELETE_SEGMENTS, out -> out.id(ID).id(ID).u32(0).u32(0xffff_ffffL)));
        assertEquals(
                IggyError.INVALID_SEGMENTS_COUNT,
                error(
                        CommandCode.DELETE_SEGMENTS,
                        out -> out.id(ID).id(ID).u32(0).u32(0)));
    }

    @Test
    void shouldRefuseNumbersThatStandForNothing() {
        for (final int compression : new int[] {0, 3, 255}) {
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(CommandCode.CREATE_TOPIC, out -> topic(out, 1, compression, "name")));
        }
        for (final int status : new int[] {0, 3}) {
            assertEquals(
                    IggyError.INVALID_USER_STATUS,
                    error(CommandCode.UPDATE_USER, out -> out.id(ID).u8(0).u8(1).u8(status)));
        }
        for (final int strategy : new int[] {0, 6}) {
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(
                            CommandCode.POLL_MESSAGES,
                            out -> out.u8(1)
                                    .id(ID)
                                    .id(ID)
                                    .id(ID)
                                    .u8(0)
                                    .u32(0)
                                    .u8(strategy)
                                    .u64(0)
                                    .u32(1)
                                    .u8(0)));
        }
        for (final int consumer : new int[] {0, 3}) {
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(
                            CommandCode.GET_CONSUMER_OFFSET,
                            out -> out.u8(consumer).id(ID).id(ID).id(ID).u8(0).u32(0)));
        }
        for (final int type : new int[] {0, 7, 99, 101}) {
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(CommandCode.GET_SNAPSHOT, out -> out.u8(1).u8(1).u8(type)));
        }
        for (final int compression : new int[] {0, 7}) {
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(CommandCode.GET_SNAPSHOT, out -> out.u8(compression).u8(0)));
        }
        assertEquals(
                IggyError.INVALID_COMMAND,
                error(CommandCode.UPDATE_PERMISSIONS, out -> out.id(ID).u8(2)));
    }

    @Test
    void shouldRefuseIdentifiersThatAreNone() {
        final byte[][] invalid = {
            {0, 4, 0, 0, 0, 0}, {3, 1, 'a'}, {1, 3, 0, 0, 0}, {1, 8, 0, 0, 0, 0, 0, 0, 0, 0}, {1, 0}, {2, 0}, {2, 1, -1}
        };
        for (final byte[] identifier : invalid) {
            assertEquals(
                    IggyError.INVALID_IDENTIFIER,
                    error(CommandCode.GET_STREAM, out -> out.raw(identifier)),
                    RequestSample.hex(identifier));
        }
    }

    @Test
    void shouldRefuseTextThatIsNoUtf8() {
        assertEquals(
                IggyError.INVALID_UTF8,
                error(CommandCode.CREATE_STREAM, out -> out.u8(1).u8(0xff)));
    }

    @Test
    void shouldRefuseLengthsThatAreNoneOfASignedNumber() {
        for (final long length : new long[] {0x8000_0000L, 0xffff_ffffL, 0xffff_fff0L}) {
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(
                            CommandCode.LOGIN_USER,
                            out -> out.str8("user").str8("secret").u32(length).u32(0)));
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(
                            CommandCode.UPDATE_PERMISSIONS,
                            out -> out.id(ID).u8(1).u32(length).raw(new byte[11])));
        }
    }

    @Test
    void shouldRefusePermissionsWhenTheirLengthIsNotExact() {
        for (final int length : new int[] {10, 12, 1 << 20}) {
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(
                            CommandCode.UPDATE_PERMISSIONS,
                            out -> out.id(ID).u8(1).u32(length).raw(new byte[11])),
                    "length " + length);
        }
        assertNull(error(
                CommandCode.UPDATE_PERMISSIONS, out -> out.id(ID).u8(1).u32(11).raw(new byte[11])));
    }

    @Test
    void shouldReadTheFormatToItsEndBeforeLimitsAreChecked() {
        assertEquals(
                IggyError.INVALID_COMMAND,
                error(CommandCode.LOGIN_USER, out -> out.str8("a").str8("b").u32(0)));
        assertEquals(
                IggyError.INVALID_COMMAND,
                error(CommandCode.CREATE_STREAM, out -> out.u8(0).u8(0)));
        assertEquals(
                IggyError.INVALID_USERNAME,
                error(
                        CommandCode.LOGIN_USER,
                        out -> out.str8("a").str8("b").u32(0).u32(0)));
        assertEquals(IggyError.INVALID_TOPIC_NAME, error(CommandCode.CREATE_TOPIC, out -> topic(out, 1001, 1, "")));
    }

    @Test
    void shouldNotPrintSecrets() throws WireException {
        final byte[] payload =
                new ClientBytes().str8("user").str8("hunter2").u32(0).u32(0).bytes();
        final String text = decoder.decode(CommandCode.LOGIN_USER, new UnsafeBuffer(payload), 0, payload.length)
                .toString();
        assertFalse(text.contains("hunter2"), text);
    }

    private interface Field {
        void write(ClientBytes out, String text);
    }

    private void checkLength(
            final int min, final int max, final IggyError error, final CommandCode command, final Field field) {
        assertNull(error(command, out -> field.write(out, "x".repeat(min))), command + " of " + min);
        assertNull(error(command, out -> field.write(out, "x".repeat(max))), command + " of " + max);
        // Bytes count, not characters.
        assertNull(error(command, out -> field.write(out, "x".repeat(max & 1) + "ü".repeat(max / 2))));
        assertEquals(error, error(command, out -> field.write(out, "x".repeat(min - 1))), command + " of less");
        if (max < 255) {
            assertEquals(error, error(command, out -> field.write(out, "x".repeat(max + 1))), command + " of more");
            assertEquals(error, error(command, out -> field.write(out, "ü".repeat(max / 2 + 1))));
        }
    }

    private static void topic(final ClientBytes out, final long partitions, final int compression, final String name) {
        out.id(ID).u32(partitions).u8(compression).u64(0).u64(0).u8(0).str8(name);
    }

    private IggyError error(final CommandCode command, final Consumer<ClientBytes> fields) {
        final ClientBytes out = new ClientBytes();
        fields.accept(out);
        try {
            decoder.decode(command, new UnsafeBuffer(out.bytes()), 0, out.bytes().length);
            return null;
        } catch (final WireException refused) {
            return refused.error();
        }
    }
}
