package io.vireo.sim.scenario;

import io.vireo.journal.message.Command;
import java.util.Map;

/** One frame under way on a link. */
final class Letter {
    private final int from;
    private final int to;
    private final byte[] bytes;
    private final Command command;
    private final Map<String, String> fields;
    private boolean isDelayed;
    private boolean isGarbled;

    Letter(final int from, final int to, final byte[] bytes, final Command command, final Map<String, String> fields) {
        this.from = from;
        this.to = to;
        this.bytes = bytes;
        this.command = command;
        this.fields = fields;
    }

    Letter copy() {
        return new Letter(from, to, bytes.clone(), command, fields);
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    byte[] bytes() {
        return bytes;
    }

    Command command() {
        return command;
    }

    /** What the frame says, in the order in which it is printed. */
    Map<String, String> fields() {
        return fields;
    }

    /** Only a step that names it delivers it. */
    boolean isDelayed() {
        return isDelayed;
    }

    void delay(final boolean value) {
        isDelayed = value;
    }

    /** A bit was flipped on the way. */
    boolean isGarbled() {
        return isGarbled;
    }

    void garble() {
        bytes[bytes.length - 1] ^= 0x10;
        isGarbled = true;
    }

    String text() {
        return FrameText.text(command, fields);
    }
}
