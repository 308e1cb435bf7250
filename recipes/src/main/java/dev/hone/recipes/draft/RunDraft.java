package dev.hone.recipes.draft;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.hone.data.row.Prompts;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.RowType;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.statistics.DataStatistics;
import dev.hone.recipes.statistics.Distribution;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run's file for some data: the method that its kind of rows is for, lengths and steps by how long and how many they are, and in comments
 * why. What it does not say has its default.
 */
public final class RunDraft {
    private static final int DEFAULT_LENGTH = 1024;
    /** Held-out rows that are enough to see a loss move, and not too many to measure it often. */
    private static final int MOST_HELD_OUT = 200;

    private final DraftedData data;
    private final Path path;
    private final @Nullable Path model;
    private final @Nullable Distribution tokens;
    private final DataStatistics statistics;

    private RunDraft(DraftedData data, Path path, @Nullable Path model, DataStatistics statistics) {
        this.data = data;
        this.path = path;
        this.model = model;
        this.statistics = statistics;
        this.tokens = statistics.tokens();
    }

    /**
     * Drafts the run's file.
     *
     * @param model whose tokenizer counts lengths; null: a place for it is left
     * @throws DataException where it is not known what the rows are for, or no method here is
     */
    public static String of(Path path, @Nullable Path model, RunObserver observer) {
        DraftedData data = DraftedData.open(path);
        method(data);
        if (model == null || data.type().type() == RowType.PROMPT) {
            return new RunDraft(data, path, model, DataStatistics.of(List.of(data.some()), null, List.of(), observer))
                    .yaml();
        }
        try (Tokenizer tokenizer = TokenizerFile.open(model)) {
            RowRenderer renderer = new RowRenderer(
                            tokenizer, TemplateChoice.named("auto", model, tokenizer), TrainOn.REPLIES)
                    .with(asksInTemplate(data, model) ? Prompts.CHAT : Prompts.TEXT);
            return new RunDraft(
                            data, path, model, DataStatistics.of(List.of(data.some()), renderer, List.of(), observer))
                    .yaml();
        }
    }

    private static String method(DraftedData data) {
        return switch (data.type().type()) {
            case TEXT -> "cpt";
            case PROMPT_COMPLETION, CONVERSATION, INSTRUCTION -> "sft";
            case PAIR -> "dpo";
            case LABELLED -> "kto";
            case PROMPT -> {
                if (!data.hasAnswers()) {
                    throw DataException.at(
                            data.file().place(0),
                            "is a prompt alone: its completions are sampled and judged, and there is no column answer to judge"
                                    + " them by; docs/rewards.md shows rewards that need none");
                }
                yield "grpo";
            }
            case STEPWISE, UNKNOWN ->
                throw DataException.at(
                        data.file().place(0),
                        "is one of " + data.type().description() + ", which no method here learns from");
        };
    }

    private String yaml() {
        String method = method(data);
        StringBuilder yaml = new StringBuilder();
        line(
                yaml,
                "",
                "# Drafted by ./hone init for " + path + ": " + data.file().described() + ", "
                        + String.format(Locale.ROOT, "%,d rows.", data.file().rows()));
        line(
                yaml,
                "",
                "# ./hone check "
                        + "RUN.yaml shows what would be trained and what is wrong with it; docs/run-file.md has all keys.");
        line(yaml, "method: " + method, why(method));
        line(
                yaml,
                "model: " + (model == null ? "models/base" : text(model.toString())),
                model == null ? "CHANGE THIS: a folder with config.json, model.safetensors and tokenizer.json" : "");
        line(yaml, "output: " + text("runs/" + name()), "the run's folder; its result is output/final");
        yaml.append('\n');
        data(yaml, method);
        yaml.append('\n');
        line(yaml, "adapter: {rank: 16, alpha: 32}", "LoRA; leave it out to train all weights");
        yaml.append('\n');
        training(yaml, method);
        if (method.equals("grpo")) {
            yaml.append('\n');
            line(
                    yaml,
                    "rewards: numeric",
                    "the last number of a completion is that of answer; docs/rewards.md has others");
            line(
                    yaml,
                    "rollout: {group-size: 4, max-completion-tokens: 256}",
                    "completions of each prompt, judged against each other");
        }
        return yaml.toString();
    }

    private static String why(String method) {
        return switch (method) {
            case "cpt" -> "continued pre-training: texts, all of whose tokens are trained";
            case "sft" -> "supervised fine-tuning: the replies are trained";
            case "dpo" -> "pairs of answers; simpo, cpo, orpo and reward read the same rows";
            case "kto" -> "answers that are labelled good or bad";
            default -> "completions are sampled, and learned from by their reward";
        };
    }

    private void data(StringBuilder yaml, String method) {
        line(yaml, "data:", "");
        line(yaml, "  train: " + text(path.toString()), "");
        Map<String, String> columns = data.columns().names();
        if (!columns.isEmpty()) {
            line(
                    yaml,
                    "  columns: {"
                            + columns.entrySet().stream()
                                    .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
                                    .collect(Collectors.joining(", "))
                            + "}",
                    data.origin());
        }
        int rows = data.file().rows();
        if (holdsOut()) {
            double share = Math.min(0.05, (double) MOST_HELD_OUT / rows);
            line(
                    yaml,
                    String.format(Locale.ROOT, "  evaluate: {share: %s}", rounded(share)),
                    String.format(
                            Locale.ROOT, "about %,d rows are measured and not trained on", Math.round(share * rows)));
        } else {
            line(yaml, "", "  # evaluate: a file of rows to measure on; there are too few here to hold any out");
        }
        if (method.equals("cpt")) {
            line(yaml, "", "  # replay: {path: general.jsonl, share: 0.1}   general text, so that it is not forgotten");
        }
        if (asksInTemplate(data, model)) {
            line(
                    yaml,
                    "  prompts: chat",
                    "prompt and completion as a user's and an assistant's turn; text: as they stand");
        }
        lengths(yaml, method);
        int unreadable = statistics.unreadable().count();
        if (unreadable > 0) {
            line(
                    yaml,
                    "",
                    String.format(
                            Locale.ROOT,
                            "  # %,d of the %,d rows that were looked at cannot be read as they are; ./hone check says which and why, such as:",
                            unreadable,
                            statistics.rows()));
            line(yaml, "", "  # " + statistics.unreadable().examples().get(0).replaceAll("\\s+", " "));
        }
    }

