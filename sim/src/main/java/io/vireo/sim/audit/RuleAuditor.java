package io.vireo.sim.audit;

/** Reports what rules from outside of this package find, see {@link AuditLog}. */
public final class RuleAuditor extends Auditor {
    /** @param code names the origin of the rules, for example "MODEL". */
    public RuleAuditor(final String code, final AuditLog log) {
        super(code, log);
    }

    /** A rule does not hold after this op on this replica. */
    public void onBroken(final String rule, final int replica, final int group, final long op, final String detail) {
        fail(rule, replica, group, op, detail);
    }
}
