package io.vireo.node.iggy;

import java.util.Objects;

/** A password or a raw token: text that is in no log and no message, because nothing prints it. */
public record Secret(String value) {
    public Secret {
        Objects.requireNonNull(value);
    }

    @Override
    public String toString() {
        return "***";
    }
}
