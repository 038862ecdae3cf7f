package io.vireo.node.core;

import org.agrona.MutableDirectBuffer;

/** Requests that wait to be put into a prepare. */
public interface RequestSource {
    /** Bytes of the body that could be formed within these bounds; 0 if nothing waits. */
    int nextBodyLength(int bodyMax, int countMax);

    /** Moves those requests into {@code target} as one {@code RequestBatch}; returns how many they are. */
    int drainInto(MutableDirectBuffer target, int offset, int bodyLength);
}
