package io.vireo.journal.storage;

import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The files of one group, asynchronously: a submission returns at once, its outcome comes out of {@link #poll} on the same thread.
 * Completions may arrive in any order. A buffer belongs to the storage from submission to completion. Reads and writes start and end
 * on multiples of {@link #SECTOR}, in buffers from {@link #allocate}; the storage may serve them by direct I/O.
 *
 * <p>Names are relative to the directory of the group, with at most one directory of their own ({@code segments/x}), which comes to be with
 * its first name. A file is open once at a time.
 *
 * <p>A write that starts where the file ends grows it. The new size is durable with the next completed {@link #sync}; a crash before may
 * lose the growth, keep it, or keep the size alone, with sectors that hold zeros or anything else.
 *
 * <p>A crash may lose, keep or tear (sector by sector) every write that no completed {@link #sync} covers, in any combination; the same
 * holds for the names that no completed {@link #syncDirectory} covers. What a file was read as while a write to it is in flight is
 * undefined.
 *
 * <p>A failed write, sync, rename, delete or directory sync is not reported as a result: it is never retried, and the process must end
 * ({@link Completions#onFailure}). A failed read is a result, because it can be repaired from elsewhere.
 */
public interface Storage extends AutoCloseable {
    /** Unit of reads and writes in bytes; a format constant, at least the device's own. */
    int SECTOR = 4096;

    /** Result of a read whose sectors the device could not deliver, all or in part. */
    int READ_FAILED = -1;
    /** Result of {@link #open} for a name that does not exist. */
    int NOT_FOUND = -2;
    /** Result of {@link #create} for a name that exists. */
    int EXISTS = -3;
    /** Result of {@link #create} when the space is not there. */
    int NO_SPACE = -4;

    /** Receives what {@link #poll} found. Must not throw. */
    interface Completions {
        /**
         * A submission ended.
         *
         * @param token as submitted.
         * @param result bytes for read and write, file handle for open and create, number of names for list, 0 for the others; or one of the negative constants.
         */
        void onCompletion(long token, long result);

        /** The storage can no longer be trusted; no further completion comes. The message names file, offset and cause. */
        void onFailure(String message);
    }

    /** A zeroed buffer that {@link #read} and {@link #write} accept: direct, aligned to {@link #SECTOR}. */
    MutableDirectBuffer allocate(int length);

    /**
     * As {@link #allocate}, but with undefined content, so that nobody has to clear megabytes that are overwritten at once: for who looks only
     * at bytes that a {@link #read} has brought or that it has put there itself.
     */
    default MutableDirectBuffer allocateUncleared(final int length) {
        return allocate(length);
    }

    /** Opens an existing file of this group for reading and writing; result: its handle, or {@link #NOT_FOUND}. */
    void open(String name, long token);

    /**
     * Creates a file of {@code size} zero bytes, 0 allowed, every one of them written. It must not exist. Neither bytes nor name are durable before
     * sync and directory sync. Result: its handle, {@link #EXISTS} or {@link #NO_SPACE}.
     */
    void create(String name, long size, long token);

    /** Size in bytes of an open file, in whole sectors; growth counts once its write has completed. */
    long size(int file);

    /** Ends the use of a handle after what was submitted for it before, without a completion. Syncs nothing; the handle may be given out again. */
    void close(int file);

    /** Reads {@code length} bytes; result: {@code length} or {@link #READ_FAILED} (then the buffer's content is undefined). */
    void read(int file, long position, MutableDirectBuffer buffer, int offset, int length, long token);

    /**
     * Writes {@code length} bytes inside the file's size, or all of them from its end, with every growth submitted before counted. Neither
     * bytes nor growth are durable before a later {@link #sync} completes.
     */
    void write(int file, long position, DirectBuffer buffer, int offset, int length, long token);

    /**
     * Makes durable every write of this file submitted before this call: the sync starts only when these have completed, and covers no
     * later one. Several syncs may be served by one device flush.
     */
    void sync(int file, long token);

    /** Atomically gives {@code from} the name {@code to}, replacing it; durable after {@link #syncDirectory}. */
    void rename(String from, String to, long token);

    /** Removes a name; durable after {@link #syncDirectory}. */
    void delete(String name, long token);

    /** Makes the names created, renamed and deleted before this call durable, in every directory. */
    void syncDirectory(long token);

    /** Looks up the names of all files; {@link #listed} has them once this has completed. */
    void list(long token);

    /** The names of the last completed {@link #list}, sorted; those that are no names of this port are left out. */
    List<String> listed();

    /** Ends the use of all files: completes when everything submitted before has, with every file closed. Syncs nothing. */
    void reset(long token);

    /** Delivers completions that are there, without waiting; returns how many. */
    int poll(Completions completions);

    /** Ends the storage's own thread and closes the files; submissions in flight may or may not take place. */
    @Override
    void close();
}
