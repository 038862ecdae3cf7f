package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reading is total and exact for every command: what a client writes is read as it was meant, any other bytes end in the typed error,
 * and nothing outside the frame has a say.
 */
class RequestDecoderProps {
    private static final int GUARD = 80;

    private final RequestDecoder decoder = new RequestDecoder(RequestSample.MESSAGE_SIZE_MAX);

    @Property(tries = 3000)
    void shouldReadWhatWasMeantWhenAClientWrites(@ForAll final CommandCode command, @ForAll final long seed) {
        final RequestSample sample = RequestSample.of(command, new Random(seed));
        assertEquals(sample.request(), outcome(command, sample.payload()));
    }

    @Property(tries = 500)
    void shouldEndInTheErrorWhenTheRequestIsCutAnywhere(@ForAll final CommandCode command, @ForAll final long seed) {
        final byte[] payload = RequestSample.of(command, new Random(seed)).payload();
        for (int length = 0; length < payload.length; length++) {
            assertInstanceOf(IggyError.class, outcome(command, Arrays.copyOf(payload, length)), "cut to " + length);
        }
    }

    @Property(tries = 1000)
    void shouldEndInTheErrorWhenBytesFollow(@ForAll final CommandCode command, @ForAll final long seed) {
        final byte[] payload = RequestSample.of(command, new Random(seed)).payload();
        final IggyError expected =
                command == CommandCode.SEND_MESSAGES ? IggyError.INVALID_MESSAGES_SIZE : IggyError.INVALID_COMMAND;
        assertSame(expected, outcome(command, Arrays.copyOf(payload, payload.length + 1)));
    }

    @Property(tries = 3000)
    void shouldEndInARequestOrTheErrorWhenBytesAreArbitrary(
            @ForAll final CommandCode command, @ForAll final byte[] bytes) {
        outcome(command, bytes);
    }

    @Property(tries = 5000)
    void shouldEndInARequestOrTheErrorWhenBytesOfAValidRequestAreChanged(
            @ForAll final CommandCode command, @ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] payload = RequestSample.of(command, random).payload();
        for (int i = 1 + random.nextInt(4); i > 0 && payload.length > 0; i--) {
            payload[random.nextInt(payload.length)] = random.nextBoolean() ? (byte) 0xff : (byte) random.nextInt();
        }
        outcome(command, payload);
    }

    /**
     * The request in the form of the sample, or the error. Read three times: behind the end of the buffer, so that every byte outside
     * the frame would be an index exception, and with two different bytes around the frame, which must not show.
     */
    private Object outcome(final CommandCode command, final byte[] payload) {
        final byte[] framed = new byte[payload.length + 2 * GUARD];
        System.arraycopy(payload, 0, framed, GUARD, payload.length);
        final Object outcome = decoded(command, new UnsafeBuffer(framed, GUARD, payload.length), 0, payload.length);
        assertEquals(outcome, decoded(command, new UnsafeBuffer(framed), GUARD, payload.length));
        Arrays.fill(framed, 0, GUARD, (byte) 1);
        Arrays.fill(framed, GUARD + payload.length, framed.length, (byte) 1);
        assertEquals(outcome, decoded(command, new UnsafeBuffer(framed), GUARD, payload.length));
        return outcome;
    }

    private Object decoded(final CommandCode command, final UnsafeBuffer buffer, final int offset, final int length) {
        try {
            final Request request = decoder.decode(command, buffer, offset, length);
            assertSame(command, request.command());
            return RequestSample.describe(request);
        } catch (final WireException refused) {
            return refused.error();
        }
    }
}
