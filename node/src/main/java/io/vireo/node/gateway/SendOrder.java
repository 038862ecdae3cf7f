package io.vireo.node.gateway;

import io.vireo.node.stream.machine.Answers;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;

/**
 * Keeps the order of one connection's sends, several of which may be under way: in each life of a partition its messages are in the order in
 * which the client sent them, and those of one key are in it over all partitions. One session brings sends to a group in their order; but
 * what a partition refuses, because it was looked up in a life that has ended or in one that cannot begin yet, is looked up again and
 * submitted a second time, and must not come behind what was sent later. Three stories:
 *
 * <pre>
 *   a  1  m1 goes to a life that has ended: the replica at hand has not heard that the topic was purged
 *      2  it hears of it, and m2 goes to the new life
 *      3  m1 is refused, looked up again, and appended behind m2
 *
 *   b  1  m1, m2 go to a life that took sends; it ends
 *      2  m1 is refused, looked up again, and appended in the new life; the reply to m2 is late
 *      3  m3 finds that the new life takes sends, and goes there
 *      4  m2 is refused, looked up again, and appended behind m3
 *
 *   c  1  the topic has three partitions; m1 of a key goes to the third, which is being deleted
 *      2  there are two, and m2 of the key goes to the first
 *      3  m1 is refused, finds two partitions, and is appended to the first behind m2
 * </pre>
 *
 * Hence the rule. <b>Beside others</b> a send goes only if none of those without an outcome was refused (a); if its life has taken a send of
 * this connection, and each of those that went to its partition went to this life (b): what refuses one then refuses the next; and if each of
 * those whose partition was chosen by the number of partitions saw the same number (c), which the primary was the last to say. <b>What must
 * wait</b>, and what was refused, is looked up anew, at the primary, when it is the oldest. <b>What finds another partition</b> than the one
 * that refused it, and might be behind a later send there, is not written: its client is told that it may try again. That is rare: a
 * partition was deleted with sends to it and to another one under way.
 *
 * <p>Belongs to the thread of the gateway.
 */
final class SendOrder {
    /** Partitions, or topics, of which something is known; beyond that the least recently used is forgotten, and its next send goes alone. */
    static final int KNOWN_MAX = 1024;

    /** Number of no turn. */
    private static final long NONE = 0;

    /**
     * Where a send is to go.
     *
     * @param topic by its numbers.
     * @param partitions of which it was chosen; {@link #NAMED} if the client named it.
     */
    record Target(long topic, int partitions, long namespace, long incarnation) {
        /** The same place for what follows a part that was sent to it: of the number of partitions that the first one was chosen of. */
        private Target asPartBehind(final Target former) {
            return former != null && former.isChosen() && !isChosen()
                    ? new Target(topic, former.partitions, namespace, incarnation)
                    : this;
        }

        static final int NAMED = 0;

        static Target of(final Answers.Location where, final boolean isChosen) {
            return new Target(
                    (long) where.stream() << Integer.SIZE | where.topic(),
                    isChosen ? where.partitions() : NAMED,
                    where.namespace(),
                    where.incarnation());
        }

        boolean isChosen() {
            return partitions != NAMED;
        }
    }

    /** What can be done with a send that was looked up; one of these is, once. */
    interface Attempt {
        /** @param isConfirmed whether the next send may begin before this one has its outcome. */
        void submit(boolean isConfirmed);

        /** At the primary. */
        void lookUpAgain();

        /** Another send is before it that must not be. */
        void refuse();
    }

    private static final class Turn {
        final Exchange exchange;
        /** Ascends. */
        final long number;
        /** Where it was last submitted to, or null. */
        Target target;
        /** It was refused, and has no outcome yet. */
        boolean isRefused;
        /** The life that refused it has ended, which all that came there later meet as well. */
        boolean isEnded;
        /** What is to be done when it is the oldest, or null. */
        Runnable waiting;

        Turn(final Exchange exchange, final long number) {
            this.exchange = exchange;
            this.number = number;
        }
    }

    /** Without outcome, oldest first; at most as many as may be under way. */
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    /** By namespace: the last incarnation that took a send of this connection. */
    private final Map<Long, Long> confirmed = new Known();
    /** By topic: how many partitions the primary last said it has. */
    private final Map<Long, Long> partitions = new Known();
    /** By namespace: the last turn that was submitted to it beside older ones; of no use when these have their outcomes. */
    private final Long2LongHashMap besides = new Long2LongHashMap(NONE);

