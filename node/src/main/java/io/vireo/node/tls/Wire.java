package io.vireo.node.tls;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;

/**
 * The bytes of one socket that never blocks, as they are or by TLS. Belongs to the thread of its selector. What a selector says of the
 * socket is not all there is to know of a wire: bytes may have left the socket and wait in here, or a handshake may have to go on; hence
 * the questions below, which are to be asked after each read and write.
 */
public interface Wire extends ByteChannel {
    /** The bytes of the socket as they are. */
    static Wire plain(final SocketChannel channel) {
        return new PlainWire(channel);
    }

    /** True if a read may give something though the socket has nothing new: the next turn is to read again. */
    boolean isInputHeld();

    /**
     * False while nothing that the socket has can be used: a computation of the handshake is under way on another thread, which wakes the
     * selector at its end, or something has to be sent first. What follows makes {@link #isInputHeld} true.
     */
    boolean takesInput();

    /**
     * True if a socket that takes bytes again lets this wire go on.
     *
     * @param isMore whether the owner has bytes left that the last write did not take.
     */
    boolean awaitsWritable(boolean isMore);

    /** Writes what an earlier call has left in here, as far as the socket takes it, and goes on with a handshake that waits to speak. */
    void flush() throws IOException;

    /** Tells the other side that nothing more will come; what it sends can still be read. */
    void endOutput() throws IOException;

    /** The other side has been let in. Until then it may not make the wire do much. */
    void admit();

    /** True if the other side has shown a certificate of a CA that is trusted here. */
    boolean isCertified();

    /** Bytes of memory in which something waits here; for the owner's budget. */
    int heldBytes();

    /** Bytes that the socket has taken so far: as long as there are more and more, the other side reads. */
    long sentBytes();
}
