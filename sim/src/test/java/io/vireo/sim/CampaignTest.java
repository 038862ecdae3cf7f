package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two hundred seeds pass, some of them twice with the same trace, and have met what they are meant to survive. */
class CampaignTest {
    private static final long SEEDS = 200;

    @Test
    void shouldPassAndReachEveryFloorWhenSeedsAreHunted() throws InterruptedException {
        final List<String> failures = new ArrayList<>();
        final Campaign campaign = new Campaign(
                new SeedRange(0, SEEDS - 1),
                new CampaignProgress(),
                Runtime.getRuntime().availableProcessors(),
                System.nanoTime() + 600_000_000_000L,
                result -> {
                    if (result.verdict().isFailure()) {
                        failures.add("vireo-sim run --seed " + result.seed() + ": " + result.message());
                    }
                });
        final CampaignSummary summary = campaign.run();
        assertEquals(List.of(), failures);
        assertEquals(SEEDS, summary.runs);
        assertEquals(List.of(), Floors.missed(summary, SimProfile.Machine.LOG));
    }
}
