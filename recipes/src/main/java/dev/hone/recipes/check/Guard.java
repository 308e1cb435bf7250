package dev.hone.recipes.check;

import dev.hone.config.DataException;
import dev.hone.data.Row;
import dev.hone.data.RowRenderer;
import java.util.List;
import java.util.Set;

/** Stands before a run's rows, those too that were not looked at beforehand, and lets none pass that a check would refuse. */
public final class Guard implements RowRenderer.Inspector {
    private final List<RowRule> rules;
    private final Set<Flaw> accepted;

    public Guard(Setting setting, Set<Flaw> accepted) {
        this.rules = setting.lasting();
        this.accepted = Set.copyOf(accepted);
    }

    @Override
    public void inspect(Row row, RowRenderer.Rendered rendered, String place) {
        for (RowRule rule : rules) {
            rule.complaint(row, rendered, place).filter(this::refused).ifPresent(complaint -> {
                throw new DataException(complaint + " (" + complaint.flaw().label() + ")");
            });
        }
    }

    private boolean refused(Complaint complaint) {
        return complaint.severity() == Complaint.Severity.REFUSE && !accepted.contains(complaint.flaw());
    }
}
