package io.vireo.sim.explore;

import java.util.Arrays;
import java.util.function.IntFunction;
import org.agrona.collections.IntArrayList;

/**
 * A state of the cluster by the numbers of its ends' states and of the frames under way, without objects of the node: moves as the table of
 * what ends do says. Equal to {@link SmallCluster} in fingerprint and choices, wherever that table knows enough. One thread.
 */
final class GhostCluster {
    private final Scope scope;
    private final ChoiceTable choices;
    private final EndTable table;
    private final int ends;
    private final int[] locals;
    /** By link: the choices in which the frames under way arrive, in the order of sending. */
    private final IntArrayList[] links;

    private Budget budget;

    GhostCluster(final Scope scope, final ChoiceTable choices, final EndTable table) {
        this.scope = scope;
        this.choices = choices;
        this.table = table;
        ends = scope.replicas() + 1;
        locals = new int[ends];
        links = new IntArrayList[ends * ends];
        Arrays.setAll(links, i -> new IntArrayList());
    }

    /** The state in which a search begins: nothing has happened to any end, and nothing is under way. */
    void open() {
        Arrays.fill(locals, 0);
        for (final IntArrayList link : links) {
            link.clear();
        }
        budget = new Budget(scope);
    }

    private EndTable.Facts facts(final int end) {
        return table.facts(end, locals[end]);
    }

    /** True if what comes of this choice is known. */
    boolean knows(final int number) {
        final Choice choice = choices.get(number);
        return choice.kind() == Choice.Kind.DROP || table.step(choice.end(), locals[choice.end()], number) != null;
    }

    /** Lets one thing happen, of which the table knows what comes of it. */
    void apply(final int number) {
        final Choice choice = choices.get(number);
        budget.spend(choice.kind());
        final int end = choice.end();
        if (choice.kind() == Choice.Kind.DROP) {
            take(new Choice(Choice.Kind.DELIVER, end, choice.from(), choice.lo(), choice.hi()));
            return;
        }
        if (choice.kind() == Choice.Kind.DELIVER) {
            take(choice);
        }
        final EndTable.Step step = table.step(end, locals[end], number);
        locals[end] = step.next();
        for (final int frame : step.sent()) {
            final int to = choices.get(frame).end();
            if (scope.isReordering() || to == ends - 1 || facts(to).isAlive()) {
                link(end, to).addInt(frame);
            }
        }
        if (!scope.isReordering() && (choice.kind() == Choice.Kind.CRASH || choice.kind() == Choice.Kind.CRASH_KEPT)) {
            for (int from = 0; from < ends; from++) {
                link(from, end).clear();
            }
        }
    }

    private void take(final Choice delivery) {
        if (!link(delivery.from(), delivery.end()).removeInt(choices.number(delivery))) {
            throw new IllegalStateException("a frame that was under way in this state once is not now: " + delivery);
        }
    }

    private IntArrayList link(final int from, final int to) {
        return links[from * ends + to];
    }

    boolean isBeyondViews() {
        for (int end = 0; end < ends; end++) {
            if (facts(end).isBeyondViews()) {
                return true;
            }
        }
        return false;
    }

    // What may happen next

    /** The same as {@link Choices#list}, in the same order; {@code damages} says it of a machine that is down. */
    int[] choices(final IntFunction<int[]> damages) {
        final IntArrayList list = new IntArrayList();
        final int client = ends - 1;
        for (int end = 0; end < ends; end++) {
            if (end == client || facts(end).isAlive()) {
                addNext(list, end, false);
            }
        }
        if (facts(client).canRequest()) {
            add(list, Choice.Kind.REQUEST, client);
        }
        for (int r = 0; r < client; r++) {
            if (facts(r).isAlive() && facts(r).isDiskHeld()) {
                add(list, Choice.Kind.DISK, r);
            }
        }
        for (int end = 0; end < ends; end++) {
            if (end == client || facts(end).isAlive()) {
                add(list, Choice.Kind.TIMEOUT, end);
            }
        }
        for (int r = 0; r < client; r++) {
            if (facts(r).isAlive()) {
                add(list, Choice.Kind.CRASH, r);
                if (facts(r).isWritePending()) {
                    add(list, Choice.Kind.CRASH_KEPT, r);
                }
            } else {
                add(list, Choice.Kind.RESTART, r);
                if (budget.allows(Choice.Kind.RESTART_DAMAGED)) {
                    for (final int damage : damages.apply(r)) {
                        list.addInt(damage);
                    }
                }
            }
        }
        if (budget.allows(Choice.Kind.DROP)) {
            for (int end = 0; end < ends; end++) {
                addNext(list, end, true);
            }
        }
        return list.toIntArray();
    }

    private void add(final IntArrayList list, final Choice.Kind kind, final int end) {
        if (budget.allows(kind)) {
            list.addInt(choices.number(Choice.at(kind, end)));
        }
    }

    /** Of each link the first frame, or each different one. */
    private void addNext(final IntArrayList list, final int end, final boolean isDrop) {
        for (int from = 0; from < ends; from++) {
            final IntArrayList link = link(from, end);
            final int last = scope.isReordering() ? link.size() : Math.min(1, link.size());
            for (int i = 0; i < last; i++) {
                if (link.indexOf(link.getInt(i)) == i) {
                    list.addInt(isDrop ? drop(link.getInt(i)) : link.getInt(i));
                }
            }
        }
    }

    private int drop(final int delivery) {
        final Choice choice = choices.get(delivery);
        return choices.number(new Choice(Choice.Kind.DROP, choice.end(), choice.from(), choice.lo(), choice.hi()));
    }

    // Digests

    /** The same as {@link SmallCluster#fingerprint}. */
    void fingerprint(final Fingerprint fingerprint) {
        fingerprint.reset();
        for (int end = 0; end < ends; end++) {
            fingerprint.add(table.lo(end, locals[end])).add(table.hi(end, locals[end]));
        }
        for (final IntArrayList link : links) {
            fingerprint.add(link.size());
            long sumLo = 0;
            long sumHi = 0;
            for (int i = 0; i < link.size(); i++) {
                final Choice frame = choices.get(link.getInt(i));
                if (scope.isReordering()) {
                    sumLo += frame.lo();
                    sumHi += frame.hi();
                } else {
                    fingerprint.add(frame.lo()).add(frame.hi());
                }
            }
            fingerprint.add(sumLo).add(sumHi);
        }
        budget.addTo(fingerprint);
        fingerprint.conclude();
    }

    /**
     * What auditors can compare this choice with: the past of the end where it happens and of the client, and of every other replica what
     * is on its disk and how it stands.
     *
     * @param choice number of a choice; below 0 for something else that depends on the same and happens at no end.
     */
    void look(final int choice, final Fingerprint fingerprint) {
        final int at = choice < 0 ? -1 : choices.get(choice).end();
        fingerprint.reset().add(choice);
        for (int end = 0; end < ends; end++) {
            final boolean isWhole = end == at || end == ends - 1;
            fingerprint
                    .add(isWhole ? table.lo(end, locals[end]) : facts(end).lookLo())
                    .add(isWhole ? table.hi(end, locals[end]) : facts(end).lookHi());
        }
        fingerprint.conclude();
    }
}
