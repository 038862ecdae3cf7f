package io.vireo.node.tls;

import java.util.TreeMap;

/**
 * Computes what a handshake asks for, signatures and checks of certificates, on one thread of its own, because they take a shard's thread
 * more than all else that a connection does. One per process. From any thread.
 *
 * <p>A connection has one piece of work here at a time, and takes it back when it is closed: so what waits is bounded by the connections that
 * are open. Anybody can ask for more than one thread computes, hence the order. What this process has begun by itself, and handshakes of which a
 * piece has been computed already, go first: there are never more of those than were begun. Of the others those from different places take turns,
 * and of one place the newest go first ({@link Arrivals}), for one that has waited for long is most likely given up before it is done; and to who
 * comes back after having been given up it is all the same. The ports of replicas go before those of clients, but each fourth place is the
 * clients'.
 */
public final class TlsWorker implements AutoCloseable {
    /** How pressing a piece of work is. */
    enum Rank {
        /** Of a connection that was dialled here, or not the first of its connection. */
        BEGUN,
        /** The first of a connection that was accepted at a port of replicas. */
        REPLICAS,
        /** The same at a port of clients. */
        CLIENTS
    }

    /** Work of one connection. */
    interface Piece {
        /** On the worker's thread. */
        void compute();

        /** On the same thread, right after. @param failure of the computation; null if there was none. */
        void onEnd(Throwable failure);
    }

    /** By which a piece is taken back. */
    record Ticket(Rank rank, long source, long number) {}

    private static final int REPLICAS_IN_A_ROW = 3;

    private final TreeMap<Long, Piece> begun = new TreeMap<>();
    private final Arrivals replicas = new Arrivals();
    private final Arrivals clients = new Arrivals();
    private long lastNumber;
    private int replicasInARow;
    private Thread thread;
    private boolean isClosed;

    /** Its end is never told once this is closed. @param source where the connection comes from, see {@link Arrivals#source}. */
    synchronized Ticket submit(final Piece work, final Rank rank, final long source) {
        final Ticket ticket = new Ticket(rank, source, ++lastNumber);
        if (isClosed) {
            return ticket;
        }
        if (thread == null) {
            thread = new Thread(this::run, "vireo-tls");
            thread.setDaemon(true);
            thread.start();
        }
        switch (rank) {
            case BEGUN -> begun.put(ticket.number(), work);
            case REPLICAS -> replicas.put(source, ticket.number(), work);
            case CLIENTS -> clients.put(source, ticket.number(), work);
        }
        notifyAll();
        return ticket;
    }

    /** Its connection is gone; one that is under way or done is not touched. */
    synchronized void takeBack(final Ticket ticket) {
        switch (ticket.rank()) {
            case BEGUN -> begun.remove(ticket.number());
            case REPLICAS -> replicas.remove(ticket.source(), ticket.number());
            case CLIENTS -> clients.remove(ticket.source(), ticket.number());
        }
    }

    /** Pieces that nobody has begun to compute. */
    synchronized int waiting() {
        return begun.size() + replicas.size() + clients.size();
    }

    private void run() {
        try {
            for (Piece work = next(); work != null; work = next()) {
                perform(work);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever a connection makes the library do ends at most that connection: all others of the process wait for this thread. */
    private static void perform(final Piece work) {
        Throwable failure = null;
        try {
            work.compute();
        } catch (final Throwable e) {
            failure = e;
        }
        try {
            work.onEnd(failure);
        } catch (final Throwable ignored) {
            // It only wakes a selector, which fails if that has been closed meanwhile: nobody waits for it.
        }
    }

    private synchronized Piece next() throws InterruptedException {
        while (!isClosed && waiting() == 0) {
            wait();
        }
        return isClosed ? null : poll();
    }

    private Piece poll() {
        if (!begun.isEmpty()) {
            return begun.pollFirstEntry().getValue();
        }
        if (replicas.size() == 0 || replicasInARow == REPLICAS_IN_A_ROW && clients.size() > 0) {
            replicasInARow = 0;
            return clients.poll();
        }
        replicasInARow = Math.min(replicasInARow + 1, REPLICAS_IN_A_ROW);
        return replicas.poll();
    }

    /** Ends the thread after the work that is under way; what waits is not done. */
    @Override
    public synchronized void close() {
        isClosed = true;
        begun.clear();
        replicas.clear();
        clients.clear();
        notifyAll();
    }
}