    private long lastNumber;

    private static final class Known extends LinkedHashMap<Long, Long> {
        private static final long serialVersionUID = 1;

        Known() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(final Map.Entry<Long, Long> eldest) {
            return size() > KNOWN_MAX;
        }
    }

    /** A send begins, behind all others. */
    void enter(final Exchange exchange) {
        turns.add(new Turn(exchange, ++lastNumber));
    }

    /**
     * Something was looked up: submits it now, or has it looked up again when it is its turn, or refuses it. What is no send is submitted.
     *
     * @param isOfPrimary whether the primary says where it is, or the replica at hand, which may be behind.
     */
    void submit(final Exchange exchange, final Target target, final boolean isOfPrimary, final Attempt attempt) {
        final Turn turn = turn(exchange);
        if (turn == null) {
            attempt.submit(false);
            return;
        }
        if (isOfPrimary && target.isChosen()) {
            partitions.put(target.topic, (long) target.partitions);
        }
        final boolean isOldest = turn == turns.peek();
        if (!isOfPrimary && target.isChosen() && !isKnown(partitions, target.topic, target.partitions)
                || !isOldest && !mayGoBeside(turn, target.asPartBehind(turn.target))) {
            if (isOldest) {
                attempt.lookUpAgain();
            } else {
                turn.waiting = attempt::lookUpAgain;
            }
        } else if (isOvertaken(turn, target)) {
            attempt.refuse();
        } else {
            if (!isOldest) {
                besides.put(target.namespace, turn.number);
            }
            turn.target = target.asPartBehind(turn.target);
            attempt.submit(isConfirmed(target));
        }
    }

    /**
     * Tries again what was refused: at once if it is no send.
     *
     * @param isEnded whether its life has ended, and not only cannot begin yet.
     */
    void retry(final Exchange exchange, final boolean isEnded, final Runnable task) {
        final Turn turn = turn(exchange);
        if (turn == null) {
            task.run();
            return;
        }
        turn.isRefused = true;
        turn.isEnded = isEnded;
        if (turn == turns.peek()) {
            task.run();
        } else {
            turn.waiting = task;
        }
    }

    /** A life has taken a send. */
    void onApplied(final long namespace, final long incarnation) {
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
        if (oldest == null) {
            besides.clear();
        } else if (oldest.waiting != null) {
            final Runnable task = oldest.waiting;
            oldest.waiting = null;
            task.run();
        }
    }

    private boolean mayGoBeside(final Turn turn, final Target target) {
        if (!isConfirmed(target) || !hasRoomBeside(target)) {
            return false;
        }
        for (final Turn each : turns) {
            if (each == turn) {
                return true;
            }
            if (each.isRefused || each.target == null || !isSafeBehind(each.target, target)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSafeBehind(final Target before, final Target target) {
        if (before.namespace == target.namespace && before.incarnation != target.incarnation) {
            return false;
        }
        return before.topic != target.topic
                || !before.isChosen()
                || !target.isChosen()
                || before.partitions == target.partitions;
    }

    /** Whether a later send may be in the partition already. Where its life has ended it refused that one, too. */
    private boolean isOvertaken(final Turn turn, final Target target) {
        final boolean isWhereItEnded = turn.isEnded && turn.target.namespace == target.namespace;
        return !isWhereItEnded && besides.get(target.namespace) > turn.number;
    }

    /** Forgets what nobody can meet any more if there is too much of it. */
    private boolean hasRoomBeside(final Target target) {
        if (besides.size() >= KNOWN_MAX && !besides.containsKey(target.namespace)) {
            final long oldest = turns.element().number;
            besides.values().removeIf(number -> number < oldest);
        }
        return besides.size() < KNOWN_MAX || besides.containsKey(target.namespace);
    }

    private boolean isConfirmed(final Target target) {
        return isKnown(confirmed, target.namespace, target.incarnation);
    }

    private static boolean isKnown(final Map<Long, Long> known, final long key, final long value) {
        final Long found = known.get(key);
        return found != null && found == value;
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
