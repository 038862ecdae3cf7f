package io.vireo.sim.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Scans the bytecode of the deterministic packages for {@link BannedCall}s, and proves on {@link BannedCallFixture} that the scan sees each
 * of them.
 */
class BannedCallTest {
    /** Patterns of class names: what must give the same result for the same inputs on every machine. */
    private static final List<String> DETERMINISTIC = List.of(
            "io.vireo.journal.message.*",
            "io.vireo.journal.segment.*",
            "io.vireo.journal.storage.(Storage|DataFileLayout)",
            "io.vireo.journal.superblock.*",
            "io.vireo.journal.util.*",
            "io.vireo.journal.wal.*",
            "io.vireo.bootstrap.checkpoint.*",
            "io.vireo.bootstrap.config.*",
            "io.vireo.bootstrap.open.*",
            "io.vireo.bootstrap.replay.*",
            "io.vireo.bootstrap.transfer.*",
            "io.vireo.node.auth.*",
            "io.vireo.node.client.Client(Session|Reads|Context).*",
            "io.vireo.node.commit.*",
            "io.vireo.node.core.*",
            "io.vireo.node.gateway.[A-Z].*",
            "io.vireo.node.gateway.group.*",
            "io.vireo.node.host.*",
            "io.vireo.node.iggy.*",
            "io.vireo.node.log.*",
            "io.vireo.node.message.*",
            "io.vireo.node.normal.*",
            "io.vireo.node.port.*",
            "io.vireo.node.repair.*",
            "io.vireo.node.replica.*",
            "io.vireo.node.routing.(ClientShards|Envelope|EnvelopePool|RouteOutcome|RouterCounters|ShardRouter)",
            "io.vireo.node.session.*",
            "io.vireo.node.stream.*",
            "io.vireo.node.sync.*",
            "io.vireo.node.time.*",
            "io.vireo.node.viewchange.*");

    /** Classes in those packages that are the outside: production only, or what drives many simulations from several threads. */
    private static final List<String> OUTSIDE =
            List.of("io.vireo.bootstrap.open.DirectoryLock", "io.vireo.sim.Campaign");

    @Test
    void shouldFindNoBannedCallWhenDeterministicPackagesAreScanned() {
        final Set<String> findings = new TreeSet<>();
        int scanned = 0;
        for (final JavaClass javaClass : ProductClasses.all()) {
            if (isDeterministic(javaClass)) {
                scanned++;
                findings.addAll(BannedCall.findings(javaClass));
            }
        }
        assertTrue(findings.isEmpty(), () -> "deterministic packages reach outside:\n" + String.join("\n", findings));
        assertTrue(scanned > 0, "no class was scanned");
    }

    @Test
    void shouldKnowAClassBehindEachExceptionWhenItIsListed() {
        for (final String name : OUTSIDE) {
            assertTrue(ProductClasses.all().contain(name), name + " does not exist: remove the exception");
        }
    }

    @Test
    void shouldFlagEachFixtureMethodWhenItBreaksARule() {
        final JavaClasses fixture =
                new ClassFileImporter().importClasses(BannedCallFixture.class, anonymousClassOfFixture());
        final Set<BannedCall> proved = EnumSet.noneOf(BannedCall.class);
        for (final Method method : BannedCallFixture.class.getDeclaredMethods()) {
            final BannedCallFixture.Breaks breaks = method.getAnnotation(BannedCallFixture.Breaks.class);
            if (breaks != null) {
                final Pattern place =
                        Pattern.compile(breaks.value() + ": .*BannedCallFixture\\." + method.getName() + "\\(.*");
                final boolean isFlagged = fixture.stream()
                                .flatMap(javaClass -> BannedCall.findings(javaClass).stream())
                                .anyMatch(finding -> place.matcher(finding).matches())
                        || method.getName().equals("nanoTimeInAnonymousClass")
                                && isFlagged(fixture.get(anonymousClassOfFixture()));
                assertTrue(isFlagged, "not flagged as " + breaks.value() + ": " + method);
                proved.add(breaks.value());
            }
        }
        assertEquals(EnumSet.allOf(BannedCall.class), proved, "rules without a fixture");
    }

    @Test
    void shouldFlagStaticFieldWhenItCanChange() {
        final List<String> findings = BannedCall.findings(new ClassFileImporter().importClass(BannedCallFixture.class));
        assertTrue(findings.stream()
                .anyMatch(finding -> finding.startsWith("STATIC_STATE: ") && finding.contains("counter")));
    }

    @Test
    void shouldFlagNothingWhenCallsAreAllowed() {
        assertEquals(
                List.of(), BannedCall.findings(new ClassFileImporter().importClass(BannedCallFixture.Allowed.class)));
    }

    private static boolean isDeterministic(final JavaClass javaClass) {
        final String name = ProductClasses.outermost(javaClass).getName();
        return !OUTSIDE.contains(name) && DETERMINISTIC.stream().anyMatch(name::matches);
    }

    private static boolean isFlagged(final JavaClass javaClass) {
        return BannedCall.findings(javaClass).stream().anyMatch(finding -> finding.startsWith(BannedCall.CLOCK + ": "));
    }

    private static Class<?> anonymousClassOfFixture() {
        return BannedCallFixture.nanoTimeInAnonymousClass().getClass();
    }
}
