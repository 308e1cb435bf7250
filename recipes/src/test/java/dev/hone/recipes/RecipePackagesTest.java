package dev.hone.recipes;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The packages of the recipes, and the order of their dependencies. */
class RecipePackagesTest {
    /** From the bottom up. A package uses only what stands before it. */
    private static final List<String> PACKAGES = List.of(
            "rule",
            "reward",
            "audit",
            "alarm",
            "settings",
            "data",
            "method",
            "provenance",
            "run",
            "prepare",
            "sample",
            "raft",
            "evaluate",
            "scorecard",
            "guard",
            "check",
            "plan",
            "snapshot",
            "card",
            "train",
            "inspect",
            "statistics",
            "draft",
            "pipeline",
            "compare",
            "prefer",
            "tour");

    private static final JavaClasses RECIPES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hone.recipes");

    @Test
    void everyPackageIsListed() {
        classes()
                .should()
                .resideInAnyPackage(
                        PACKAGES.stream().map(RecipePackagesTest::within).toArray(String[]::new))
                .check(RECIPES);
    }

    @Test
    void aPackageUsesOnlyWhatStandsBelowIt() {
        for (int i = 0; i + 1 < PACKAGES.size(); i++) {
            String[] above = PACKAGES.subList(i + 1, PACKAGES.size()).stream()
                    .map(RecipePackagesTest::within)
                    .toArray(String[]::new);
            noClasses()
                    .that(resideInAnyPackage(within(PACKAGES.get(i))))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(above))
                    .check(RECIPES);
        }
    }

    private static String within(String name) {
        return "dev.hone.recipes." + name;
    }
}
