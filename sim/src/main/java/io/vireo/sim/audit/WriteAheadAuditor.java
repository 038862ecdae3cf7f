package io.vireo.sim.audit;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SuperblockImage;
import java.util.Arrays;

/**
 * A11: at each send, what the frame promises is already in the pessimal durable image of the sender's disk: the durable layer alone, as
 * if every write that no completed sync covers were lost. Damage by the atlas counts as held: it came after the promise.
 */
public final class WriteAheadAuditor extends Auditor {
    private final DurableImage[][] images;
    private final FaultAtlas atlas;
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final DoViewChangeFlyweight doViewChange = new DoViewChangeFlyweight();
    private final RecoverOkFlyweight recoverOk = new RecoverOkFlyweight();
    /** Per replica, group and op: the entry up to which everything was found durable; 0 where it was not looked at. */
    private final long[][][] verified;

    private long checked;

    public WriteAheadAuditor(final AuditLog log, final DurableImage[][] images, final FaultAtlas atlas) {
        super("A11", log);
        this.images = images;
        this.atlas = atlas;
        verified = new long[images.length][images[0].length][1024];
    }

    /** The disks of this replica are empty. */
    void onWiped(final int replica) {
        for (final long[] known : verified[replica]) {
            Arrays.fill(known, 0);
        }
    }

    /** Frames looked at. */
    public long checked() {
        return checked;
    }

    @Override
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        final Command command = frame.command();
        if (command == Command.REQUEST_START_VIEW || command == Command.REPLY || command == Command.READ_REPLY) {
            return;
        }
        checked++;
        final int group = frame.group();
        final SuperblockImage durable = images[replica][group].superblock();
        checkNumbers(
                durable.view() >= frame.view(),
                "a view is durable before a frame speaks of it",
                replica,
                group,
                frame.view(),
                0,
                command + ": durable view, said",
                durable.view(),
                frame.view());
        switch (command) {
            case PREPARE_OK -> {
                checkLogView(replica, frame, durable, true);
                prepareOk.wrap(frame.buffer(), frame.offset());
                checkDurable(replica, group, prepareOk.view(), prepareOk.op(), prepareOk.prepareChecksumLo());
            }
            case RECOVER_OK -> {
                recoverOk.wrap(frame.buffer(), frame.offset());
                checkNumbers(
                        durable.life(to) >= recoverOk.life(),
                        "that a replica has lost its disk is durable before that is answered",
                        replica,
                        group,
                        frame.view(),
                        0,
                        "life recorded, answered",
                        durable.life(to),
                        recoverOk.life());
            }
            case START_VIEW, COMMIT, COMMIT_OK -> checkLogView(replica, frame, durable, true);
            case PREPARE -> checkLogView(replica, frame, durable, false);
            case DO_VIEW_CHANGE -> {
                doViewChange.wrap(frame.buffer(), frame.offset());
                checkNumbers(
                        doViewChange.logView() == durable.logView(),
                        "a DoViewChange states the durable logView",
                        replica,
                        group,
                        frame.view(),
                        0,
                        "stated, durable",
                        doViewChange.logView(),
                        durable.logView());
                checkNumbers(
                        doViewChange.headOp() == durable.doViewChangeHead(),
                        "the log of a DoViewChange is durable before it leaves",
                        replica,
                        group,
                        frame.view(),
                        doViewChange.headOp(),
                        "head, durable",
                        doViewChange.headOp(),
                        durable.doViewChangeHead());
            }
            default -> {
                // Promises nothing but its view.
            }
        }
    }

    private void checkLogView(
            final int replica, final HeaderFlyweight frame, final SuperblockImage durable, final boolean isExact) {
        final boolean holds = isExact ? durable.logView() == frame.view() : durable.logView() >= frame.view();
        checkNumbers(
                holds,
                "a log is durably of its view before a frame of that view leaves",
                replica,
                frame.group(),
                frame.view(),
                0,
                frame.command() + ": durable logView, said",
                durable.logView(),
                frame.view());
    }

    /** The op and everything below it, down to what was verified before and has not been overwritten since. */
    private void checkDurable(
            final int replica, final int group, final long view, final long op, final long checksumLo) {
        final DurableImage image = images[replica][group];
        final long overwritten = image.takeOverwritten();
        if (overwritten != Long.MAX_VALUE) {
            final long[] known = verified[replica][group];
            Arrays.fill(known, (int) Math.min(overwritten, known.length), known.length, 0);
        }
        if (op >= verified[replica][group].length) {
            verified[replica][group] = Arrays.copyOf(verified[replica][group], (int) (2 * op));
        }
        final long[] known = verified[replica][group];
        long at = op;
        long expected = checksumLo;
        while (!image.isCovered(at) && known[(int) at] != expected) {
            final boolean isDurable = image.holds(at, expected);
            checkNumbers(
                    isDurable || atlas.wasDamaged(replica, group, at),
                    "an op is durable, and everything below it, before it is acknowledged",
                    replica,
                    group,
                    view,
                    op,
                    "not durable, acknowledged",
                    at,
                    op);
            if (!isDurable) {
                return;
            }
            known[(int) at] = expected;
            expected = image.parent(at);
            at--;
        }
    }
}
