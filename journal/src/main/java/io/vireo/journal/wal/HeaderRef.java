package io.vireo.journal.wal;

import org.agrona.MutableDirectBuffer;

/** Where 256 bytes of a prepare header lie in memory that nobody changes. Used by recovery, not on the steady-state path. */
record HeaderRef(MutableDirectBuffer buffer, int offset) {}
