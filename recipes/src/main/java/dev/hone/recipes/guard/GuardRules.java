package dev.hone.recipes.guard;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Origin;
import dev.hone.config.Problem;
import dev.hone.config.Spelling;
import dev.hone.data.loader.ReplayShare;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.guard.GuardSettings.OnForgetting;
import dev.hone.recipes.method.RewardSettings;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.DataSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What guards need to work, looked at before a run starts: every fault is reported where it is written. */
final class GuardRules {
    private final RunFile run;
    private final Configured<GuardSettings.Frame> file;
    private final GuardSettings guards;
    private final List<Problem> found = new ArrayList<>();

    GuardRules(RunFile run, Configured<GuardSettings.Frame> file) {
        this.run = run;
        this.file = file;
        this.guards = file.value().guards();
    }

    /**
     * @throws ConfigurationException with everything that cannot work
     */
    void require() {
        if (run.method() instanceof RewardSettings) {
            problem("guards", "has no effect on method reward, whose model writes nothing; leave it out");
        }
        files();
        measures();
        budgets();
        action();
        if (!found.isEmpty()) {
            throw new ConfigurationException(found);
        }
    }

    private void files() {
        for (Map.Entry<String, Path> input : file.paths().entrySet()) {
            try {
                if (JsonlFile.open(input.getValue()).rows() == 0) {
                    problem(input.getKey(), "(" + input.getValue() + ") has no rows, so nothing can be measured on it");
                }
            } catch (DataException e) {
                problem(input.getKey(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void measures() {
        List<EvaluationTask> all = new ArrayList<>(guards.retained());
        all.addAll(guards.learned());
        if (all.isEmpty() && guards.forecast() == null && guards.overfitting() == null && guards.spillOver() == null) {
            problem(
                    "guards",
                    "measures nothing; set guards.retention, guards.task, guards.forecast, guards.overfitting or"
                            + " guards.spill-over, or leave it out");
        }
        Set<String> names = new HashSet<>();
        for (EvaluationTask task : all) {
            if (!names.add(task.title())) {
                problem("guards", "has two measures called " + task.title() + "; give one of them another name");
            }
        }
        boolean isHeldOut = run.data().evaluate() != null;
        if (!isHeldOut && guards.learned().isEmpty()) {
            problem(
                    "guards",
                    "has nothing by which the best weights are chosen; set data.evaluate, whose loss falls, or"
                            + " guards.task, whose score rises");
        }
        if (!isHeldOut && guards.overfitting() != null) {
            problem("guards.overfitting", "needs held-out rows to compare with; set data.evaluate, or leave it out");
        }
    }

    private void budgets() {
        List<String> names =
                guards.retained().stream().map(EvaluationTask::title).toList();
        for (String name : guards.budgets().keySet()) {
            if (!names.contains(name)) {
                String known = names.isEmpty() ? "there are none" : "there are " + String.join(", ", names);
                String nearest = Spelling.nearest(name, names)
                        .map(one -> "; did you mean " + one + "?")
                        .orElse("");
                problem(
                        "guards.budgets",
                        "names " + name + ", which is no measure of guards.retention (" + known + ")" + nearest);
            }
        }
        if (guards.forgetAtMost() != null && names.isEmpty()) {
            problem(
                    "guards.forget-at-most",
                    "(" + guards.forgetAtMost() + ") is a budget without a measure; set guards.retention, as in"
                            + " {texts: [general.jsonl]}, or leave it out");
        }
    }

    private void action() {
        OnForgetting action = guards.onForgetting();
        if (action == OnForgetting.WARN) {
            return;
        }
        String name = "(" + action.name().toLowerCase(Locale.ROOT).replace('_', '-') + ") ";
        if (guards.forgetAtMost() == null && guards.budgets().isEmpty()) {
            problem("guards.on-forgetting", name + "has no budget to watch over; set guards.forget-at-most");
        }
        if (run.training().hyperparameters().evaluateEvery() == 0) {
            problem(
                    "guards.on-forgetting",
                    name + "has no effect where training.evaluate-every is 0, which measures once, at the end; set it");
        }
        if (action == OnForgetting.RAISE_REPLAY) {
            DataSettings.ReplaySettings replay = run.data().replay();
            if (replay == null) {
                problem(
                        "guards.on-forgetting",
                        name + "has nothing to replay; set data.replay: {path: general.jsonl, share: 5 % of the tokens"
                                + " as 0.05}, or choose warn, stop or roll-back");
            } else if (!new ReplayShare(replay.share()).canRise()) {
                problem(
                        "guards.on-forgetting",
                        name + "cannot double data.replay.share (" + replay.share() + "): at most " + ReplayShare.MOST
                                + " of the trained tokens are replayed; lower it, or choose warn, stop or roll-back");
            }
        }
    }

    private void problem(String key, String message) {
        found.add(new Problem(origin(key), message.startsWith(key) ? message : key + " " + message));
    }

    /** Where a key is written, or the group it is in. */
    private Origin origin(String key) {
        for (String at = key; !at.isEmpty(); at = at.substring(0, Math.max(0, cut(at)))) {
            Origin origin = file.origins().get(at);
            if (origin != null && origin != Origin.DEFAULT) {
                return origin;
            }
        }
        return file.origin("guards");
    }

    private static int cut(String key) {
        return Math.max(key.lastIndexOf('.'), key.lastIndexOf('['));
    }
}
