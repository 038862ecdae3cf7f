package io.vireo.node.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order handshakes are computed when more are wanted than one thread computes. */
class TlsWorkerTest {
    private final TlsWorker worker = new TlsWorker();
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void shouldComputeWhatIsBegunThenTheNewestOfReplicasAndNotForgetClients() throws Exception {
        final HeldWorker held = new HeldWorker(worker);
        final List<TlsWorker.Ticket> tickets = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            submit("client " + i, TlsWorker.Rank.CLIENTS);
            tickets.add(submit("replica " + i, TlsWorker.Rank.REPLICAS));
        }
        submit("begun 1", TlsWorker.Rank.BEGUN);
        submit("begun 2", TlsWorker.Rank.BEGUN);
        assertEquals(18, worker.waiting());
        worker.takeBack(tickets.get(7));
        worker.takeBack(tickets.get(7));
        worker.takeBack(tickets.get(0));
        assertEquals(16, worker.waiting());
        held.close();
        awaitAll();
        assertEquals(
                List.of(
                        "begun 1",
                        "begun 2",
                        "replica 7",
                        "replica 6",
                        "replica 5",
                        "client 8",
                        "replica 4",
                        "replica 3",
                        "replica 2",
                        "client 7",
                        "client 6",
                        "client 5",
                        "client 4",
                        "client 3",
                        "client 2",
                        "client 1"),
                done);
    }

    @Test
    void shouldGoOnWhenAPieceFailsAndWhenItsOwnerDoes() throws Exception {
        final StackOverflowError failure = new StackOverflowError();
        final List<Throwable> told = Collections.synchronizedList(new ArrayList<>());
        final HeldWorker held = new HeldWorker(worker);
        worker.submit(
                new TlsWorker.Piece() {
                    @Override
                    public void compute() {
                        throw failure;
                    }

                    @Override
                    public void onEnd(final Throwable ofComputation) {
                        told.add(ofComputation);
                        throw new InternalError("the selector is gone");
                    }
                },
                TlsWorker.Rank.BEGUN,
                0);
        submit("next", TlsWorker.Rank.BEGUN);
        held.close();
        awaitAll();
        assertEquals(List.of("next"), done);
        assertSame(failure, told.get(0));
        assertEquals(1, told.size());
    }

    @Test
    void shouldLetEverySourceHaveItsTurnHoweverManyAnotherBegins() throws Exception {
        final HeldWorker held = new HeldWorker(worker);
        submit("replica", TlsWorker.Rank.REPLICAS, 2);
        final TlsWorker.Ticket gone = submit("gone", TlsWorker.Rank.REPLICAS, 3);
        for (int i = 1; i <= 100; i++) {
            submit("stranger " + i, TlsWorker.Rank.REPLICAS, 1);
        }
        submit("replica again", TlsWorker.Rank.REPLICAS, 2);
        worker.takeBack(gone);
        assertEquals(102, worker.waiting());
        held.close();
        awaitAll();
        assertEquals(
                List.of("replica again", "stranger 100", "replica", "stranger 99", "stranger 98"), done.subList(0, 5));
        assertEquals(102, done.size());
    }

    @Test
    void shouldTakeForOneSourceWhatOneCustomerOfAProviderHas() throws Exception {
        final long four = Arrivals.source(InetAddress.getByName("192.0.2.1"));
        assertNotEquals(four, Arrivals.source(InetAddress.getByName("192.0.2.2")));
        final long six = Arrivals.source(InetAddress.getByName("2001:db8:1:2:3:4:5:6"));
        assertEquals(six, Arrivals.source(InetAddress.getByName("2001:db8:1:2:ffff::1")));
        assertNotEquals(six, Arrivals.source(InetAddress.getByName("2001:db8:1:3::1")));
    }

    private TlsWorker.Ticket submit(final String name, final TlsWorker.Rank rank) {
        return submit(name, rank, 0);
    }

    private TlsWorker.Ticket submit(final String name, final TlsWorker.Rank rank, final long source) {
        return worker.submit(
                new TlsWorker.Piece() {
                    @Override
                    public void compute() {
                        done.add(name);
                    }

                    @Override
                    public void onEnd(final Throwable failure) {
                        assertNull(failure);
                    }
                },
                rank,
                source);
    }

    /** All that waited, and a piece behind it. */
    private void awaitAll() throws InterruptedException {
        for (int i = 0; worker.waiting() > 0; i++) {
            assertTrue(i < 60_000, "what waits for the worker gets its turn");
            Thread.sleep(1);
        }
        new HeldWorker(worker).close();
    }
}
