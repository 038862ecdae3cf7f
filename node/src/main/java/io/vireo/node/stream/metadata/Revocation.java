package io.vireo.node.stream.metadata;

/**
 * A partition that its owner is to give up for another member. Until that is complete it stays the owner's, who polls it no longer.
 *
 * @param partition that moves.
 * @param toSlot place of the member that gets it.
 * @param generation in which it began, which names it: a completion that speaks of another one is late.
 * @param sinceMicros time at which it began, of the prepare.
 */
public record Revocation(int partition, int toSlot, long generation, long sinceMicros) {
    Revocation to(final int slot) {
        return new Revocation(partition, slot, generation, sinceMicros);
    }
}
