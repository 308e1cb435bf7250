package dev.hone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between packages, and what the library never does. */
class ArchitectureTest {
    /** The packages from the bottom up. A package uses only what stands before it. */
    private static final List<String> PACKAGES = List.of(
            "error",
            "files",
            "config",
            "random",
            "text.jinja",
            "text",
            "text.bpe",
            "tensor",
            "data",
            "data.batch",
            "data.row",
            "data.dataset",
            "data.loader",
            "model.architecture",
            "model.weight",
            "model.attention",
            "model.head",
            "model.adapter",
            "model",
            "checkpoint",
            "generate",
            "objective",
            "evaluate",
            "reward",
            "reward.manner",
            "reward.code",
            "reward.maths",
            "reward.shape",
            "rollout",
            "rollout.tools",
            "rollout.batch",
            "train",
            "finetune");

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("dev.hone");

    @Test
    void everyPackageIsListed() {
        assertThat(CORE.stream().map(JavaClass::getPackageName)).contains("dev.hone.config");
        holds(classes()
                .should()
                .resideInAnyPackage(
                        PACKAGES.stream().map(ArchitectureTest::within).toArray(String[]::new))
                .because("a new package has to be given its place in the list of packages"));
    }

    @Test
    void aPackageUsesOnlyWhatStandsBelowIt() {
        for (int i = 0; i < PACKAGES.size(); i++) {
            String[] above = PACKAGES.subList(i + 1, PACKAGES.size()).stream()
                    .map(ArchitectureTest::within)
                    .toArray(String[]::new);
            if (above.length > 0) {
                holds(noClasses()
                        .that(resideInAnyPackage(within(PACKAGES.get(i))))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(above)));
            }
        }
    }

    @Test
    void textAndTensorStandSideBySide() {
        holds(noClasses()
                .that(resideInAnyPackage(within("tensor")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(within("text"))));
    }

    @Test
    void onlyOnePackageKnowsEachEngine() {
        onlyIn("tensor", "org.bytedeco..");
        onlyIn("text", "ai.djl..");
        onlyIn("config", "org.snakeyaml..");
        onlyIn("reward", "com.networknt..");
    }

    private static void onlyIn(String name, String engine) {
        holds(noClasses()
                .that(resideOutsideOfPackages(within(name)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(engine)));
    }

    @Test
    void theLibraryDoesNotPrint() {
        holds(noClasses().should().accessField(System.class, "out"));
        holds(noClasses().should().accessField(System.class, "err"));
        holds(noClasses().should().callMethod(Throwable.class, "printStackTrace"));
    }

    @Test
    void theLibraryDoesNotEndTheProcess() {
        holds(noClasses().should().callMethod(System.class, "exit", int.class));
        holds(noClasses().should().callMethod(Runtime.class, "exit", int.class));
        holds(noClasses().should().callMethod(Runtime.class, "halt", int.class));
    }

    @Test
    void theLibraryDoesNotReadTheEnvironment() {
        holds(noClasses().should().callMethod(System.class, "getenv"));
        holds(noClasses().should().callMethod(System.class, "getenv", String.class));
    }

    @Test
    void staticsDoNotChange() {
        holds(fields().that().areStatic().should().haveModifier(JavaModifier.FINAL));
    }

    private static String within(String name) {
        return "dev.hone." + name;
    }

    private static void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(CORE);
    }
}
