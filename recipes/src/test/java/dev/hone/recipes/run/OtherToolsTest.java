package dev.hone.recipes.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Problem;
import dev.hone.config.Settings;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherToolsTest {
    private static final Pattern PATH = Pattern.compile("here it is ([a-z.-]+)");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            num_train_epochs: 3                | num_train_epochs is not a setting; here it is training.epochs
            lora_rank: 8                       | lora_rank is not a setting; here it is adapter.rank
            model_name_or_path: q              | model_name_or_path is not a setting; here it is model
            lr: 1                              | lr is not a setting; here it is training.learning-rate
            warmup_ratio: 0.1                  | warmup_ratio is not a setting; here it is training.schedule.warmup
            cutoff-len: 9                      | cutoff-len is not a setting; here it is data.max-tokens
            load_in_4bit: true                 | load_in_4bit is not a setting; a quantised base cannot be trained yet; leave it out (training.recompute: layers saves memory)
            adapter: {r: 8}                    | adapter.r is not a setting; here it is adapter.rank
            adapter: {target_modules: [q_proj]} | adapter.target_modules is not a setting; here it is adapter.targets
            training: {num_epochs: 2}          | training.num_epochs is not a setting; here it is training.epochs
            report_to: wandb                   | report_to is not a setting; metrics.jsonl, TensorBoard events and curves are always written to output, a line a step; leave it out
            """)
    void aKeyOfAnotherToolIsAnsweredWithOurs(String line, String answer) {
        assertThat(problems("method: sft\nmodel: m\noutput: o\ndata: {train: rows.jsonl}\n" + line + "\n"))
                .containsExactly(answer);
    }

    @Test
    void aMethodThatIsALossOfAnotherIsNotTakenForATypingError() {
        assertThat(problems("method: dr-grpo\nmodel: m\noutput: o\ndata: {train: rows.jsonl}\n"))
                .singleElement()
                .asString()
                .startsWith("method (dr-grpo) is a loss of grpo here: method: grpo, grpo: {loss: dr-grpo}")
                .doesNotContain("did you mean");
    }

    @Test
    void aTypingErrorIsStillOne() {
        assertThat(problems("method: ofpo\nmodel: m\noutput: o\ndata: {train: rows.jsonl}\n"))
                .singleElement()
                .asString()
                .endsWith("did you mean orpo?");
    }

    @Test
    void whatMayBeWrittenIsListedToTheLast() {
        assertThat(problems("method: sft\nmodel: m\noutput: o\ndata: {train: r}\ntraining: {zzzzzz: 1}\n"))
                .singleElement()
                .asString()
                .contains("workers, recompute, memory, keep-checkpoints")
                .doesNotContain("…");
    }

    @Test
    void oneFileIsAllowedWhereAListIs() {
        assertThat(problems("method: sft\nmodel: m\noutput: o\n"))
                .containsExactly("data.train names no file; it must be a path or a list of them");
    }

    /** Whatever an answer names can be written. */
    @Test
    void everySettingThatIsNamedExists() {
        String schema = RunFileSchema.generate().toString();
        OtherTools.SYNONYMS.keys().forEach((key, answer) -> {
            Matcher path = PATH.matcher(answer);
            if (path.find()) {
                for (String step : path.group(1).split("\\.", -1)) {
                    assertThat(schema).as("%s: %s", key, answer).contains("\"" + step + "\":{");
                }
            }
        });
    }

    private static List<String> problems(String yaml) {
        ConfigurationException wrong = catchThrowableOfType(
                ConfigurationException.class, () -> RunFile.read(Settings.parse("run.yaml", yaml)));
        return wrong.problems().stream().map(Problem::message).toList();
    }
}
