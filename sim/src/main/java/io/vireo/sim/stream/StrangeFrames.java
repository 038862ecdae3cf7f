package io.vireo.sim.stream;

import io.vireo.node.iggy.CommandCode;
import io.vireo.sim.random.Draws;
import java.util.Arrays;

/**
 * Frames that are no requests, of a client that is logged in: codes that there are none of, lengths that cannot be, and requests that end
 * too early. Each has one answer, and what follows on the connection is as whole as before.
 */
final class StrangeFrames {
    private static final int CODE_LENGTH = 4;
    private static final int GARBAGE_MAX = 32 << 10;

    private final StreamAudits audits;
    private final StreamOptions options;
    private final Draws work;

    StrangeFrames(final StreamAudits audits, final StreamOptions options, final Draws work) {
        this.audits = audits;
        this.options = options;
        this.work = work;
    }

    IggyCall next() {
        return switch (work.nextInt(3)) {
            case 0 -> unknown();
            case 1 -> tooShort();
            default -> cut();
        };
    }

    /** Bytes of any length behind a code that no command has. */
    private IggyCall unknown() {
        int code = work.nextInt(1 << 16);
        while (CommandCode.ofCode(code) != null) {
            code++;
        }
        final byte[] garbage = new byte[(int) work.logUniform(1, GARBAGE_MAX) - 1];
        for (int i = 0; i < garbage.length; i++) {
            // Some of it looks like requests.
            garbage[i] = (byte) (work.chance(1, 2) ? 0 : work.nextInt(256));
        }
        return judged("code " + code, false, IggyFrames.frame(CODE_LENGTH + (long) garbage.length, code, garbage));
    }

    /** A length that does not even count the code; no payload follows. */
    private IggyCall tooShort() {
        final int length = work.nextInt(CODE_LENGTH);
        return judged(
                "length " + length, false, IggyFrames.frame(length, CommandCode.PING.code(), IggyFrames.nothing()));
    }

    /** A request that would change something, and lacks its end. */
    private IggyCall cut() {
        final String stream = StreamNames.stream(work.nextInt(options.streams()));
        final String topic = StreamNames.topic(work.nextInt(options.topics()));
        final CommandCode code;
        final byte[] whole;
        switch (work.nextInt(5)) {
            case 0 -> {
                code = CommandCode.DELETE_TOPIC;
                whole = IggyFrames.ids(stream, topic);
            }
            case 1 -> {
                code = CommandCode.PURGE_TOPIC;
                whole = IggyFrames.ids(stream, topic);
            }
            case 2 -> {
                code = CommandCode.CREATE_PARTITIONS;
                whole = IggyFrames.partitions(stream, topic, 1);
            }
            case 3 -> {
                code = CommandCode.STORE_CONSUMER_OFFSET;
                whole = IggyFrames.storeOffset(0, stream, topic, 0, 0);
            }
            default -> {
                code = CommandCode.DELETE_STREAM;
                whole = IggyFrames.ids(stream);
            }
        }
        final byte[] part = Arrays.copyOf(whole, work.nextInt(whole.length));
        return judged(
                part.length + " of " + whole.length + " bytes of " + code,
                true,
                IggyFrames.frame(CODE_LENGTH + (long) part.length, code.code(), part));
    }

    private IggyCall judged(final String name, final boolean isRead, final byte[] frame) {
        return IggyCall.strange(frame, (sent, status, payload, length) -> audits.frames.onAnswer(name, isRead, status));
    }
}
