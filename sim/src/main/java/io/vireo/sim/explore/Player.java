package io.vireo.sim.explore;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.sim.audit.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Plays schedules with the objects of the node and all auditors, and tells the table what each step has come to. A schedule that goes on
 * where the last one ended is played with the same objects, because the start of a cluster takes longer than anything else. One thread.
 */
final class Player {
    private record Key(long lo, long hi) {}

    private final Scope scope;
    private final ClusterConfig config;
    private final ChoiceTable choices;
    private final EndTable table;
    private final SearchFigures figures;
    private final Fingerprint real = new Fingerprint();
    private final Fingerprint expected = new Fingerprint();
    /** What auditors have compared a choice with. */
    private final StateTable looks = new StateTable();
    /** Damages that are admitted, by what is on the disks. */
    private final Map<Key, int[]> damages = new HashMap<>();

    private SmallCluster cluster;
    private int[] played = {};
    private Finding finding;

    Player(final Scope scope, final ChoiceTable choices, final EndTable table, final SearchFigures figures) {
        this.scope = scope;
        config = scope.cluster();
        this.choices = choices;
        this.table = table;
        this.figures = figures;
    }

    /** The failure of the schedule that was played last, or null. */
    Finding finding() {
        return finding;
    }

    /** True if auditors have not seen yet what this choice comes to in this state. */
    boolean isDue(final GhostCluster ghost, final int choice) {
        if (!ghost.knows(choice)) {
            return true;
        }
        if (choices.get(choice).kind() == Choice.Kind.DROP
                || !choices.get(choice).isBound(scope.replicas())) {
            return false;
        }
        ghost.look(choice, expected);
        final int before = looks.size();
        return looks.add(expected.lo(), expected.hi()) == before;
    }

    /** Plays a schedule from the start; false if it fails. */
    boolean play(final int[] schedule) {
        figures.plays++;
        int next = 0;
        try {
            final int common = Arrays.mismatch(played, schedule);
            if (cluster == null || common >= 0 && common < played.length) {
                open();
            }
            for (next = played.length; next < schedule.length && !isViolated(schedule, next); next++) {
                step(schedule[next]);
            }
            played = schedule;
            return !isViolated(schedule, schedule.length);
        } catch (final RuntimeException e) {
            finding = Finding.of(cluster.violation(), e, choices(schedule, Math.min(schedule.length, next + 1)));
            return false;
        }
    }

    private boolean isViolated(final int[] schedule, final int length) {
        final Violation violation = cluster.violation();
        if (violation != null && finding == null) {
            finding = Finding.of(violation, null, choices(schedule, length));
        }
        return violation != null;
    }

    private List<Choice> choices(final int[] schedule, final int length) {
        final List<Choice> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(choices.get(schedule[i]));
        }
        return list;
    }

    private void open() {
        played = new int[0];
        cluster = new SmallCluster(scope, config);
        cluster.open();
        for (int end = 0; end <= scope.replicas(); end++) {
            know(end);
        }
    }

    private void step(final int number) {
        final Choice choice = choices.get(number);
        final int end = choice.end();
        final int before =
                table.state(end, cluster.history().lo(end), cluster.history().hi(end));
        cluster.apply(choice);
        if (choice.kind() == Choice.Kind.DROP) {
            return;
        }
        final int[] sent = cluster.sent().stream().mapToInt(this::delivery).toArray();
        table.learn(end, before, number, new EndTable.Step(know(end), sent));
        figures.pasts = table.size();
        figures.steps = table.steps();
    }

    private int delivery(final Frame frame) {
        return choices.number(new Choice(Choice.Kind.DELIVER, frame.to, frame.from, frame.lo, frame.hi));
    }

    private int know(final int end) {
        final int state =
                table.state(end, cluster.history().lo(end), cluster.history().hi(end));
        if (table.isUnknown(end, state)) {
            table.know(end, cluster.facts(end));
        }
        return state;
    }

    /** True if the objects of the node are where the numbers are; what may happen next is compared as well. */
    boolean isWhere(final GhostCluster ghost, final int[] next) {
        cluster.fingerprint(real);
        ghost.fingerprint(expected);
        return real.lo() == expected.lo()
                && real.hi() == expected.hi()
                && Arrays.equals(choices.numbers(cluster.choices()), next);
    }

    /** Damages that this machine, which is down, may come up with; null if the schedule that leads here fails. */
    int[] damages(final GhostCluster ghost, final int replica, final int[] schedule) {
        ghost.look(-1 - replica, expected);
        final Key key = new Key(expected.lo(), expected.hi());
        int[] admitted = damages.get(key);
        if (admitted == null && play(schedule)) {
            admitted = choices.numbers(cluster.choices().stream()
                    .filter(choice -> choice.kind() == Choice.Kind.RESTART_DAMAGED && choice.end() == replica)
                    .toList());
            damages.put(key, admitted);
        }
        return admitted;
    }

    /** Plays a schedule after which nothing may happen any more: faults end, and all must become well. */
    boolean heal(final int[] schedule) {
        if (!play(schedule)) {
            return false;
        }
        RuntimeException crash = null;
        try {
            cluster.heal();
        } catch (final RuntimeException e) {
            crash = e;
        }
        if (crash != null || cluster.violation() != null) {
            finding = Finding.of(cluster.violation(), crash, choices(schedule, schedule.length))
                    .afterHeal();
        }
        cluster = null;
        return finding == null;
    }
}
