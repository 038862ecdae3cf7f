package io.vireo.sim.library;

import io.vireo.sim.CampaignSummary;

/**
 * What the runs of a simulation have met.
 *
 * @param requests that the state machine has answered with OK, each counted once.
 * @param ops committed.
 * @param snapshots written and read back into a state machine that starts, on all replicas.
 * @param comparisons executions of a request on a further replica or after a restart, each with the same reply.
 * @param losses runs that could not end because faults had taken what was needed, which no cluster survives.
 */
public record SimulationStatistics(
        long seeds,
        long requests,
        long ops,
        long crashes,
        long restarts,
        long viewChanges,
        long snapshots,
        long restores,
        long comparisons,
        long losses) {
    static SimulationStatistics of(final CampaignSummary summary) {
        return new SimulationStatistics(
                summary.runs,
                summary.total.machineOks,
                summary.total.committedOps,
                summary.total.crashes,
                summary.total.restarts,
                summary.total.viewChanges,
                summary.total.machineSnapshots,
                summary.total.machineRestores,
                summary.total.machineComparisons,
                summary.legitimate.size());
    }
}
