package io.vireo.sim.stream;

import io.vireo.sim.audit.AccountAuditor;
import io.vireo.sim.audit.AccountAuditor.Certain;
import io.vireo.sim.audit.AuditLog;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.audit.ConsumerGroupAuditor;
import io.vireo.sim.audit.ConsumerOffsetAuditor;
import io.vireo.sim.audit.ExecutionAuditor;
import io.vireo.sim.audit.PlacementAuditor;
import io.vireo.sim.audit.RefusalAuditor;
import io.vireo.sim.audit.StrangeFrameAuditor;
import io.vireo.sim.audit.StreamHistory;
import io.vireo.sim.audit.StreamOrderAuditor;
import io.vireo.sim.cluster.StreamStatistics;
import io.vireo.sim.time.EventQueue;

/** The auditors of a run that know what streams are, beside those that every run has. */
final class StreamAudits {
    final StreamHistory history;
    final ExecutionAuditor executions;
    final StreamOrderAuditor order;
    final ConsumerOffsetAuditor offsets;
    final ConsumerGroupAuditor groups;
    final PlacementAuditor placement;
    final RefusalAuditor refusals;
    final AccountAuditor accounts;
    final StrangeFrameAuditor frames;
    /** Those that every run has. */
    final Auditors all;

    StreamAudits(final Auditors all, final EventQueue queue, final int replicas, final int groupCount) {
        final AuditLog log = all.log;
        this.all = all;
        history = new StreamHistory(queue::executed);
        executions = new ExecutionAuditor(log, replicas, groupCount);
        order = new StreamOrderAuditor(log, history);
        offsets = new ConsumerOffsetAuditor(log, history);
        groups = new ConsumerGroupAuditor(log);
        placement = new PlacementAuditor(log);
        refusals = new RefusalAuditor(log, history);
        accounts = new AccountAuditor(log);
        frames = new StrangeFrameAuditor(log);
    }

    /** A client was told that everything up to this message is stored: the op that did it has to stay recoverable. */
    void onAcknowledged(final StreamHistory.Message message) {
        final StreamHistory.Place place = history.placeOf(message.client(), message.sequence());
        if (place != null) {
            all.durability.onAcknowledged(place.life().partition().group(), place.op());
        }
    }

    /** At the end of a run, or whenever somebody asks: what was looked at. */
    void count(final StreamStatistics sums) {
        sums.appended = order.appended();
        sums.acknowledged = order.acknowledged();
        sums.polls = order.polls();
        sums.shown = order.shown();
        sums.offsetsStored = offsets.stored();
        sums.offsetsAsked = offsets.asked();
        sums.groupsChecked = groups.checked();
        sums.refusals = refusals.refusals();
        sums.userChanges = accounts.changes();
        sums.userLogins = accounts.logins();
        sums.loginsRefused = accounts.refusedLogins();
        sums.commandsAllowed = accounts.allowed();
        sums.commandsForbidden = accounts.forbidden();
        sums.certainLogins = accounts.certain(Certain.LOGIN);
        sums.certainLoginsRefused = accounts.certain(Certain.LOGIN_REFUSED);
        sums.certainTokens = accounts.certain(Certain.TOKEN);
        sums.certainTokensRefused = accounts.certain(Certain.TOKEN_REFUSED);
        sums.certainAllowed = accounts.certain(Certain.ALLOWED);
        sums.certainForbidden = accounts.certain(Certain.FORBIDDEN);
        sums.certainChanges = accounts.certain(Certain.CHANGED);
        sums.certainChangesRefused = accounts.certain(Certain.CHANGE_REFUSED);
        sums.searchedForSecrets = accounts.searched();
        sums.strangeFrames = frames.refused();
        sums.endedLives = history.endedLives();
        sums.placementsChecked = placement.checked();
    }
}
