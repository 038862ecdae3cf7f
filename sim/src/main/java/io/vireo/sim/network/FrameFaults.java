package io.vireo.sim.network;

/**
 * What a run's network does to single frames and connections beyond delay and loss; drawn once per run. Rates are parts of 65,536 per
 * frame.
 *
 * @param corruptRate frames of which a bit, a byte or a run of bytes changes on the way.
 * @param misdeliverRate frames that another end of the same kind gets.
 * @param resetRate frames in the middle of which their connection breaks.
 * @param queueBytes bytes under way that a link holds in one direction: what comes on top is dropped. 0 is without limit; an empty queue
 *     takes any frame, and one that others overtake has left it.
 */
public record FrameFaults(int corruptRate, int misdeliverRate, int resetRate, long queueBytes) {
    /** Every frame arrives as it was sent, where it was sent to. */
    public static final FrameFaults NONE = new FrameFaults(0, 0, 0, 0);
}
