package io.vireo.node.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A socket as it is. */
final class PlainWire implements Wire {
    private final SocketChannel channel;
    private long sentBytes;

    PlainWire(final SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(final ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public int write(final ByteBuffer from) throws IOException {
        final int length = channel.write(from);
        sentBytes += length;
        return length;
    }

    @Override
    public void admit() {
        // Bytes that are taken as they are cost the same from anybody.
    }

    @Override
    public boolean isInputHeld() {
        return false;
    }

    @Override
    public boolean takesInput() {
        return true;
    }

    @Override
    public boolean awaitsWritable(final boolean isMore) {
        return isMore;
    }

    @Override
    public void flush() {
        // Whatever was written is the socket's.
    }

    @Override
    public void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public boolean isCertified() {
        return false;
    }

    @Override
    public int heldBytes() {
        return 0;
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
