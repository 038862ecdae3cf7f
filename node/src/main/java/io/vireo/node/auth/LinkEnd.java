package io.vireo.node.auth;

/** Who of the two ends of a connection: what one has said is worth nothing in the mouth of the other. */
enum LinkEnd {
    CALLER("caller"),
    CALLED("called");

    private final String label;

    LinkEnd(final String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    LinkEnd other() {
        return this == CALLER ? CALLED : CALLER;
    }
}
