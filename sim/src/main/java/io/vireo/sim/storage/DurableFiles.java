package io.vireo.sim.storage;

import java.util.Collection;
import org.agrona.MutableDirectBuffer;

/** The files of a directory as they are for certain, whatever a crash does: the durable layer alone, before any rot. */
public interface DurableFiles {
    /** Names that no crash takes, in their order. */
    Collection<String> names();

    /** Bytes from the start of a file up to the first that may be lost; negative if its name may be. */
    long length(String name);

    /** The first bytes of such a file. */
    void read(String name, MutableDirectBuffer buffer);
}
