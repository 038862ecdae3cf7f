package io.vireo.node.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How fast a verified copy over loopback can be at best on this machine: every byte goes through a socket and through SHA-256 as often as the
 * protocol has it hashed, one after the other. Measured by one thread that hashes and two that only copy. Blocks; for commands.
 *
 * @param hashedPerSecond bytes of SHA-256 by one thread.
 * @param copiedPerSecond bytes from one thread to another over a socket.
 */
public record TransferBound(double hashedPerSecond, double copiedPerSecond) {
    private static final int BLOCK = 1 << 20;

    /** Takes about three times so long. */
    public static TransferBound measure(final long ns) throws IOException, InterruptedException {
        hash(ns / 2); // For the compiler.
        return new TransferBound(hash(ns), copy(ns));
    }

    /** Bytes per second at best. @param passes how often each byte is hashed. */
    public double bytesPerSecond(final int passes) {
        return 1 / (passes / hashedPerSecond + 1 / copiedPerSecond);
    }

    private static double hash(final long ns) {
        final MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        final byte[] block = new byte[BLOCK];
        new SplittableRandom(1).nextBytes(block);
        final long startNs = System.nanoTime();
        long elapsedNs = 0;
        long bytes = 0;
        while (elapsedNs < ns) {
            digest.update(block);
            bytes += BLOCK;
            elapsedNs = System.nanoTime() - startNs;
        }
        // So that nobody finds out that nobody wants it.
        block[0] = digest.digest()[0];
        return bytes * 1e9 / elapsedNs;
    }

    private static double copy(final long ns) throws IOException, InterruptedException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel from = SocketChannel.open(server.getLocalAddress());
                    SocketChannel to = server.accept()) {
                final AtomicBoolean isEnded = new AtomicBoolean();
                final CompletableFuture<Void> end = new CompletableFuture<>();
                final Thread sender = new Thread(() -> send(from, isEnded, end), "vireo-bench-send");
                sender.setDaemon(true);
                sender.start();
                final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
                final long startNs = System.nanoTime();
                long elapsedNs = 0;
                long bytes = 0;
                while (elapsedNs < ns) {
                    final int read = to.read(block.clear());
                    if (read < 0) {
                        break;
                    }
                    bytes += read;
                    elapsedNs = System.nanoTime() - startNs;
                }
                // The sender may be in the middle of a block.
                isEnded.set(true);
                while (to.read(block.clear()) >= 0) {
                    // What is still on its way.
                }
                end.get();
                return bytes * 1e9 / Math.max(1, elapsedNs);
            } catch (final ExecutionException e) {
                throw new IOException(
                        "a copy over loopback failed: " + e.getCause().getMessage(), e);
            }
        }
    }

    private static void send(final SocketChannel to, final AtomicBoolean isEnded, final CompletableFuture<Void> end) {
        final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        try {
            while (!isEnded.get()) {
                to.write(block.clear());
            }
            to.shutdownOutput();
            end.complete(null);
        } catch (final IOException e) {
            end.completeExceptionally(e);
        }
    }
}
