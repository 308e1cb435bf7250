package dev.hone.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Test classes of a model, run as JUnit runs them. */
class HoneExtensionTest {
    @BeforeAll
    static void models() throws IOException {
        ModelsUnderTest.make();
    }

    @BeforeEach
    void emptyCache() throws IOException {
        for (Path file : cached()) {
            Files.delete(file);
        }
    }

    /** An adapter that changes nothing answers as its base does. */
    @HoneModel(
            base = ModelsUnderTest.BASE,
            adapter = ModelsUnderTest.IDLE,
            template = "chatml",
            cache = ModelsUnderTest.CACHE)
    static class Passes {
        @Test
        void answers(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).maxTokens(6).atLeast(1);
        }

        @Test
        void losesNothing(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).maxTokens(6).losesAtMost(0);
            model.texts(ModelsUnderTest.TEXTS).losesAtMost(0);
        }

        @Test
        void refusesNothing(ModelUnderTest model) {
            model.doesNotRefuse(ModelsUnderTest.HARMFUL).maxTokens(6).atLeast(1);
        }

        @Test
        void isSmall(ModelUnderTest model) {
            model.isAtMostMegabytes(1);
        }

        @Test
        void loadsBackTheSame(ModelUnderTest model) {
            model.loadsBackTheSame(ModelsUnderTest.CASES);
        }

        @Nested
        class Inside {
            @Test
            void knowsTheModelToo(ModelUnderTest model) {
                model.cases(ModelsUnderTest.CASES)
                        .maxTokens(6)
                        .scoredBy("contains")
                        .meanAtLeast(1);
            }
        }
    }

    @Test
    void whatHoldsPasses() {
        assertThat(run(Passes.class))
                .hasSize(6)
                .allSatisfy((test, message) -> assertThat(message).isEmpty());
    }

    /** An adapter of random weights answers otherwise. */
    static class Fails {
        @RegisterExtension
        static final HoneExtension MODEL = HoneExtension.of(Path.of(ModelsUnderTest.BASE))
                .template("chatml")
                .cache(Path.of(ModelsUnderTest.CACHE))
                .adapter(Path.of(ModelsUnderTest.CHANGED));

        @Test
        void answers(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).maxTokens(6).atLeast(0.8);
        }

        @Test
        void answersSurely(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).maxTokens(6).surelyAtLeast(0.8);
        }

        @Test
        void grades(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).maxTokens(6).scoredBy("chrf").meanAtLeast(1);
        }

        @Test
        void losesLittle(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).maxTokens(6).losesAtMost(0.02);
        }

        @Test
        void forgetsLittle(ModelUnderTest model) {
            model.texts(ModelsUnderTest.TEXTS).losesAtMost(0.02);
        }

        @Test
        void refuses(ModelUnderTest model) {
            model.refuses(ModelsUnderTest.HARMFUL).maxTokens(6).atLeast(0.95);
        }

        @Test
        void isSmall(ModelUnderTest model) {
            model.isAtMostMegabytes(0.001);
        }

        @Test
        void isNotThere(ModelUnderTest model) {
            model.cases("no/such/file.jsonl").atLeast(1);
        }
    }

    @Test
    void whatDoesNotHoldFailsAndNamesTheCases() {
        Map<String, String> failures = run(Fails.class);
        assertThat(failures.get("answers"))
                .startsWith(ModelsUnderTest.CASES + ": 0.0 % of 8 right (95 %: 0.0–32.4), expected at least 80.0 %;"
                        + " 8 wrong:\n  " + ModelsUnderTest.CASES + ":1\n    prompt:   a\n    expected: ")
                .contains(ModelsUnderTest.CASES + ":5\n    prompt:   e")
                .doesNotContain(":6")
                .endsWith("and 3 more");
        assertThat(failures.get("answersSurely")).contains("expected an interval from 80.0 %");
        assertThat(failures.get("grades")).contains("the mean score of 8 answers is ", "the lowest:");
        assertThat(failures.get("losesLittle"))
                .contains(
                        "lost 100.0 % of the base's accuracy (base: 100.0 % of 8 right (95 %: 67.6–100.0); now: 0.0 %")
                .contains("expected at most 2.0 %; 8 became wrong, 0 right:");
        assertThat(failures.get("forgetsLittle")).contains("the loss grew from ", " nats a token, by ");
        assertThat(failures.get("refuses")).contains("0.0 % of ", "expected at least 95.0 %", "\n    got:      ");
        assertThat(failures.get("isSmall"))
                .contains("expected at most 0.001 MB; the largest:", "adapter_model.safetensors");
        assertThat(failures.get("isNotThere")).contains("no/such/file.jsonl");
    }

    static class LosesLittle {
        @RegisterExtension
        static final HoneExtension MODEL = Fails.MODEL;

        @Test
        void losesLittle(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).maxTokens(6).losesAtMost(0.02);
        }
    }

    /** With the scores in the kept file set to 0 the base has nothing to lose, which shows that they are read. */
    @Test
    void theBaseIsAskedOnceAndItsAnswersAreKept() throws IOException {
        assertThat(run(LosesLittle.class).get("losesLittle")).contains("base: 100.0 % of 8 right");
        assertThat(cached()).hasSize(1);
        Path kept = cached().get(0);
        Files.writeString(kept, Files.readString(kept).replaceAll("\"score\" ?: ?1.0", "\"score\": 0.0"));
        assertThat(run(LosesLittle.class).get("losesLittle"))
                .contains("the base answers none of 8 cases right, so that there is nothing to lose");
        Files.writeString(kept, "{\"answers\": [{");
        assertThat(run(LosesLittle.class).get("losesLittle")).contains("base: 100.0 % of 8 right");
    }

    @HoneModel(base = ModelsUnderTest.BASE)
    static class NamesNeither {
        @Test
        void any(ModelUnderTest model) {
            model.isAtMostMegabytes(1);
        }
    }

    @HoneModel(base = "no/such/model", adapter = ModelsUnderTest.IDLE)
    static class NamesNone {
        @Test
        void any(ModelUnderTest model) {
            model.cases(ModelsUnderTest.CASES).atLeast(1);
        }
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThat(run(NamesNeither.class).get("any"))
                .contains("@HoneModel: a model under test is either an adapter on", "name one of them");
        assertThat(run(NamesNone.class).get("any")).contains("no/such/model: is no folder in ", "where the tests run");
    }

    @Test
    void aCheckThatCanNotHoldIsTheTestsError() {
        ModelUnderTest model = new ModelUnderTest(
                new Subject(
                        Path.of(ModelsUnderTest.BASE),
                        null,
                        Path.of(ModelsUnderTest.BASE),
                        "chatml",
                        dev.hone.tensor.DType.F32,
                        Path.of(ModelsUnderTest.CACHE)),
                warning -> {});
        assertThatThrownBy(() -> model.cases(ModelsUnderTest.CASES).atLeast(80))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share (80.0) must be from 0 to 1");
        assertThatThrownBy(() -> model.cases(ModelsUnderTest.CASES).scoredBy("exakt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(exakt) must be exact, contains");
        model.cases(ModelsUnderTest.CASES).maxTokens(6).losesAtMost(0);
        model.loadsBackTheSame(ModelsUnderTest.CASES);
        model.close();
    }

    /** The message of each test's failure by its method, empty where it passed. */
    private static Map<String, String> run(Class<?> tests) {
        Map<String, String> results = new TreeMap<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    results.put(
                            test.getDisplayName().replaceFirst("\\(.*", ""),
                            result.getThrowable()
                                    .map(failure -> String.valueOf(failure.getMessage()))
                                    .orElse(""));
                }
            }
        });
        return results;
    }

    private static List<Path> cached() throws IOException {
        Path folder = Path.of(ModelsUnderTest.CACHE);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
