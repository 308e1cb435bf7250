package dev.hone.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.generate.LoadedModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Multiple choice on a tiny model, against numbers of lm-evaluation-harness 0.4.13 ({@code harness.py} beside them made them). */
class ChoicesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void logLikelihoodsAndAccuraciesAreThoseOfTheHarness(int shots) throws IOException {
        Path rows = resource("rows.jsonl");
        String examples = shots == 0 ? "" : ", examples: {path: " + resource("examples.jsonl") + ", count: 2}";
        JsonNode golden;
        try (InputStream in = ChoicesTest.class.getResourceAsStream("harness.json")) {
            golden = new ObjectMapper().readTree(in).path(shots + " examples");
        }
        List<CaseResult> results = answered(choices("{path: " + rows + examples + "}"));
        assertThat(results).hasSameSizeAs(golden);
        for (int row = 0; row < results.size(); row++) {
            JsonNode details = results.get(row).details();
            JsonNode expected = golden.get(row);
            for (int choice = 0; choice < expected.path("logprobs").size(); choice++) {
                assertThat(details.at("/choices/" + choice + "/logprob").asDouble())
                        .as("row %d, choice %d", row, choice)
                        .isCloseTo(expected.at("/logprobs/" + choice).asDouble(), within(2e-4));
            }
            assertThat(details.path("acc").asBoolean())
                    .isEqualTo(expected.path("acc").asDouble() == 1);
            assertThat(details.path("acc_norm").asBoolean())
                    .isEqualTo(expected.path("acc_norm").asDouble() == 1);
        }
    }

    /** 3 of 6 by log-likelihood, 1 by log-likelihood per character, as the harness says. */
    @Test
    void itsResultIsOneOfBothAndTheOtherStandsBesideIt() throws IOException {
        Path rows = resource("rows.jsonl");
        Choices byLikelihood = choices("{path: " + rows + "}");
        List<CaseResult> results = answered(byLikelihood);
        assertThat(byLikelihood.result(results).sentence(null))
                .isEqualTo("50.0 % acc of 6 (95 %: 18.8–81.2), acc_norm 16.7 %");
        Choices byCharacter = choices("{path: " + rows + ", measure: acc-norm}");
        assertThat(byCharacter.result(answered(byCharacter)).measure().value()).isCloseTo(1 / 6.0, within(1e-12));
        assertThat(byLikelihood.read(byLikelihood.result(results).json())).contains(byLikelihood.result(results));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"query\": \"Q\", \"choices\": [\"a\", \"b\"], \"gold\": 1} | Q | b",
                "{\"subject\": \"high_school_physics\", \"question\": \" Q \", \"choices\": [\"x\", \"y\"], \"answer\": \"B\"}"
                        + " | Q~A. x~B. y~Answer: | B",
                "{\"question\": \"Q\", \"choices\": [\"x\", \"y\"], \"answer\": 0} | Q~A. x~B. y~Answer: | A",
                "{\"Text\": \"글\", \"Question\": \"맞나?\", \"Answer\": \"TRUE\"} | 글 질문: 맞나? 답변:_ | 예",
                "{\"sentence\": \"비가 왔다.\", \"question\": \"결과\", \"1\": \"젖었다.\", \"2\": \"말랐다.\", \"Answer\": \"1\"}"
                        + " | 비가 왔다.  그래서 | 젖었다.",
                "{\"context\": \"글\", \"choice1\": \"a\", \"choice2\": \"b\", \"choice3\": \"c\", \"choice4\": \"d\", \"label\": \"3\"}"
                        + " | 문장: 글 | d",
                "{\"ID\": \"1\", \"Label\": \"1\", \"Text\": \"좋아요\"} | 문장: 좋아요 긍부정: | 긍정",
                "{\"Target\": \"배\", \"SENTENCE1\": \"하나\", \"SENTENCE2\": \"둘\", \"ANSWER\": \"False\"}"
                        + " | 문장1: 하나 문장2: 둘 두 문장에서 배가 같은 뜻으로 쓰였나? | 아니오",
            })
    void rowsOfTheUsualSetsAreRecognisedByTheirColumns(String row, String text, String answer) throws IOException {
        CaseResult result = answered(choices("{path: " + file(row) + "}")).get(0);
        assertThat(result.prompt()).isEqualTo(text.replace('~', '\n').replace('_', ' '));
        assertThat(result.expected()).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"query\": \"Q\", \"choices\": [\"a\", \"b\"], \"gold\": 2} | the right answer is choice 2, counted from 0, but there are only 2 choices",
                "{\"query\": \"Q\", \"choices\": [\"a\", \"b\"], \"gold\": \"x\"} | column gold (x) must be the number of a choice",
                "{\"query\": \"Q\", \"choices\": [\"a\"], \"gold\": 0} | column choices must be a list of 2 to 26 texts",
                "{\"query\": \"\", \"choices\": [\"a\", \"b\"], \"gold\": 0} | column query must be a text that is not empty",
                "{\"query\": \"Q\", \"choices\": [\"a\", \"b\"]} | column gold is missing; a row of this file is {query, choices, gold}",
            })
    void aRowThatCannotBeUsedIsNamedBeforeAnythingIsComputed(String row, String message) throws IOException {
        Path rows = file("{\"query\": \"Q\", \"choices\": [\"a\", \"b\"], \"gold\": 0}", row);
        assertThatThrownBy(() -> answered(choices("{path: " + rows + "}")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(rows + ":2: " + message);
    }

    @Test
    void unknownColumnsAreAnsweredWithTheKnownOnes() throws IOException {
        Path rows = file("{\"frage\": \"Q\", \"antwort\": 0}");
        assertThatThrownBy(() -> answered(choices("{path: " + rows + "}")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(
                        rows + ":1: has the columns frage, antwort, which are not those of a multiple-choice row")
                .hasMessageContaining("{query, choices, gold} (plain)");
    }

    @Test
    void aQuestionIsNotShownItsOwnAnswerAndExamplesMayBeOfItsSubject() throws IOException {
        Path rows = file(
                "{\"subject\": \"law\", \"question\": \"one\", \"choices\": [\"x\", \"y\"], \"answer\": 0}",
                "{\"subject\": \"art\", \"question\": \"two\", \"choices\": [\"x\", \"y\"], \"answer\": 0}",
                "{\"subject\": \"law\", \"question\": \"three\", \"choices\": [\"x\", \"y\"], \"answer\": 0}");
        String examples = "examples: {path: " + rows + ", count: 1, same: subject}";
        assertThatThrownBy(() -> answered(choices("{path: " + rows + ", " + examples + "}")))
                .hasMessageStartingWith(rows + ":2: needs 1 examples, but " + rows
                        + " has only 0 other rows whose subject is art; lower examples.count");
    }

    private List<CaseResult> answered(Choices task) throws IOException {
        try (LoadedModel model = EvaluatedModel.open(EvaluatedModel.in(folder.resolve("model")));
                CaseSource source = task.open(model)) {
            return source.answer(0, source.count(), () -> false).orElseThrow();
        }
    }

    private static Choices choices(String yaml) {
        return Settings.parse("tasks.yaml", "choices: " + yaml)
                .bind(EvaluationTask.Group.class)
                .value()
                .choices()
                .get(0);
    }

    private Path resource(String name) throws IOException {
        try (InputStream in = ChoicesTest.class.getResourceAsStream(name)) {
            return Files.write(folder.resolve(name), in.readAllBytes());
        }
    }

    private Path file(String... rows) throws IOException {
        return Files.write(folder.resolve("questions.jsonl"), List.of(rows));
    }
}
