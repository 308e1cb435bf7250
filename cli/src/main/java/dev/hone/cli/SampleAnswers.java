package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.recipes.sample.SampleFiles;
import dev.hone.reward.Reward;
import dev.hone.reward.shape.OpenedReward;
import dev.hone.rollout.BestOf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers tasks several times and keeps the best answers as training rows. */
@Command(
        name = "sample",
        description =
                "Answer each task of a file several times, score the answers, and keep the best as rows to train on.",
        footer = {
            "",
            "Tasks are rows {\"prompt\", \"answer\"}, or {\"messages\"} whose last turn is the answer. Rewards:",
            "  exact          the answer, whatever the white space",
            "  contains       says the answer somewhere, in whatever case",
            "  numeric        the last number is the answer's last number",
            "  maths          the answer's value as the final answer, in whatever form",
            "  em             the answer but for case, punctuation, articles (SQuAD, KorQuAD)",
            "  f1             the answer's words, of a Korean one its characters",
            "  chrf           overlap with the answer in character n-grams, for translations",
            "  rouge-l        overlap with the answer in order, for summaries",
            "  refusal        refuses where the column refuse is true, else replies",
            "  refusal:true   the same for all tasks; refusal:false replies",
            "  tone:STYLE     the share of sentences in 합니다체, 해요체, 해체 or 한다체",
            "  language       the share in the prompt's language; language:ko in this one",
            "  form:FILE      a fixed form, whose headings are the lines of a file",
            "  json           the same JSON value as the answer",
            "  schema         JSON alone that the row's column schema, a JSON Schema, accepts",
            "  schema:FILE    the same, with one schema for all tasks",
            "  pattern:REGEX  found in the completion",
            "  code           a program that passes the row's tests (HONE_RUN_CODE=1)",
            "  code-share     the share of the row's tests that it passes",
            "  model:FOLDER   the score of a reward model, the result of method: reward",
            "  judge:FOLDER   whether another model calls it right; judge:FILE asks its own",
            "  format         reasoning in <think>; format:strict, and the answer in <answer>",
            "  tag-count      each of these four tags once",
            "  after-think:REWARD, answer-tag:REWARD  REWARD of the answer alone",
            "  overlong:MOST/MARGIN  a penalty on more than MOST tokens",
            "  cosine:MOST/REWARD    REWARD, worth more in few tokens",
            "  repetition     a penalty on n-grams of tokens that come again",
            "  class:NAME     a Java class of yours; class:NAME:TEXT gives it a text",
            "  command:LINE   a shell command from {…, \"completion\"} to {\"score\"}, by line",
            "docs/rewards.md says more of each.",
            "",
            "Example:",
            "  ./hone sample --model MODEL --tasks sums.jsonl --reward numeric \\",
            "    --completions 8 --output runs/round-1",
            "  ./hone train round-1.yaml  # with data: {train: runs/round-1/kept.jsonl}"
        })
final class SampleAnswers extends Verb {
    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--tasks", required = true, paramLabel = "FILE", description = "What to answer, as JSONL.")
    private Path tasks = Path.of("");

    @Option(names = "--reward", required = true, paramLabel = "REWARD", description = "What an answer is scored by.")
    private String reward = "";

    @Option(
            names = "--answer",
            paramLabel = "COLUMN",
            defaultValue = "answer",
            description = "The column with the right answer (answer).")
    private String column = "answer";

    @Option(names = "--completions", defaultValue = "8", description = "Answers to each task (8).")
    private int completions = 8;

    @Option(names = "--keep", defaultValue = "1", description = "Answers kept of each task at most (1).")
    private int keep = 1;

    @Option(names = "--threshold", defaultValue = "1", description = "The lowest score that is kept (1).")
    private double threshold = 1;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Where samples.jsonl, kept.jsonl and pairs.jsonl (for dpo) go.")
    private Path output = Path.of("");

    @Option(names = "--json", description = "Print what was sampled as one JSON object.")
    private boolean json;

    @Override
    Exit run() throws IOException {
        sampling.check();
        within("--completions", completions, 1, 100_000);
        within("--keep", keep, 1, 100_000);
        if (!Double.isFinite(threshold)) {
            throw new ConfigurationException("--threshold (" + threshold + ") must be a number");
        }
        ResultPlace place = options.readBeside(ResultPlace.of(output).reading("--tasks", tasks));
        place.requireFor(SampleFiles.NAMES);
        if (!SampleFiles.madeIn(output)) {
            place.requireFree(SampleFiles.NAMES);
        }
        try (Interruption interruption = Interruption.watch(err());
                Reward scorer = openReward()) {
            Terminal terminal = new Terminal(err(), interruption);
            try (LoadedModel model = options.openToGenerate(terminal)) {
                RejectionSampling.SamplePlan plan = new RejectionSampling.SamplePlan(
                        completions, sampling.sampling(), sampling.maxTokens(), new BestOf(keep, threshold));
                Reward opened = RewardChoice.of(reward).opened(scorer, OpenedReward.openingOf(model.template()));
                RejectionSampling sampled = RejectionSampling.draw(model, tasks, opened, plan, terminal);
                SampleFiles.save(sampled, output);
                if (json) {
                    print(object(sampled));
                } else {
                    out().println(summary(sampled));
                }
            }
            return terminal.getAsBoolean() ? Exit.INTERRUPTED : Exit.DONE;
        }
    }

    private Reward openReward() {
        try {
            return RewardChoice.of(reward).open(column);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--reward " + e.getMessage(), e);
        }
    }

    private ObjectNode object(RejectionSampling sampled) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("tasks", sampled.samples().size())
                .put("samples", sampled.samples().stream().mapToLong(List::size).sum())
                .put("mean-score", sampled.meanReward())
                .put("unjudged", sampled.unjudged())
                .put("kept", sampled.keptSamples())
                .put("output", output.toString());
    }

    private String summary(RejectionSampling sampled) {
        long kept = sampled.keptSamples();
        long with = sampled.kept().stream().filter(of -> !of.isEmpty()).count();
        return sampled.describe()
                + String.format(
                        Locale.ROOT, "%n%,d answers of %,d tasks kept in %s", kept, with, output.resolve("kept.jsonl"));
    }
}
