package io.vireo.sim.workload;

/**
 * What a run's clients send besides what they mean. Rates are parts of 65,536 per frame that a client sends.
 *
 * @param stormRate frames that are sent again and again at once, to any replica.
 * @param strayRate frames that are followed by an old one of the same session, or by one outside of its window or of another session.
 * @param malformedRate frames that are followed by bytes which are no frame of this cluster.
 */
public record ClientFaults(int stormRate, int strayRate, int malformedRate) {
    /** Clients send what they mean. */
    public static final ClientFaults NONE = new ClientFaults(0, 0, 0);
}
