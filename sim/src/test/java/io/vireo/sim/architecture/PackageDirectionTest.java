package io.vireo.sim.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Keeps who may know whom: modules from left to right, inside node the packages in their order, and libraries where they belong. */
class PackageDirectionTest {
    private static final String PREFIX = ProductClasses.ROOT + ".";

    /** A module knows only those before it. */
    private static final List<List<String>> MODULES =
            List.of(List.of("journal"), List.of("bootstrap"), List.of("node"), List.of("sim"));

    /** Inside node a package knows only those of the rows before its own: two packages of one row never refer to each other. */
    private static final List<List<String>> NODE_PACKAGES = List.of(
            List.of("port"),
            List.of("message"),
            List.of("core"),
            List.of("time"),
            List.of("normal", "viewchange", "rejoin", "repair", "sync", "commit", "session"),
            List.of("replica"),
            List.of("host"),
            List.of("auth", "tls"),
            List.of("transport"),
            List.of("routing"),
            List.of("log", "stream"),
            List.of("iggy"),
            List.of("client"),
            List.of("gateway"),
            List.of("ops", "bench"),
            List.of("launch"));

    @Test
    void shouldKnowOnlyModulesToTheLeftWhenInAModule() {
        assertEquals(Set.of(), violations(ProductClasses.all(), PREFIX, MODULES));
    }

    @Test
    void shouldKnowOnlyEarlierPackagesWhenInNode() {
        assertEquals(Set.of(), violations(ProductClasses.all(), PREFIX + "node.", NODE_PACKAGES));
    }

    @Test
    void shouldHaveNoCycleWhenPackagesOfAModuleReferToEachOther() {
        slices().matching(PREFIX + "(*).(*)..").should().beFreeOfCycles().check(ProductClasses.all());
    }

    @Test
    void shouldUseThreadsAndSocketsOnlyWhereTheyBelongWhenInNode() {
        noClasses()
                .that()
                .resideInAPackage(PREFIX + "node..")
                .and()
                .resideOutsideOfPackages(
                        PREFIX + "node.port..",
                        PREFIX + "node.host..",
                        PREFIX + "node.tls..",
                        PREFIX + "node.transport..",
                        PREFIX + "node.client..",
                        PREFIX + "node.gateway.service..",
                        PREFIX + "node.gateway.tcp..",
                        PREFIX + "node.launch..",
                        PREFIX + "node.bench..",
                        PREFIX + "node.ops..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.channels..", "java.util.concurrent.locks..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.concurrent.Executor.class)
                .allowEmptyShould(true)
                .check(ProductClasses.all());
    }

    @Test
    void shouldNeverLogWhenInJournalOrBootstrap() {
        noClasses()
                .that()
                .resideInAnyPackage(PREFIX + "journal..", PREFIX + "bootstrap..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "ch.qos.logback..", "java.util.logging..")
                .check(ProductClasses.all());
    }

    @Test
    void shouldParseCommandLineAndTomlOnlyInOuterPackagesWhenInNode() {
        noClasses()
                .that()
                .resideInAPackage(PREFIX + "node..")
                .and()
                .resideOutsideOfPackages(PREFIX + "node.launch..", PREFIX + "node.bench..", PREFIX + "node.ops..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "org.tomlj..")
                .allowEmptyShould(true)
                .check(ProductClasses.all());
    }

    @Test
    void shouldSeeClassesOfEveryModuleWhenScanned() {
        for (final List<String> row : MODULES) {
            assertTrue(
                    ProductClasses.all().stream()
                            .anyMatch(javaClass -> javaClass.getPackageName().startsWith(PREFIX + row.get(0))),
                    () -> "no class of " + row + " was found: the rules would hold for nothing");
        }
    }

    @Test
    void shouldReportEachWrongDirectionWhenFixtureHasThem() {
        final String fixture = PackageDirectionTest.class.getPackageName() + ".fixture.";
        final Set<String> refusals = new TreeSet<>();
        for (final String violation : violations(
                new ClassFileImporter().importPackages(PackageDirectionTest.class.getPackageName() + ".fixture"),
                fixture,
                NODE_PACKAGES)) {
            refusals.add(violation.substring(0, violation.indexOf(':')));
        }
        assertEquals(Set.of("core must not know normal", "normal must not know viewchange"), refusals);
    }

    @Test
    void shouldRefuseWhenRowIsTheSameOrLaterOrUnknown() {
        assertNull(refusal(NODE_PACKAGES, "launch", "port"));
        assertNull(refusal(NODE_PACKAGES, "normal", "normal"));
        assertFalse(refusal(NODE_PACKAGES, "normal", "viewchange").isEmpty());
        assertFalse(refusal(NODE_PACKAGES, "core", "replica").isEmpty());
        assertFalse(refusal(NODE_PACKAGES, "core", "elsewhere").isEmpty());
        assertFalse(refusal(NODE_PACKAGES, "elsewhere", "core").isEmpty());
        assertFalse(refusal(MODULES, "journal", "sim").isEmpty());
    }

    private static Set<String> violations(
            final JavaClasses classes, final String prefix, final List<List<String>> rows) {
        final Set<String> violations = new TreeSet<>();
        for (final JavaClass origin : classes) {
            if (origin.getPackageName().startsWith(prefix)) {
                for (final Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    final JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (target.getPackageName().startsWith(prefix)) {
                        final String refusal = refusal(rows, name(prefix, origin), name(prefix, target));
                        if (refusal != null) {
                            violations.add(refusal + ": " + dependency.getDescription());
                        }
                    }
                }
            }
        }
        return violations;
    }

    /** Why the first may not know the second, or null if it may. */
    private static String refusal(final List<List<String>> rows, final String from, final String to) {
        final int fromRow = row(rows, from);
        final int toRow = row(rows, to);
        if (fromRow < 0 || toRow < 0) {
            return (fromRow < 0 ? from : to) + " has no place in the order";
        }
        return from.equals(to) || toRow < fromRow ? null : from + " must not know " + to;
    }

    private static int row(final List<List<String>> rows, final String name) {
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row).contains(name)) {
                return row;
            }
        }
        return -1;
    }

    /** The part of the package name after the prefix, up to the next dot. */
    private static String name(final String prefix, final JavaClass javaClass) {
        final String rest = javaClass.getPackageName().substring(prefix.length());
        final int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
