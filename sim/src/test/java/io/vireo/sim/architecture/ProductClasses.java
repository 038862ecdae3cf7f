package io.vireo.sim.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/**
 * The compiled classes of all four modules without their tests, read once and shared by the architecture tests. It only reads; the rules
 * are in the tests.
 */
final class ProductClasses {
    static final String ROOT = "io.vireo";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private ProductClasses() {}

    static JavaClasses all() {
        return ALL;
    }

    /** The class that stands in a file of its own: {@code A} for {@code A.B} and for the anonymous classes of {@code A}. */
    static JavaClass outermost(final JavaClass javaClass) {
        JavaClass outer = javaClass;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }
}
