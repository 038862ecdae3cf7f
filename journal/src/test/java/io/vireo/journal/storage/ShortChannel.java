package io.vireo.journal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A real file through a system that moves only so many bytes at a time, and has space for only so many. */
final class ShortChannel extends FileChannel {
    private final FileChannel file;
    private final int atOnce;
    private final long space;
    /** Transfers that took place. */
    int calls;

    private ByteBuffer last = ByteBuffer.allocate(0);

    ShortChannel(final FileChannel file, final int atOnce, final long space) {
        this.file = file;
        this.atOnce = atOnce;
        this.space = space;
    }

    @Override
    public int read(final ByteBuffer bytes, final long position) throws IOException {
        calls++;
        return file.read(part(bytes, atOnce), position) < 0 ? -1 : moved(bytes);
    }

    @Override
    public int write(final ByteBuffer bytes, final long position) throws IOException {
        calls++;
        if (position >= space) {
            throw new IOException("No space left on device");
        }
        file.write(part(bytes, (int) Math.min(atOnce, space - position)), position);
        return moved(bytes);
    }

    private ByteBuffer part(final ByteBuffer bytes, final int length) {
        last = bytes.slice(bytes.position(), Math.min(length, bytes.remaining()));
        return last;
    }

    private int moved(final ByteBuffer bytes) {
        bytes.position(bytes.position() + last.position());
        return last.position();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public void force(final boolean metaData) throws IOException {
        file.force(metaData);
    }

    @Override
    public int read(final ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(final ByteBuffer[] buffers, final int offset, final int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(final ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(final ByteBuffer[] buffers, final int offset, final int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(final long newPosition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(final long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(final long position, final long count, final WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(final ReadableByteChannel source, final long position, final long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(final MapMode mode, final long position, final long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(final long position, final long size, final boolean isShared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(final long position, final long size, final boolean isShared) {
        throw new UnsupportedOperationException();
    }
}
