package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.data.row.ColumnMapping;
import dev.hone.data.row.JsonlFile;
import dev.hone.recipes.audit.AnswerForm;
import dev.hone.recipes.audit.AuditLimits;
import dev.hone.recipes.audit.AuditReport;
import dev.hone.recipes.audit.RewardAudit;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.recipes.reward.RewardTerm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a reward gets wrong, before a model learns from it. */
@Command(
        name = "audit",
        description =
                "Replay right and wrong answers through a reward, and show which right ones it refuses and which wrong ones it"
                        + " accepts: a model that learns from it learns that first.",
        footer = {
            "",
            "Right answers are the rows' own, alone, in sentences, marked up and spelt in other ways; wrong ones are",
            "other rows', changed numbers, nothing, the prompt, and answers that say several things. Where a reward is",
            "wrong too often the exit code is 3.",
            "",
            "Examples:",
            "  ./hone audit gsm8k.jsonl --prompt question --reward numeric",
            "  ./hone audit sums.jsonl --reward exact --reward contains --forms plain",
            "  ./hone audit sums.jsonl --reward judge:judge.yaml --rows 20 \\",
            "    --completions labelled.jsonl"
        })
final class AuditReward extends Verb {
    @Parameters(index = "0", paramLabel = "FILE", description = "Tasks with their answers, as JSONL.")
    private Path file = Path.of("");

    @Option(
            names = "--reward",
            required = true,
            paramLabel = "REWARD",
            description = "What to audit, as in sample; may be given several times.")
    private List<String> rewards = List.of();

    @Option(names = "--prompt", paramLabel = "COLUMN", description = "The column with the question (prompt).")
    private @Nullable String prompt;

    @Option(
            names = "--answer",
            paramLabel = "COLUMN",
            defaultValue = "answer",
            description = "The column that the reward reads (answer).")
    private String column = "answer";

    @Option(
            names = "--gold",
            paramLabel = "COLUMN",
            description = "The column with the right answer to replay (that of --answer).")
    private @Nullable String gold;

    @Option(names = "--rows", defaultValue = "200", description = "At most this many rows, spread over FILE (200).")
    private int rows = 200;

    @Option(
            names = "--forms",
            paramLabel = "WHICH",
            defaultValue = "all",
            description = "all, plain (the answer and nothing else) or none (all).")
    private String forms = "all";

    @Option(
            names = "--completions",
            paramLabel = "FILE",
            description = "Rows with completion and right (true or false) beside the task, to replay too.")
    private @Nullable Path completions;

    @Option(
            names = "--threshold",
            paramLabel = "SCORE",
            description = "The lowest score that counts as accepted (1; 0.5 where rewards grade).")
    private @Nullable Double threshold;

    @Option(
            names = "--max-false-negatives",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description = "The share of right answers that may be refused (0.05).")
    private double falseNegatives = 0.05;

    @Option(
            names = "--max-false-positives",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description = "The share of wrong answers that may be accepted (0.01).")
    private double falsePositives = 0.01;

    @Option(
            names = "--show",
            paramLabel = "N",
            defaultValue = "3",
            description = "Examples of what a reward refuses, and of what it accepts (3).")
    private int show = 3;

    @Option(names = "--json", description = "Print everything as one JSON object.")
    private boolean json;

    @Override
    Exit run() {
        within("--rows", rows, 1, 10_000_000);
        within("--show", show, 0, 1_000);
        AuditLimits limits = new AuditLimits(
                share("--max-false-negatives", falseNegatives), share("--max-false-positives", falsePositives));
        if (threshold != null && !Double.isFinite(threshold)) {
            throw new ConfigurationException("--threshold (" + threshold + ") must be a number");
        }
        AnswerForm.Scope scope = scope();
        if (scope == null && completions == null) {
            throw new ConfigurationException(
                    "--forms none leaves nothing to replay; give --completions FILE, or --forms plain");
        }
        RewardAudit.Replay replay = scope == null
                ? RewardAudit.Replay.known(rows, gold, threshold, completions)
                : new RewardAudit.Replay(rows, gold, threshold, scope, completions);
        try (Interruption interruption = Interruption.watchUnsaved(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            AuditReport report = new AuditReport(audit(replay, terminal), limits);
            if (json) {
                print(report.json());
            } else {
                out().println(report.text(StandardStream.OUT.tableColumns(), show));
            }
            return report.audit().exceeds(limits) ? Exit.GATE : Exit.DONE;
        }
    }

    private RewardAudit audit(RewardAudit.Replay replay, Terminal terminal) {
        try {
            List<RewardTerm> terms = new ArrayList<>();
            for (String name : rewards) {
                terms.add(new RewardTerm(RewardChoice.of(name), 1, column, null));
            }
            return RewardAudit.of(rows(), terms, replay, terminal);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--reward " + e.getMessage(), e);
        }
    }

    private JsonlFile rows() {
        JsonlFile rows = JsonlFile.open(file);
        return prompt == null ? rows : rows.with(new ColumnMapping(Map.of("prompt", prompt), false));
    }

    private AnswerForm.@Nullable Scope scope() {
        return switch (forms) {
            case "all" -> AnswerForm.Scope.ALL;
            case "plain" -> AnswerForm.Scope.PLAIN;
            case "none" -> null;
            default -> throw new ConfigurationException("--forms (" + forms + ") must be all, plain or none");
        };
    }

    private static double share(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new ConfigurationException(option + " (" + value + ") must be a share from 0 to 1");
        }
        return value;
    }
}
