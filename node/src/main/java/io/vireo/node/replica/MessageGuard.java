package io.vireo.node.replica;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.superblock.Standing;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.message.CommitOkFlyweight;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.node.message.RecoverOkFlyweight;
import io.vireo.node.message.StartViewChangeFlyweight;
import io.vireo.node.message.StartViewFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * The drop rules of the protocol, apart from the handlers: which frames a replica in its present status and view takes at all. Frames of
 * later views pass, because they are how a replica learns of them. Reads the state and changes nothing but its own counters.
 */
final class MessageGuard {
    private final ReplicaState state;
    private final long nonce;
    private final long[] dropped = new long[DropReason.values().length];
    private final StartViewFlyweight startView = new StartViewFlyweight();
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final CommitOkFlyweight commitOk = new CommitOkFlyweight();
    private final StartViewChangeFlyweight startViewChange = new StartViewChangeFlyweight();
    private final DoViewChangeFlyweight doViewChange = new DoViewChangeFlyweight();
    private final RecoverOkFlyweight recoverOk = new RecoverOkFlyweight();

    MessageGuard(final ReplicaState state, final long nonce) {
        this.state = state;
        this.nonce = nonce;
    }

    /** Frames dropped so far for this reason. */
    long dropped(final DropReason reason) {
        return dropped[reason.ordinal()];
    }

    /** NONE if the frame is to be handled. */
    DropReason check(final HeaderFlyweight header, final MutableDirectBuffer buffer, final int offset) {
        final DropReason reason = decide(header, buffer, offset);
        dropped[reason.ordinal()]++;
        return reason;
    }

    private DropReason decide(final HeaderFlyweight header, final MutableDirectBuffer buffer, final int offset) {
        final Command command = header.command();
        final long view = header.view();
        return switch (command) {
            case REQUEST, READ -> DropReason.NONE;
            // A prepare that repairs the log may be our own and of any view; its checksum decides.
            case PREPARE -> header.replica() == state.primary(view) ? DropReason.NONE : DropReason.NOT_OF_PRIMARY;
            case PREPARE_OK ->
                fromOther(header, ofLife(header, prepareOk.wrap(buffer, offset).life(), forPrimary(view)));
            case COMMIT_OK ->
                fromOther(header, ofLife(header, commitOk.wrap(buffer, offset).life(), forPrimary(view)));
            case COMMIT ->
                fromOther(header, ofPrimary(header, view < state.view() ? DropReason.OLD_VIEW : DropReason.NONE));
            // Late by a recovery it would take a replica out of the view in which it heals or admits another one.
            case START_VIEW_CHANGE ->
                fromOther(
                        header,
                        ofLife(header, startViewChange.wrap(buffer, offset).life(), forVoter(view)));
            case DO_VIEW_CHANGE ->
                fromOther(header, state.isPrimaryOf(view) ? ofItsLife(header, buffer, offset) : DropReason.NOT_PRIMARY);
            case RECOVER -> fromOther(header, forVoter(state.view()));
            case RECOVER_OK -> fromOther(header, forAsker(header, recoverOk.wrap(buffer, offset)));
            case START_VIEW -> fromOther(header, ofPrimary(header, forInstall(startView.wrap(buffer, offset))));
            case REQUEST_START_VIEW ->
                fromOther(
                        header,
                        state.isNormalPrimary() && view <= state.view() ? DropReason.NONE : DropReason.NOT_PRIMARY);
            case REQUEST_HEADERS, REQUEST_PREPARE -> fromOther(header, DropReason.NONE);
            case CHECKPOINT -> fromOther(header, state.status() == Status.NORMAL ? DropReason.NONE : DropReason.STATUS);
            case HEADERS ->
                fromOther(
                        header,
                        state.status() == Status.NORMAL || state.status() == Status.VIEW_CHANGE
                                ? DropReason.NONE
                                : DropReason.STATUS);
            default -> DropReason.STATUS;
        };
    }

