package io.vireo.sim.shrink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.FaultRate;
import io.vireo.sim.Reduction;
import io.vireo.sim.SimProfile;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.Verdict;
import io.vireo.sim.fault.PlannedFault;
import io.vireo.sim.shrink.Reproduction.Extent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files of reproductions: what is written is read, and nothing else. */
class ReproductionFileTest {
    private static final Reproduction ONE = new Reproduction(
            SimProfile.LOG.stateMachine(),
            SimProfile.LOG.settings(),
            3,
            Verdict.SAFETY,
            "A1: \"one\" log",
            "line 1\nline 2 <b>",
            Reduction.NONE
                    .keep(PlannedFault.CRASH, List.of(0, 1))
                    .keep(PlannedFault.ROT, List.of())
                    .without(FaultRate.CLOGS)
                    .limit(SizeLimit.REQUESTS, 12),
            List.of("a fault"),
            new Extent(1, 2, 3, 4, 5, 1L << 40),
            new Extent(0, 1, 2, 3, 4, 5));

    private static String refusal(final String from, final String to) {
        final String text = ReproductionFile.write(ONE);
        assertTrue(text.contains(from), from);
        return assertThrows(
                        ReproductionException.class,
                        () -> ReproductionFile.parse(text.replace(from, to), SimProfile.LOG))
                .getMessage();
    }

    @Test
    void shouldReadWhatItHasWritten() throws ReproductionException {
        assertEquals(ONE, ReproductionFile.parse(ReproductionFile.write(ONE), SimProfile.LOG));
    }

    @Test
    void shouldSayWhatIsWrongWhenItIsNoReproduction() {
        assertEquals("no JSON: ", message("{").substring(0, 9));
        assertEquals("an object is expected, line 1", message("[]"));
        assertEquals("an object is expected, line 1", message(""));
        assertTrue(refusal("vireo-sim reproduction", "x").startsWith("\"format\" is not"));
        assertEquals(
                "version 1 of the format, this program plays version 3, line 3",
                refusal("\"version\" : 3", "\"version\" : 1"));
        assertTrue(refusal("\"seed\" : 3", "\"seed\" : \"3\"").startsWith("a whole number is expected"));
        assertEquals(
                "it is of the state machine com.acme.Counters with replicas=3 requests=drawn, and this plays"
                        + " io.vireo.node.log.LogStateMachine with everything drawn",
                message(ReproductionFile.write(ONE)
                        .replace("io.vireo.node.log.LogStateMachine", "com.acme.Counters")
                        .replace("everything drawn", "replicas=3 requests=drawn")));
        assertTrue(refusal("\"CLOGS\"", "\"CLOG\"").startsWith("\"CLOG\" is not one of [FRAME_LOSS"));
        assertTrue(refusal("[ 0, 1 ]", "[ 0, true ]").startsWith("a list of whole numbers is expected"));
        assertTrue(refusal("[ 0, 1 ]", "[ 0, 99 ]").startsWith("CRASH 99 is not one of the"));
        assertTrue(refusal("\"limits\"", "\"limit\"").startsWith("the field \"limits\" is expected"));
        assertTrue(refusal("\"events\" : 5", "\"events\" : 5, \"more\" : 1").startsWith("the end of \"after\""));
    }

    @Test
    void shouldRefuseWhatStandsBehindTheEnd() {
        assertTrue(message(ReproductionFile.write(ONE) + "{}").startsWith("something stands behind the end"));
    }

    private static String message(final String text) {
        return assertThrows(ReproductionException.class, () -> ReproductionFile.parse(text, SimProfile.LOG))
                .getMessage();
    }
}
