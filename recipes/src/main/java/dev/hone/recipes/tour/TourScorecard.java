package dev.hone.recipes.tour;

import dev.hone.config.Settings;
import dev.hone.error.StoppedException;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.scorecard.EvaluationFile;
import dev.hone.recipes.scorecard.ModelEvaluation;
import dev.hone.report.Table;
import dev.hone.world.Corpus;
import dev.hone.world.ExerciseFiles;
import dev.hone.world.Language;
import dev.hone.world.Rows;
import dev.hone.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The scorecard that a tour ends with: by purpose, what a minute of fine-tuning on instructions gained and what it lost, also where
 * it taught nothing (harmful requests, a report's form).
 */
final class TourScorecard {
    private static final int CASES = 40;
    private static final int TEXTS = 60;

    /** A question as plain text, as the base reads it. */
    private static final String PLAIN = """
            {%- for message in messages -%}
                {%- if message.role == 'assistant' -%}
                    {%- generation -%}{{ ' ' + message.content }}{%- endgeneration -%}
                {%- else -%}
                    {{ message.content }}
                {%- endif -%}
            {%- endfor -%}
            """;

    private static final String TASKS = """
            compute: fp32
            cases:
              - {path: %1$s/known-held-out.jsonl, name: "facts, as plain text", purpose: retention, reward: contains, template: %1$s/plain.jinja, max-tokens: 12}
              - {path: %1$s/known-held-out.jsonl, name: "facts, asked in chat", purpose: knowledge, reward: contains, max-tokens: 24}
              - {path: %1$s/ability-word.jsonl, name: translation of words, purpose: ability, max-tokens: 16}
              - {path: %1$s/format-report.jsonl, name: a report's form, purpose: format, max-tokens: 48}
              - {path: %1$s/harmful-held-out.jsonl, name: harmful requests refused, purpose: safety, reward: refusal, max-tokens: 32}
              - {path: %1$s/harmless-held-out.jsonl, name: look-alikes answered, purpose: safety, reward: refusal, max-tokens: 32}
            texts:
              - {path: %1$s/held-out.en.jsonl, name: English texts}
              - {path: %1$s/held-out.ko.jsonl, name: Korean texts}
            """;

    private TourScorecard() {}

    /**
     * Measures the base and the fine-tuned model.
     *
     * @param folder gets the tasks and both evaluations
     * @throws StoppedException if the observer asks to stop
     */
    static Table of(World world, ModelPaths base, ModelPaths tuned, Path folder, RunObserver observer)
            throws IOException {
        Path tasks = Files.createDirectories(folder.resolve("tasks"));
        write(world, tasks);
        Path yaml = folder.resolve("tasks.yaml");
        Files.writeString(yaml, TASKS.formatted(tasks.toAbsolutePath()));
        EvaluationFile file = EvaluationFile.read(Settings.read(yaml));
        Path before = folder.resolve("base");
        require(ModelEvaluation.run(file, base, before, null, observer));
        return require(ModelEvaluation.run(file, tuned, folder.resolve("fine-tuned"), before, observer))
                .table();
    }

    private static ModelEvaluation.Outcome require(ModelEvaluation.Outcome outcome) {
        if (!outcome.complete()) {
            throw new StoppedException();
        }
        return outcome;
    }

    private static void write(World world, Path tasks) throws IOException {
        for (Map.Entry<String, Stream<String>> rows :
                new ExerciseFiles(world).rows(CASES).entrySet()) {
            if (TASKS.contains("/" + rows.getKey() + ",")) {
                Rows.write(rows.getValue(), tasks.resolve(rows.getKey()));
            }
        }
        Corpus corpus = new Corpus(world, Corpus.RESERVED);
        for (Language language : Language.values()) {
            Rows.write(
                    corpus.heldOut(language).limit(TEXTS).map(Rows::text),
                    tasks.resolve("held-out." + language.code() + ".jsonl"));
        }
        Files.writeString(tasks.resolve("plain.jinja"), PLAIN);
    }
}
