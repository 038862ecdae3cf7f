package io.vireo.node.transport;

import java.util.Arrays;

/**
 * Which connection a client id was last heard on: chained hash over a slab of nodes, and a list of nodes per connection, so that both a
 * frame and the end of a connection cost no search and no allocation but growth. Bounded in all and per connection. One thread.
 */
final class ClientDirectory {
    private static final int NONE = -1;
    private static final int INITIAL = 256;

    private final int clientsMax;
    private final int clientsPerConnectionMax;

    private int[] buckets = filled(INITIAL);
    private long[] clientLo = new long[INITIAL];
    private long[] clientHi = new long[INITIAL];
    private Connection[] connection = new Connection[INITIAL];
    private int[] nextInBucket = new int[INITIAL];
    private int[] nextOfConnection = new int[INITIAL];
    private int[] previousOfConnection = new int[INITIAL];
    private int firstFree = NONE;
    private int used;
    private int size;

    ClientDirectory(final int clientsMax, final int clientsPerConnectionMax) {
        this.clientsMax = clientsMax;
        this.clientsPerConnectionMax = clientsPerConnectionMax;
    }

    /** The client was heard on this connection; false if that is one client too many. */
    boolean learn(final long lo, final long hi, final Connection heardOn) {
        final int known = find(lo, hi);
        if (known != NONE) {
            if (connection[known] != heardOn) {
                if (heardOn.clientCount >= clientsPerConnectionMax) {
                    return false;
                }
                unlinkFromConnection(known);
                linkToConnection(known, heardOn);
            }
            return true;
        }
        if (size >= clientsMax || heardOn.clientCount >= clientsPerConnectionMax) {
            return false;
        }
        final int node = allocate();
        clientLo[node] = lo;
        clientHi[node] = hi;
        final int bucket = bucket(lo, hi);
        nextInBucket[node] = buckets[bucket];
        buckets[bucket] = node;
        linkToConnection(node, heardOn);
        size++;
        return true;
    }

    /** The connection of this client, or null. */
    Connection connectionOf(final long lo, final long hi) {
        final int node = find(lo, hi);
        return node == NONE ? null : connection[node];
    }

    /** Forgets all clients of a connection. */
    void forget(final Connection ended) {
        while (ended.firstClient != NONE) {
            final int node = ended.firstClient;
            unlinkFromConnection(node);
            unlinkFromBucket(node);
            connection[node] = null;
            nextInBucket[node] = firstFree;
            firstFree = node;
            size--;
        }
    }

    int size() {
        return size;
    }

    private int find(final long lo, final long hi) {
        int node = buckets[bucket(lo, hi)];
        while (node != NONE && (clientLo[node] != lo || clientHi[node] != hi)) {
            node = nextInBucket[node];
        }
        return node;
    }

    private int bucket(final long lo, final long hi) {
        final long mixed = (lo ^ Long.rotateLeft(hi, 32)) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32) & (buckets.length - 1);
    }

    private int allocate() {
        if (firstFree != NONE) {
            final int node = firstFree;
            firstFree = nextInBucket[node];
            return node;
        }
        if (used == clientLo.length) {
            grow();
        }
        return used++;
    }

    private void grow() {
        final int capacity = 2 * used;
        clientLo = Arrays.copyOf(clientLo, capacity);
        clientHi = Arrays.copyOf(clientHi, capacity);
        connection = Arrays.copyOf(connection, capacity);
        nextInBucket = Arrays.copyOf(nextInBucket, capacity);
        nextOfConnection = Arrays.copyOf(nextOfConnection, capacity);
        previousOfConnection = Arrays.copyOf(previousOfConnection, capacity);
        buckets = filled(capacity);
        // No free node exists when the slab is full, so every node is in use.
        for (int node = 0; node < used; node++) {
            final int bucket = bucket(clientLo[node], clientHi[node]);
            nextInBucket[node] = buckets[bucket];
            buckets[bucket] = node;
        }
    }

    private void linkToConnection(final int node, final Connection to) {
        connection[node] = to;
        previousOfConnection[node] = NONE;
        nextOfConnection[node] = to.firstClient;
        if (to.firstClient != NONE) {
            previousOfConnection[to.firstClient] = node;
        }
        to.firstClient = node;
        to.clientCount++;
    }

    private void unlinkFromConnection(final int node) {
        final Connection from = connection[node];
        final int previous = previousOfConnection[node];
        final int next = nextOfConnection[node];
        if (previous == NONE) {
            from.firstClient = next;
        } else {
            nextOfConnection[previous] = next;
        }
        if (next != NONE) {
            previousOfConnection[next] = previous;
        }
        from.clientCount--;
    }

    private void unlinkFromBucket(final int node) {
        final int bucket = bucket(clientLo[node], clientHi[node]);
        if (buckets[bucket] == node) {
            buckets[bucket] = nextInBucket[node];
            return;
        }
        int before = buckets[bucket];
        while (nextInBucket[before] != node) {
            before = nextInBucket[before];
        }
        nextInBucket[before] = nextInBucket[node];
    }

    private static int[] filled(final int length) {
        final int[] buckets = new int[length];
        Arrays.fill(buckets, NONE);
        return buckets;
    }
}
