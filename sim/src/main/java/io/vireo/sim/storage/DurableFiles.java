package io.vireo.sim.storage;

import java.util.Collection;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The files of a directory as they are for certain, whatever a crash does: the durable layer alone, before any rot. */
public interface DurableFiles {
    /** Names that no crash takes, in their order. */
    Collection<String> names();

    /** Bytes from the start of a file up to the first that may be lost; negative if its name may be. */
    long length(String name);

    /** The same of the file that processes find under this name, also if a crash may take the name or give it to another one. */
    long lengthUnnamed(String name);

    /**
     * First position from {@code position} on, a whole number of sectors, at which these bytes are not those of the file; -1 if there is
     * none. What is not durable there is no difference.
     */
    long difference(String name, long position, DirectBuffer buffer, int offset, int length);

    /** The first bytes of such a file, with zeros for what was never written there; false if it ends before the buffer does. */
    boolean read(String name, MutableDirectBuffer buffer);

    /** The same of the file that processes find under this name. */
    boolean readUnnamed(String name, MutableDirectBuffer buffer);
}
