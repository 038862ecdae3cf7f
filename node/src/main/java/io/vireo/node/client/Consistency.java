package io.vireo.node.client;

import io.vireo.node.message.ReadFlyweight;

/** What a read may return. */
public enum Consistency {
    /** Everything that was acknowledged before the read began; answered by the primary. */
    LINEARIZABLE(ReadFlyweight.LINEARIZABLE),
    /** A prefix of what is committed, as far as the asked replica has applied it. */
    COMMITTED(ReadFlyweight.COMMITTED);

    private final int code;

    Consistency(final int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
