package io.vireo.node.stream.machine;

import io.vireo.journal.util.Invariant;
import io.vireo.node.stream.machine.SystemCommands.AcknowledgeDrops.Acknowledged;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.DropOutbox;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/**
 * Carries drops from the outbox of the metadata to the groups that have the data, and their acknowledgements back into the log. Runs where
 * group 0 is led, and after a while where it is not; on the thread of a gateway, driven by ticks and replies. It has nothing that must
 * survive: the outbox is the memory, and what a former primary knew is found out by sending again. Any number of them may run at a time, at
 * replicas of any age.
 *
 * <pre>
 *   delete or purge commits in group 0     -> (namespace, lives, group) is in the outbox of every replica
 *   carrier -> partition's group           drop(namespace, incarnation), a logged op: it keeps the highest that it dropped
 *   reply                                  the drop has committed there
 *   carrier -> group 0                     {@link SystemCommands.AcknowledgeDrops}, a logged op: out of the outbox
 * </pre>
 *
 * <p>Who crashed when. 1. The primary crashes between the reply and the acknowledgement: its successor finds the drop in the outbox and
 * sends it again, to a group that has nothing left to do and says so. 2. A deposed primary wakes up and sends a drop that has long been
 * acknowledged, while the namespace lives anew: the group drops up to the incarnation that is named, and the new life has a higher one.
 * 3. An acknowledgement arrives twice, or after the namespace ended once more: it names the last life, which no other drop has. 4. A
 * replica whose state is old carries what the others have forgotten: it is case 2. What it carries is applied state, hence committed, so
 * nothing is ever dropped that was not decided. 5. The primary of group 0 lives and leads, but what it sends does not reach the group that
 * has the data: nobody has a reason to change the view, so a backup has to carry the drop. What the primary has sent arrives when the link is
 * mended, which is case 2 again.
 */
public final class DropCarrier {
    /** Takes what the carrier sends. It may be lost; a reply, if there is one, comes by the {@code on...} methods at a later time. */
    public interface Sender {
        /** Submits the drop to its group. */
        void sendDrop(Drop drop);

        /** Submits {@link SystemCommands.AcknowledgeDrops} to group 0. */
        void sendAcknowledgement(List<Acknowledged> drops);
    }

    /** What waits to be dropped, of applied state. It need not be the newest, nor all that waits, see {@link #pending}. */
    public interface Outbox {
        /** Groups that have something to drop, ascending. */
        Collection<Integer> groups();

        /** Drops of a group, the oldest first: all, or at least as many as a window holds. */
        Collection<Drop> pending(int group);

        /** Whether the drop still waits, if it is one of those. */
        boolean isPending(Drop drop);

        /** The outbox itself, where the state is at hand. */
        static Outbox of(final DropOutbox outbox) {
            return new Outbox() {
                @Override
                public Collection<Integer> groups() {
                    return outbox.groups();
                }

                @Override
                public Collection<Drop> pending(final int group) {
                    return outbox.pending(group);
                }

                @Override
                public boolean isPending(final Drop drop) {
                    return outbox.isPending(drop.namespace(), drop.last());
                }
            };
        }
    }

    private enum Stage {
        SENT,
        DROPPED,
        ACKNOWLEDGED;

        boolean isLegalAfter(final Stage former) {
            return switch (this) {
                case SENT -> former == null || former == SENT;
                // An acknowledgement without an effect is sent again.
                case DROPPED -> former == SENT || former == ACKNOWLEDGED;
                case ACKNOWLEDGED -> former == DROPPED;
            };
        }
    }

    private static final class Carried {
        private final Drop drop;
        private Stage stage;
        private long sinceNs;
        /** Without a reply, or an effect, for so long: again. */
        private long waitNs;

        Carried(final Drop drop, final long waitNs) {
            this.drop = drop;
            this.waitNs = waitNs;
        }

        boolean isOverdue(final long nowNs) {
            return nowNs - sinceNs >= waitNs;
        }

        void backOff(final long waitMaxNs) {
            waitNs = Math.min(waitMaxNs, 2 * waitNs);
        }

