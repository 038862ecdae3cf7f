package io.vireo.node.tls;

import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;

/** What one handshake has to have computed before it can go on, on its way through a {@link TlsWorker}. */
final class TlsComputation implements TlsWorker.Piece {
    private final List<Runnable> tasks = new ArrayList<>();
    private final TlsPort port;
    private TlsWorker.Ticket ticket;
    /** Published by {@link #isDone}. */
    private Throwable failure;

    private volatile boolean isDone;
    private volatile boolean isCancelled;

    private TlsComputation(final SSLEngine engine, final TlsPort port) {
        this.port = port;
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            tasks.add(task);
        }
    }

    /** Hands over what an engine asks for. @param isBegun see {@link TlsPort#submit}. @param source see there. */
    static TlsComputation begin(final SSLEngine engine, final TlsPort port, final boolean isBegun, final long source) {
        final TlsComputation computation = new TlsComputation(engine, port);
        computation.ticket = port.submit(computation, isBegun, source);
        return computation;
    }

    @Override
    public void compute() {
        for (int i = 0; i < tasks.size() && !isCancelled; i++) {
            tasks.get(i).run();
        }
    }

    @Override
    public void onEnd(final Throwable ofComputation) {
        failure = ofComputation;
        isDone = true;
        port.wake();
    }

    /** True once the engine may be used again. */
    boolean isDone() {
        return isDone;
    }

    /** Null if it went well; only of one that is done. */
    Throwable failure() {
        return failure;
    }

    /** Nobody waits for it: else those who have given up would keep those waiting who have not. */
    void cancel() {
        isCancelled = true;
        port.takeBack(ticket);
    }
}
