package io.vireo.node.iggy;

/**
 * A personal access token, which is never shown again after it was created.
 *
 * @param expiryAt 0 for never.
 */
public record TokenRecord(String name, long expiryAt) implements WireRecord {
    @Override
    public void writeTo(final WireWriter out) {
        out.str8(name);
        out.u64(expiryAt);
    }
}
