package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.util.List;
import java.util.Set;

/** Stands before a run's rows, those too that were not looked at beforehand, and lets none pass that a check would refuse. */
public final class RowGuard implements RowRenderer.Inspector {
    private final List<RowRule> rules;
    private final Set<Rule> accepted;

    public RowGuard(List<RowRule> rules, Set<Rule> accepted) {
        this.rules = List.copyOf(rules);
        this.accepted = Set.copyOf(accepted);
    }

    @Override
    public void inspect(Row row, RowRenderer.Rendered rendered, String place) {
        for (RowRule rule : rules) {
            rule.complaint(row, rendered, place).filter(this::refused).ifPresent(complaint -> {
                throw DataException.at(
                        complaint.place(),
                        complaint.message() + " (" + complaint.flaw().label() + ")");
            });
        }
    }

    private boolean refused(Issue complaint) {
        return complaint.severity() == Issue.Severity.REFUSE && !accepted.contains(complaint.flaw());
    }
}