    private DropReason fromOther(final HeaderFlyweight header, final DropReason otherwise) {
        return header.replica() >= state.replicas() || header.replica() == state.replica
                ? DropReason.AUTHOR
                : otherwise;
    }

    private DropReason ofPrimary(final HeaderFlyweight header, final DropReason otherwise) {
        return header.replica() == state.primary(header.view()) ? otherwise : DropReason.NOT_OF_PRIMARY;
    }

    /** Acknowledgements count in the view in which they were given, at its primary, and nowhere else. */
    private DropReason forPrimary(final long view) {
        if (view < state.view()) {
            return DropReason.OLD_VIEW;
        }
        return view == state.view() && state.isNormalPrimary() ? DropReason.NONE : DropReason.NOT_PRIMARY;
    }

    /** What a replica has said before it lost its disk binds it no more, and so proves nothing. */
    private DropReason ofLife(final HeaderFlyweight header, final long life, final DropReason otherwise) {
        return header.replica() < state.replicas() && state.lives.isFormer(header.replica(), life)
                ? DropReason.FORMER_LIFE
                : otherwise;
    }

    private DropReason ofItsLife(final HeaderFlyweight header, final MutableDirectBuffer buffer, final int offset) {
        final int author = header.replica();
        return author >= state.replicas()
                ? DropReason.AUTHOR
                : ofLife(header, doViewChange.wrap(buffer, offset).lifeOf(author), forVoter(header.view()));
    }

    /** One that counts has nothing to ask for, but must hear of it when it is not the one that counts any more. */
    private DropReason forAsker(final HeaderFlyweight header, final RecoverOkFlyweight frame) {
        if (header.replica() >= state.replicas()) {
            return DropReason.AUTHOR;
        }
        if (state.isVoter() && frame.lifeOf(state.replica) <= state.lives.own()) {
            return DropReason.STATUS;
        }
        return ofLife(header, frame.lifeOf(header.replica()), ofThisProcess(frame.nonce()));
    }

    private DropReason ofThisProcess(final long asked) {
        return asked != nonce ? DropReason.NONCE : DropReason.NONE;
    }

    /** A replica that does not count, or does not know its head, neither votes nor is voted for. */
    private DropReason forVoter(final long view) {
        if (!state.isVoter()) {
            return DropReason.NOT_VOTER;
        }
        if (view < state.view()) {
            return DropReason.OLD_VIEW;
        }
        return state.status() == Status.RECOVERING_HEAD ? DropReason.STATUS : DropReason.NONE;
    }

    /**
     * A StartView of a later view is always news. One of the present view is news during its view change. To a replica that has restarted
     * within the view it must be an answer to this very process: an older one may lack ops that this replica has acknowledged since.
     */
    private DropReason forInstall(final StartViewFlyweight frame) {
        if (frame.view() < state.view()) {
            return DropReason.OLD_VIEW;
        }
        if (state.status() == Status.RECOVERING) {
            return forRecovering(frame);
        }
        if (frame.view() > state.view()) {
            return DropReason.NONE;
        }
        return switch (state.status()) {
            case NORMAL -> DropReason.STATUS;
            case VIEW_CHANGE -> DropReason.NONE;
            case JOINING, RECOVERING_HEAD, RECOVERING -> frame.nonce() == nonce ? DropReason.NONE : DropReason.NONCE;
        };
    }

    /**
     * To a replica that has lost its disk: a view that began after enough others had voided its former life, and an answer to this very
     * process. In an earlier view it may have acknowledged what that StartView lacks.
     */
    private DropReason forRecovering(final StartViewFlyweight frame) {
        if (state.membership().standing() == Standing.ASKING
                || frame.view() <= state.membership().floorView()) {
            return DropReason.NOT_VOTER;
        }
        return ofThisProcess(frame.nonce());
    }
}
