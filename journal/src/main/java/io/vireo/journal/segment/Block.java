package io.vireo.journal.segment;

import org.agrona.MutableDirectBuffer;

/**
 * Some sectors of memory that the storage accepts, from a {@link BlockPool}.
 *
 * @param length in bytes: a sector times a power of two.
 */
record Block(MutableDirectBuffer buffer, int offset, int length) {}