    /** Whether prompts that are strings are asked in the chat template, which there is unless the model says otherwise. */
    private static boolean asksInTemplate(DraftedData data, @Nullable Path model) {
        return data.type().type() == RowType.PROMPT_COMPLETION
                && data.file().row(0).path("prompt").isTextual()
                && (model == null || ChatTemplate.existsIn(model));
    }

    private void lengths(StringBuilder yaml, String method) {
        if (tokens == null || tokens.count() == 0) {
            line(yaml, "  max-tokens: " + DEFAULT_LENGTH, "of the longest row; ./hone init with --model counts them");
            line(
                    yaml,
                    "  on-overflow: " + overflow(method),
                    "what becomes of a longer one: refuse, truncate, drop, split (texts)");
            return;
        }
        int sides = method.equals("dpo") ? 2 : 1; // whose tokens are counted together
        int longest = rounded((int) Math.ceil(tokens.percentile(100) / (double) sides * (sides == 1 ? 1 : 1.5)));
        int nearly = rounded((int) Math.ceil(tokens.percentile(99) / (double) sides));
        int context = model == null ? 0 : Start.BASE.config(model).shape().maxPositions();
        int most = context > 0 ? context : Integer.MAX_VALUE;
        boolean texts = method.equals("cpt");
        int chosen =
                Math.min(most, texts ? Math.min(DEFAULT_LENGTH, longest) : longest <= 2 * nearly ? longest : nearly);
        line(
                yaml,
                "  max-tokens: " + Math.max(16, chosen),
                String.format(
                        Locale.ROOT,
                        "rows have %,d (median), %,d (95 %%), %,d (longest of those looked at)%s",
                        tokens.percentile(50) / sides,
                        tokens.percentile(95) / sides,
                        tokens.percentile(100) / sides,
                        context > 0 ? String.format(Locale.ROOT, "; the model reads %,d", context) : ""));
        line(
                yaml,
                "  on-overflow: " + overflow(method),
                "what becomes of a longer row: refuse, truncate, drop, split (texts)");
        if (texts) {
            line(yaml, "  packing: true", "several short texts in one row; none sees another");
        }
    }

    private static String overflow(String method) {
        return method.equals("cpt") ? "split" : method.equals("sft") ? "truncate" : "drop";
    }

    private void training(StringBuilder yaml, String method) {
        int rows = data.file().rows();
        int perStep = method.equals("grpo") ? 16 : rows < 400 ? 4 : rows < 5_000 ? 8 : rows < 50_000 ? 16 : 32;
        int epochs = method.equals("cpt") || method.equals("grpo") || rows >= 10_000 ? 1 : rows >= 1_000 ? 2 : 3;
        long steps = Math.max(1, (long) rows * epochs * (method.equals("grpo") ? 4 : 1) / perStep);
        long every = Math.max(1, Math.min(500, steps / 10));
        line(yaml, "training:", "");
        line(
                yaml,
                "  epochs: " + epochs,
                String.format(Locale.ROOT, "about %,d steps%s", steps, method.equals("cpt") ? ", fewer packed" : ""));
        line(yaml, "  rows-per-step: " + perStep, "what other tools call the effective batch size");
        line(
                yaml,
                "",
                "  # learning-rate: left out, it is the usual one of the method and the adapter; ./hone train says which");
        line(
                yaml,
                "  evaluate-every: " + (holdsOut() ? every : 0),
                holdsOut() ? "" : "nothing is held out to measure on");
        line(yaml, "  checkpoint-every: " + every, "the same command goes on from the last one");
    }

    /** Whether there are rows enough to measure on some of them. */
    private boolean holdsOut() {
        return data.file().rows() >= 40;
    }

    private String name() {
        String file =
                String.valueOf(path.getFileName()).replaceAll("(\\.(gz|zst|jsonl?|csv|tsv|parquet|sql|txt))+$", "");
        String plain = file.replaceAll("[^\\p{L}\\p{N}_-]+", "-").replaceAll("^-+|-+$", "");
        return plain.isEmpty() ? "first" : plain;
    }

    /** The next multiple of 64. */
    private static int rounded(int tokens) {
        return (tokens + 63) / 64 * 64;
    }

    private static String rounded(double share) {
        return new BigDecimal(share)
                .round(new MathContext(1))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** A value that YAML reads as this text, whatever is in it. */
    private static String text(String value) {
        return value.matches("[\\p{L}\\p{N}_./][\\p{L}\\p{N}_./ -]*")
                        && !value.matches("[0-9.]+|true|false|null|.*\\s")
                        && !value.contains(": ")
                ? value
                : TextNode.valueOf(value).toString();
    }

    private static void line(StringBuilder yaml, String setting, String comment) {
        if (setting.isEmpty()) {
            yaml.append(comment).append('\n');
            return;
        }
        yaml.append(comment.isEmpty() ? setting : String.format("%-39s  # %s", setting, comment))
                .append('\n');
    }
}
