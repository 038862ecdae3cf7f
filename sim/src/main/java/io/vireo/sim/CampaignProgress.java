package io.vireo.sim;

/** What of a campaign is done: the seeds and their sums, which always fit together. Guarded by its campaign. */
public final class CampaignProgress {
    public final SeedSet done = new SeedSet();
    public final CampaignSummary summary = new CampaignSummary();

    /** Counts a seed, which must not have been counted. */
    public void add(final RunResult result) {
        if (!done.add(result.seed())) {
            throw new IllegalStateException("seed " + result.seed() + " was counted before");
        }
        summary.add(result);
    }
}
