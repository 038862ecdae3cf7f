package io.vireo.node.tls;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first pieces of work of connections that were accepted. Where they come from take turns, and of those from one place the newest goes first.
 * Story: a stranger begins thousands of handshakes a second, and a replica that comes back has two seconds for its own; by turns it waits
 * for as many pieces as there are places, however many the stranger begins. Not safe for threads.
 */
final class Arrivals {
    /** By source, that whose turn is next first; none is empty. */
    private final LinkedHashMap<Long, TreeMap<Long, TlsWorker.Piece>> bySource = new LinkedHashMap<>();

    private int size;

    /**
     * Where a caller is, as far as it can be held to that: an address of IPv4, and of IPv6 the part that a provider gives to one customer.
     *
     * @param address null if it is not known any more.
     */
    static long source(final InetAddress address) {
        if (address == null) {
            return 0;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address ? bytes.getLong() : bytes.getInt();
    }

    void put(final long source, final long number, final TlsWorker.Piece work) {
        if (bySource.computeIfAbsent(source, any -> new TreeMap<>()).put(number, work) == null) {
            size++;
        }
    }

    /** Nothing happens if it is not here. */
    void remove(final long source, final long number) {
        final TreeMap<Long, TlsWorker.Piece> waiting = bySource.get(source);
        if (waiting != null && waiting.remove(number) != null) {
            size--;
            if (waiting.isEmpty()) {
                bySource.remove(source);
            }
        }
    }

    /** The next one, which is not here any more. There must be one. */
    TlsWorker.Piece poll() {
        final Iterator<Map.Entry<Long, TreeMap<Long, TlsWorker.Piece>>> turns =
                bySource.entrySet().iterator();
        final Map.Entry<Long, TreeMap<Long, TlsWorker.Piece>> next = turns.next();
        final TreeMap<Long, TlsWorker.Piece> waiting = next.getValue();
        final long source = next.getKey();
        turns.remove();
        final TlsWorker.Piece work = waiting.pollLastEntry().getValue();
        if (!waiting.isEmpty()) {
            bySource.put(source, waiting);
        }
        size--;
        return work;
    }

    int size() {
        return size;
    }

    void clear() {
        bySource.clear();
        size = 0;
    }
}
