package io.vireo.sim.storage;

/** What a disk is asked to do with a file's sectors, for holding one kind back. */
public enum DiskCall {
    READ,
    WRITE,
    SYNC
}
