package io.vireo.node.transport;

import org.agrona.DirectBuffer;

/** The total check of a frame of any command; {@code MessageCheck.invalidReason}. Never throws, whatever the bytes are. */
@FunctionalInterface
public interface FrameValidator {
    /** Null if the frame of exactly {@code length} bytes is valid, else a constant reason. */
    String invalidReason(DirectBuffer buffer, int offset, int length, long clusterLo, long clusterHi, int sizeMax);
}
