package io.vireo.sim.library;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.sim.audit.AuditLog;
import io.vireo.sim.audit.ReplyAuditor;
import io.vireo.sim.audit.RuleAuditor;
import io.vireo.sim.cluster.RunCounters;

/** Watches the state machines of one run: replies, model, invariants. */
final class MachineAuditors<S extends StateMachine> {
    final ReplyAuditor replies;
    private final RuleAuditor ofModel;
    private final RuleAuditor ofInvariants;
    private final MachineRules<S> rules;
    private final RunCounters counters;
    /** By group; empty without a model. */
    private final Model[] models;

    MachineAuditors(
            final AuditLog log,
            final MachineRules<S> rules,
            final int replicas,
            final int groups,
            final RunCounters counters) {
        this.rules = rules;
        this.counters = counters;
        replies = new ReplyAuditor(log, replicas, groups);
        ofModel = new RuleAuditor("MODEL", log);
        ofInvariants = new RuleAuditor("INVARIANT", log);
        models = new Model[rules.model() == null ? 0 : groups];
        for (int group = 0; group < models.length; group++) {
            models[group] = rules.model().get();
        }
    }

    void onExecuted(
            final S machine,
            final int replica,
            final int group,
            final long session,
            final long number,
            final Operation operation,
            final Reply reply) {
        final boolean isFirst = replies.onExecuted(replica, group, operation.op(), session, number, reply);
        counters.machineComparisons = replies.compared();
        counters.machineOks += isFirst && reply.isOk() ? 1 : 0;
        if (isFirst && models.length > 0) {
            judge(models[group], replica, group, operation, reply);
        }
        checkInvariants(machine, replica, group, operation.op());
    }

    private void judge(
            final Model model, final int replica, final int group, final Operation operation, final Reply reply) {
        final Reply right;
        try {
            right = model.apply(operation);
        } catch (final RuntimeException | AssertionError e) {
            throw new StateMachineException(model, "apply", e);
        }
        if (right != null && !right.equals(reply)) {
            ofModel.onBroken(
                    "the state machine replies what the model does",
                    replica,
                    group,
                    operation.op(),
                    "reply " + reply + ", of the model " + right);
        }
    }

    void checkInvariants(final S machine, final int replica, final int group, final long op) {
        for (final MachineRules.Invariant<S> invariant : rules.invariants()) {
            final boolean holds;
            try {
                holds = invariant.holds().test(machine);
            } catch (final RuntimeException | AssertionError e) {
                throw new StateMachineException(machine, "invariant \"" + invariant.rule() + "\"", e);
            }
            if (!holds) {
                ofInvariants.onBroken(invariant.rule(), replica, group, op, "after this op");
            }
        }
    }
}
