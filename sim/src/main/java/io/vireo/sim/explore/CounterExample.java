package io.vireo.sim.explore;

import io.vireo.sim.scenario.FrameText;
import java.util.ArrayList;
import java.util.List;

/**
 * The schedule of a finding in words, by playing it once more: each choice, and what followed from it. The notation is that of the traces of
 * scenarios: "->" a frame sent, "=>" delivered, "-x" lost.
 */
public final class CounterExample {
    /**
     * A choice and what followed from it.
     *
     * @param text of the choice, by its own.
     */
    public record Step(String text, List<String> effects) {}

    private final Scope scope;
    private final SmallCluster cluster;
    private final List<Step> steps = new ArrayList<>();
    private List<String> effects;

    private CounterExample(final Scope scope) {
        this.scope = scope;
        cluster = new SmallCluster(scope, scope.cluster());
    }

    /** Plays the schedule of a finding of this scope. */
    public static List<Step> of(final Scope scope, final Finding finding) {
        final CounterExample example = new CounterExample(scope);
        try {
            example.play(finding);
        } catch (final RuntimeException e) {
            // What the finding says; it ends the example as it ended the replica.
            example.effects.add(e.toString());
        }
        return example.steps;
    }

    private void play(final Finding finding) {
        begin("the cluster starts");
        if (finding.schedule().isEmpty()) {
            cluster.narration(new Lines());
        }
        cluster.open();
        tellStates();
        cluster.narration(new Lines());
        for (final Choice choice : finding.schedule()) {
            begin("");
            final int step = steps.size() - 1;
            steps.set(step, new Step(text(choice), effects));
            cluster.apply(choice);
        }
        if (finding.isAfterHeal()) {
            begin("faults end, and time passes everywhere");
            cluster.heal();
        }
        tellStates();
    }

    private void begin(final String text) {
        effects = new ArrayList<>();
        steps.add(new Step(text, effects));
    }

    private void tellStates() {
        for (int r = 0; r < scope.replicas(); r++) {
            effects.add("r" + r + " " + cluster.stateText(r));
        }
    }

    private String end(final int end) {
        return end < scope.replicas() ? "r" + end : "c" + (end - scope.replicas());
    }

    /** In the words of scenarios, as far as they have any. */
    private String text(final Choice choice) {
        final String end = end(choice.end());
        return switch (choice.kind()) {
            case DELIVER -> "deliver " + frameText(choice);
            case DROP -> "drop " + frameText(choice);
            case REQUEST -> "request " + end;
            case DISK -> "disk " + end + " writes and syncs what it was asked for";
            case TIMEOUT -> "timeout " + end;
            case CRASH -> "crash " + end + " drop";
            case CRASH_KEPT -> "crash " + end + " keep";
            case RESTART -> "restart " + end;
            case RESTART_DAMAGED -> "restart " + end + " with sector " + choice.lo() + " damaged: " + choice.damage();
        };
    }

    private String frameText(final Choice choice) {
        for (final Frame frame : cluster.links().next(choice.end())) {
            if (frame.from == choice.from() && frame.is(choice)) {
                return text(frame);
            }
        }
        throw new IllegalStateException("the frame is not under way: " + choice);
    }

    private String text(final Frame frame) {
        return end(frame.from) + "->" + end(frame.to) + " " + FrameText.text(frame.bytes);
    }

    private final class Lines implements Narration {
        @Override
        public void onFrame(final String arrow, final Frame frame) {
            if (!arrow.equals(" => ")) {
                effects.add(end(frame.from) + arrow + end(frame.to) + " " + FrameText.text(frame.bytes));
            }
        }

        @Override
        public void onLine(final String line) {
            effects.add(line);
        }
    }
}
