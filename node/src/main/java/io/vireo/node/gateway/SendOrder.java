package io.vireo.node.gateway;

import java.util.ArrayDeque;
import org.agrona.collections.Long2LongHashMap;

/**
 * Keeps the order of one connection's sends, several of which may be under way. One session brings them to a group in their order; but a send
 * that a partition refuses, because it was looked up in a life that has ended or in one that cannot begin yet, is tried again, and must not
 * come behind one that the client sent later:
 *
 * <pre>
 *   1  a client sends m1, m2; the replica at hand has not heard that the topic was purged, and m1 goes to the ended life
 *   2  the replica hears of it, and m2 goes to the new life
 *   3  m1 is refused, looked up again, and appended behind m2
 * </pre>
 *
 * Hence two rules. A send goes beside others only to a life that has taken a send of this connection before: what that life refuses after
 * that it has ended, and it refuses all that comes later as well. And behind a send that was refused everything waits for its outcome. What
 * must wait is done when it is the oldest. Belongs to the thread of the gateway.
 */
final class SendOrder {
    /** Partitions whose life is known to take sends; beyond that all are forgotten, which costs each of them one send that goes alone. */
    static final int CONFIRMED_MAX = 1024;

    /** No incarnation. */
    private static final long UNKNOWN = 0;

    /** Submits a send. */
    interface Submission {
        /** @param isConfirmed whether the next send may begin before this one has its outcome. */
        void run(boolean isConfirmed);
    }

    private static final class Turn {
        final Exchange exchange;
        /** It was refused once, and has no outcome yet. */
        boolean isRetried;
        /** What is to be done when it is the oldest, or null. */
        Runnable waiting;

        Turn(final Exchange exchange) {
            this.exchange = exchange;
        }
    }

    /** Without outcome, oldest first; at most as many as may be under way. */
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    /** By namespace: the last incarnation that took a send of this connection. */
    private final Long2LongHashMap confirmed = new Long2LongHashMap(UNKNOWN);

    /** A send begins, behind all others. */
    void enter(final Exchange exchange) {
        turns.add(new Turn(exchange));
    }

    /** Submits a send that was looked up, now or when it is its turn. */
    void submit(final Exchange exchange, final long namespace, final long incarnation, final Submission submission) {
        final Turn turn = turn(exchange);
        if (turn == turns.peek() || isConfirmed(namespace, incarnation) && !isRetriedBefore(turn)) {
            submission.run(isConfirmed(namespace, incarnation));
        } else {
            turn.waiting = () -> submission.run(isConfirmed(namespace, incarnation));
        }
    }

    /** Tries again what was refused: at once if it is no send. */
    void retry(final Exchange exchange, final Runnable task) {
        final Turn turn = turn(exchange);
        if (turn == null) {
            task.run();
            return;
        }
        turn.isRetried = true;
        if (turn == turns.peek()) {
            task.run();
        } else {
            turn.waiting = task;
        }
    }

    /** A life has taken a send. */
    void onApplied(final long namespace, final long incarnation) {
        if (confirmed.size() == CONFIRMED_MAX && !confirmed.containsKey(namespace)) {
            confirmed.clear();
        }
        confirmed.put(namespace, incarnation);
    }

    /** A request has its outcome; the next send that waits for that goes on. */
    void leave(final Exchange exchange) {
        final Turn turn = turn(exchange);
        if (turn == null) {
            return;
        }
        turns.remove(turn);
        final Turn oldest = turns.peek();
        if (oldest != null && oldest.waiting != null) {
            final Runnable task = oldest.waiting;
            oldest.waiting = null;
            task.run();
        }
    }

    private boolean isConfirmed(final long namespace, final long incarnation) {
        return confirmed.get(namespace) == incarnation;
    }

    private boolean isRetriedBefore(final Turn turn) {
        for (final Turn each : turns) {
            if (each == turn) {
                return false;
            }
            if (each.isRetried) {
                return true;
            }
        }
        return false;
    }

    private Turn turn(final Exchange exchange) {
        for (final Turn each : turns) {
            if (each.exchange == exchange) {
                return each;
            }
        }
        return null;
    }
}