        void stage(final Stage newStage, final long nowNs) {
            Invariant.check(newStage.isLegalAfter(stage), "stages of a drop follow each other", drop.last());
            stage = newStage;
            sinceNs = nowNs;
        }
    }

    private final int windowPerGroup;
    private final int acknowledgementMax;
    private final long resendNs;
    private final long resendMaxNs;
    private final Sender sender;
    /** By incarnation: ascending, so that every run does the same. */
    private final TreeMap<Long, Carried> carried = new TreeMap<>();

    /**
     * @param windowPerGroup drops of one group that are under way at a time: one that is down does not hold up the others.
     * @param acknowledgementMax drops in one acknowledgement, at least 1.
     * @param resendNs without a reply, or without its effect, for so long: again.
     * @param resendMaxNs as above: the time doubles up to this one. Where the state at hand is old nothing that is sent has an effect to be seen.
     */
    public DropCarrier(
            final int windowPerGroup,
            final int acknowledgementMax,
            final long resendNs,
            final long resendMaxNs,
            final Sender sender) {
        Invariant.check(windowPerGroup > 0 && acknowledgementMax > 0, "a carrier carries something", windowPerGroup);
        this.windowPerGroup = windowPerGroup;
        this.acknowledgementMax = acknowledgementMax;
        this.resendNs = resendNs;
        this.resendMaxNs = resendMaxNs;
        this.sender = sender;
    }

    /** Drops that are under way. */
    public int inFlight() {
        return carried.size();
    }

    /** This replica has another part in group 0 now: replies that still come mean nothing. */
    public void stop() {
        carried.clear();
    }

    /** To be called while there is something to carry, or under way. @param outbox of applied state, or what of it is to be carried here. */
    public void onTick(final long nowNs, final Outbox outbox) {
        forgetDone(outbox);
        for (final int group : outbox.groups()) {
            sendOldest(group, nowNs, outbox);
        }
        acknowledge(nowNs);
    }

    /** The group has dropped it, now or before: its op committed. Any other outcome needs no call. */
    public void onDropped(final long namespace, final long incarnation, final long nowNs) {
        final Carried found = carried.get(incarnation);
        if (found != null && found.drop.namespace() == namespace && found.stage == Stage.SENT) {
            found.stage(Stage.DROPPED, nowNs);
        }
    }

    private void forgetDone(final Outbox outbox) {
        final Iterator<Carried> each = carried.values().iterator();
        while (each.hasNext()) {
            if (!outbox.isPending(each.next().drop)) {
                each.remove();
            }
        }
    }

    /** The oldest of the group are always the ones in its window: they leave the outbox in any order, and the next move up. */
    private void sendOldest(final int group, final long nowNs, final Outbox outbox) {
        int place = 0;
        for (final Drop drop : outbox.pending(group)) {
            if (place++ == windowPerGroup) {
                return;
            }
            final Carried present = carried.get(drop.last());
            if (present == null) {
                final Carried added = new Carried(drop, resendNs);
                carried.put(drop.last(), added);
                send(added, nowNs);
            } else if (present.stage == Stage.SENT && present.isOverdue(nowNs)) {
                present.backOff(resendMaxNs);
                send(present, nowNs);
            }
        }
    }

    private void send(final Carried each, final long nowNs) {
        each.stage(Stage.SENT, nowNs);
        sender.sendDrop(each.drop);
    }

    private void acknowledge(final long nowNs) {
        List<Acknowledged> ready = new ArrayList<>();
        for (final Carried each : carried.values()) {
            if (each.stage == Stage.ACKNOWLEDGED && each.isOverdue(nowNs)) {
                each.backOff(resendMaxNs);
                each.stage(Stage.DROPPED, nowNs);
            }
            if (each.stage == Stage.DROPPED) {
                each.stage(Stage.ACKNOWLEDGED, nowNs);
                ready.add(Acknowledged.of(each.drop));
                if (ready.size() == acknowledgementMax) {
                    sender.sendAcknowledgement(ready);
                    ready = new ArrayList<>();
                }
            }
        }
        if (!ready.isEmpty()) {
            sender.sendAcknowledgement(ready);
        }
    }
}
