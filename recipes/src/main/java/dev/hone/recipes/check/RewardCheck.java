package dev.hone.recipes.check;

import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.recipes.audit.AuditLimits;
import dev.hone.recipes.audit.AuditReport;
import dev.hone.recipes.audit.RewardAudit;
import dev.hone.recipes.reward.RewardTerm;
import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.Rule;
import dev.hone.recipes.run.RunFile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * An audit of the rewards that a run is to learn from: those that say whether an answer is right are asked about the rows' own answers
 * and about wrong ones. A model that learns from a reward learns its errors first, so a run does not begin with one that makes many.
 */
record RewardCheck(RunFile file, BooleanSupplier stop) {
    /** What is wrong with the rewards; nothing where the run has none that can be audited. */
    List<Issue> issues() {
        List<Issue> issues = new ArrayList<>();
        if (!file.kind().isSampled()) {
            return issues;
        }
        for (RewardTerm term : file.rewards().rewards()) {
            if (term.weight() > 0 && term.kind().isAudited()) {
                issue(term, issues);
            }
        }
        return issues;
    }

    private void issue(RewardTerm term, List<Issue> issues) {
        JsonlFile rows;
        try {
            rows = file.data().trainFiles().get(0).open();
        } catch (DataException e) { // reported where rows are read
            return;
        }
        try {
            RewardAudit audit = RewardAudit.of(rows, List.of(term), RewardAudit.Replay.plain(), stop);
            if (audit.exceeds(AuditLimits.USUAL)) {
                issues.add(Issue.refuse(
                        Rule.REWARD,
                        "rewards",
                        new AuditReport(audit, AuditLimits.USUAL)
                                        .verdicts().stream().map(String::strip).collect(Collectors.joining("; "))
                                + " (./hone audit " + rows.path() + " --reward "
                                + term.kind().name()
                                + " shows examples)"));
            }
        } catch (DataException e) {
            issues.add(Issue.refuse(Rule.DATA, e.place(), e.reason()));
        }
    }
}
