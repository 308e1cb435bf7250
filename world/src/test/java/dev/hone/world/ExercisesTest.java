package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Abilities, forms, and questions beside documents. */
class ExercisesTest {
    private static final World WORLD = World.of(1);

    static List<Exercises> all() {
        return List.of(
                new Skills(WORLD),
                new Forms(WORLD),
                new OpenBook(WORLD, 4, 80),
                new Requests(WORLD),
                new Reasoning(WORLD),
                new Functions(WORLD));
    }

    @ParameterizedTest
    @MethodSource("all")
    void exerciseFollowsFromItsNumberAlone(Exercises exercises) {
        List<Exercise> once = exercises.all(Split.TRAIN).limit(60).toList();
        for (int number : List.of(59, 3, 31)) {
            assertThat(exercises.at(Split.TRAIN, number)).isEqualTo(once.get(number));
        }
        assertThatThrownBy(() -> exercises.at(Split.TRAIN, -1)).hasMessageContaining("(-1)");
    }

    @ParameterizedTest
    @MethodSource("all")
    void splitsShareNoPrompt(Exercises exercises) {
        Set<String> prompts = new HashSet<>();
        exercises.all(Split.TRAIN).limit(2000).forEach(exercise -> prompts.add(exercise.prompt()));
        assertThat(exercises.all(Split.HELD_OUT).limit(600)).noneMatch(exercise -> prompts.contains(exercise.prompt()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void noTemplateShowsThrough(Exercises exercises) {
        Pattern left = Pattern.compile("\\{[a-z]|\\|| =>|  ");
        assertThat(exercises.all(Split.TRAIN).limit(1000))
                .noneMatch(exercise -> left.matcher(exercise.prompt() + "\n" + exercise.answer())
                        .find());
    }

    @Test
    void bothStepsOfACalculationAreRightAndUnknownToTheOtherSplit() {
        Pattern sum = Pattern.compile("(\\d+) ([+-]) (\\d+) = (\\d+)");
        Set<String> train = new HashSet<>();
        List<String> heldOut = new ArrayList<>();
        for (Split split : Split.values()) {
            new Skills(WORLD)
                    .all(split)
                    .limit(900)
                    .filter(e -> e.kind().equals("steps"))
                    .forEach(exercise -> {
                        Matcher match = sum.matcher(exercise.answer());
                        String before = "";
                        for (int step = 0; step < 2; step++) {
                            assertThat(match.find()).isTrue();
                            int a = Integer.parseInt(match.group(1));
                            Sum right = new Sum(a, match.group(2).charAt(0), Integer.parseInt(match.group(3)));
                            assertThat(match.group()).isEqualTo(right.toString());
                            assertThat(match.group(1)).isEqualTo(step == 0 ? match.group(1) : before);
                            before = match.group(4);
                            (split == Split.TRAIN ? train : heldOut).add(right.open());
                        }
                    });
        }
        assertThat(heldOut).isNotEmpty().noneMatch(train::contains);
    }

    @Test
    void aSummaryIsOneLineAndNamesOnlyWhatTheTextNames() {
        Pattern name = Pattern.compile("\\b[A-Z][a-z]+\\b");
        assertThat(new Skills(WORLD)
                        .all(Split.TRAIN)
                        .limit(600)
                        .filter(e -> e.kind().equals("summary")))
                .allSatisfy(exercise -> {
                    assertThat(exercise.answer()).doesNotContain("\n");
                    for (Matcher match = name.matcher(exercise.answer()); match.find(); ) {
                        assertThat(exercise.prompt()).contains(match.group());
                    }
                });
    }

    @Test
    void anOrderHasTheKeysOfItsSchema() throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (Exercise exercise : new Forms(WORLD).all(Split.TRAIN).limit(600).toList()) {
            if (exercise.kind().equals("order")) {
                JsonNode order = json.readTree(exercise.answer());
                JsonNode schema = json.valueToTree(exercise.columns().get("schema"));
                schema.path("required")
                        .forEach(key -> assertThat(order.has(key.asText())).isTrue());
                assertThat(order.size()).isEqualTo(schema.path("properties").size());
            }
        }
    }

    @Test
    void anAnswerInThePoliteToneEndsPolitelyAndSaysTheFact() {
        assertThat(new Forms(WORLD)
                        .all(Split.TRAIN)
                        .limit(600)
                        .filter(e -> e.kind().equals("tone")))
                .allSatisfy(exercise -> assertThat(exercise.answer())
                        .endsWith("니다.")
                        .contains((String) exercise.columns().get("about")));
    }

    @Test
    void aReportHasFiveLinesAndSaysWhatIsUnknown() {
        assertThat(new Forms(WORLD)
                        .all(Split.TRAIN)
                        .limit(600)
                        .filter(e -> e.kind().equals("report")))
                .allSatisfy(exercise -> assertThat(exercise.answer().lines()).hasSize(5))
                .anySatisfy(exercise -> assertThat(exercise.answer()).contains(": unknown"));
    }

    @Test
    void everyQuoteStandsInOneDocumentAndHoldsTheAnswer() {
        Pattern document = Pattern.compile("<DOCUMENT>(.*?)</DOCUMENT>");
        assertThat(new OpenBook(WORLD, 4, 100).all(Split.TRAIN).limit(600)).allSatisfy(exercise -> {
            String quote = (String) exercise.columns().get("quote");
            assertThat(exercise.answer()).contains("##begin_quote##" + quote + "##end_quote##");
            assertThat(document.matcher(exercise.prompt())
                            .results()
                            .filter(d -> d.group(1).contains(quote)))
                    .hasSize(1);
            assertThat(quote).contains((String) exercise.columns().get("gold"));
            assertThat(exercise.answer())
                    .endsWith("<ANSWER>: " + exercise.columns().get("gold"));
        });
    }

    @Test
    void documentsAreTheDistractorsAndOneMoreAndTheOracleIsThereAsOftenAsAsked() {
        List<Exercise> questions =
                new OpenBook(WORLD, 4, 80).all(Split.TRAIN).limit(2000).toList();
        assertThat(questions)
                .allSatisfy(question -> assertThat(question.prompt().split("<DOCUMENT>", -1).length - 1)
                        .isEqualTo(5));
        // 2,000 draws at 0.8: three standard errors are 0.027
        assertThat(questions.stream()
                                .filter(q -> (boolean) q.columns().get("oracle"))
                                .count()
                        / 2000.0)
                .isBetween(0.773, 0.827);
        assertThat(new OpenBook(WORLD, 8, 0).all(Split.HELD_OUT).limit(100))
                .allSatisfy(question -> assertThat(question.answer()).matches(".*(not in the documents|문서에 없음)"));
    }
}
