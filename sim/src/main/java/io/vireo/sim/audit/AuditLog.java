package io.vireo.sim.audit;

import io.vireo.journal.message.Command;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;

/**
 * Where auditors report: keeps the first violation, and the last frames for its context. It never throws, because auditors are called
 * from inside the code they watch; the simulator asks after every event. Draws nothing from any generator.
 */
public final class AuditLog {
    private static final int FRAMES = 256;
    private static final int FRAMES_NAMED = 3;

    private final long seed;
    private final EventQueue queue;
    private final long[] frameEvents = new long[FRAMES];
    private final Command[] frameCommands = new Command[FRAMES];
    private final int[] frameFrom = new int[FRAMES];
    private final int[] frameTo = new int[FRAMES];
    private final int[] frameGroup = new int[FRAMES];
    private final long[] frameViews = new long[FRAMES];
    private final long[] frameOps = new long[FRAMES];
    private int frames;
    private Violation violation;

    public AuditLog(final long seed, final EventQueue queue) {
        this.seed = seed;
        this.queue = queue;
    }

    /** The first violation, or null. */
    public Violation violation() {
        return violation;
    }

    /** Remembers a frame for the context of a later violation; {@code op} 0 where the command has none. */
    public void frame(
            final Command command, final int from, final int to, final int group, final long view, final long op) {
        final int at = frames++ % FRAMES;
        frameEvents[at] = queue.executed();
        frameCommands[at] = command;
        frameFrom[at] = from;
        frameTo[at] = to;
        frameGroup[at] = group;
        frameViews[at] = view;
        frameOps[at] = op;
    }

    /** Reports; only the first one counts. */
    void report(
            final String auditor,
            final String invariant,
            final int replica,
            final int group,
            final long view,
            final long op,
            final String detail) {
        if (violation == null) {
            violation = new Violation(
                    auditor,
                    invariant,
                    replica,
                    group,
                    view,
                    op,
                    queue.executed(),
                    seed,
                    detail,
                    closest(replica, group, op));
        }
    }

    private List<ClosestFrame> closest(final int replica, final int group, final long op) {
        final List<ClosestFrame> closest = new ArrayList<>();
        for (int pass = 0; pass < 2 && closest.size() < FRAMES_NAMED; pass++) {
            for (int i = frames - 1; i >= Math.max(0, frames - FRAMES) && closest.size() < FRAMES_NAMED; i--) {
                final int at = i % FRAMES;
                final boolean isOfOp = op > 0 && frameOps[at] == op;
                final boolean isOfReplica = frameFrom[at] == replica || frameTo[at] == replica;
                if (frameGroup[at] == group && (pass == 0 ? isOfOp && isOfReplica : isOfOp != isOfReplica)) {
                    closest.add(new ClosestFrame(
                            frameCommands[at],
                            frameFrom[at],
                            frameTo[at],
                            frameViews[at],
                            frameOps[at],
                            frameEvents[at]));
                }
            }
        }
        return List.copyOf(closest);
    }
}
