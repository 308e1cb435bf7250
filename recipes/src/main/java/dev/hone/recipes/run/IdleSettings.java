package dev.hone.recipes.run;

import dev.hone.config.Problem;
import dev.hone.config.Settings;
import dev.hone.error.HoneException;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.objective.Divergence;
import dev.hone.objective.Dpo;
import dev.hone.objective.PreferenceLoss;
import dev.hone.recipes.method.DistillSettings;
import dev.hone.recipes.method.DpoSettings;
import dev.hone.recipes.method.Method;
import dev.hone.recipes.method.RewardSettings;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.Count;
import dev.hone.recipes.settings.TrainingSettings;
import dev.hone.train.Hyperparameters;
import dev.hone.train.Optimizer;
import dev.hone.train.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The settings of a run file that are not at their defaults and yet change nothing beside the others: a run that ignored them
 * would not be the one that was asked for. Each is refused where it stands.
 *
 * <p>A default is never refused, so that a file which spells out everything, such as {@code run-resolved.yaml}, can be read.
 */
final class IdleSettings {
    /** The losses that read {@code smoothing}. */
    private static final Set<PreferenceLoss> SMOOTHED = EnumSet.of(
            PreferenceLoss.CDPO,
            PreferenceLoss.ROBUST,
            PreferenceLoss.EXO_PAIR,
            PreferenceLoss.AOT,
            PreferenceLoss.AOT_UNPAIRED);

    /** The losses of the difference of log-ratios, of which a divergence makes something else. */
    private static final Set<PreferenceLoss> DIVERGENT = EnumSet.of(
            PreferenceLoss.SIGMOID,
            PreferenceLoss.CDPO,
            PreferenceLoss.ROBUST,
            PreferenceLoss.HINGE,
            PreferenceLoss.EXO_PAIR,
            PreferenceLoss.DISCOPOP);

    private final RunFile file;
    private final Settings settings;
    private final List<Problem> found = new ArrayList<>();

    private IdleSettings(RunFile file, Settings settings) {
        this.file = file;
        this.settings = settings;
    }

    /**
     * Every setting without effect, with its line and what to do.
     *
     * @param settings where it was written
     */
    static List<Problem> of(RunFile file, Settings settings) {
        IdleSettings idle = new IdleSettings(file, settings);
        idle.training();
        idle.method(file.method());
        idle.targets();
        return idle.found;
    }

    private void training() {
        TrainingSettings training = file.training();
        Hyperparameters plan = training.hyperparameters();
        boolean isMeasured = file.data().evaluate() != null || file.guards() != null;
        if (!isMeasured && plan.earlyStop() != null) {
            refuse(
                    "training.early-stop",
                    "has nothing to measure, so the run would never stop early; set data.evaluate or guards.task, or leave it"
                            + " out");
        } else if (plan.earlyStop() != null && plan.evaluateEvery() == 0) {
            refuse(
                    "training.early-stop",
                    "has no effect where training.evaluate-every is 0, which measures once, at the end; set it, or leave"
                            + " this out");
        }
        if (!isMeasured && plan.evaluateEvery() != 0 && plan.evaluateEvery() != defaultEvery()) {
            refuse("training.evaluate-every", "has no effect without data.evaluate; set that, or leave it out");
        }
        if (plan.checkpointEvery() == 0 && training.keepCheckpoints() != 2) {
            refuse(
                    "training.keep-checkpoints",
                    "has no effect where training.checkpoint-every is 0: a single state is saved, at the end; leave it out");
        }
        batches(training.batch(), isMeasured);
        schedule(plan.schedule());
        optimizer(plan.optimizer());
    }

    /** The interval that {@link Hyperparameters} begin with. */
    private static int defaultEvery() {
        return 50;
    }

    /** Names that no module of the model has, where the model is there to be asked. */
    private void targets() {
        if (!(file.adapter() instanceof AdapterSettings.Lora lora)
                || lora.shape().targets().equals(List.of(AdapterConfig.ALL_LINEAR))) {
            return;
        }
        ModelConfig model;
        try {
            model = file.method().start().config(file.model());
        } catch (HoneException e) { // it is made by an earlier stage, or reported when it is opened
            return;
        }
        try {
            lora.shape().requireTargets(model);
        } catch (IllegalArgumentException e) {
            found.add(new Problem(settings.origin("adapter.targets"), "adapter." + e.getMessage()));
        }
    }

    private void batches(TrainingSettings.BatchSettings batch, boolean isMeasured) {
        Count rows = batch.rowsPerBatch();
        if (!rows.isAuto() && rows.value() > batch.rowsPerStep()) {
            refuse(
                    "training.rows-per-batch",
                    "is more than training.rows-per-step (" + batch.rowsPerStep()
                            + "), and a micro-batch has at most the rows of a step; lower it, or raise that");
        }
        if (!rows.isAuto()
                && !isMeasured
                && batch.tokensPerBatch() != 2048
                && file.method().frozenPasses() == 0) {
            refuse(
                    "training.tokens-per-batch",
                    "has no effect where training.rows-per-batch is a number; leave one of them out");
        }
    }

    private void schedule(Schedule schedule) {
        String kind = "has no effect on kind " + spelled(schedule.kind()) + "; leave it out";
        boolean hasFloor = schedule.kind() != Schedule.ScheduleType.CONSTANT
                && schedule.kind() != Schedule.ScheduleType.INVERSE_SQRT;
        boolean decays = schedule.kind() == Schedule.ScheduleType.WARMUP_STABLE_DECAY;
        refuseIf(!hasFloor && schedule.floor() != 0, "training.schedule.floor", kind);
        refuseIf(!decays && schedule.decay() != 0.1, "training.schedule.decay", kind);
        refuseIf(!decays && schedule.decayShape() != Schedule.DecayShape.COSINE, "training.schedule.decay-shape", kind);
        refuseIf(
                schedule.kind() != Schedule.ScheduleType.COSINE_WITH_RESTARTS && schedule.cycles() != 1,
                "training.schedule.cycles",
                kind);
        refuseIf(
                schedule.kind() != Schedule.ScheduleType.POLYNOMIAL && schedule.power() != 1,
                "training.schedule.power",
                kind);
        refuseIf(
                decays && schedule.decay() == 0 && schedule.decayShape() != Schedule.DecayShape.COSINE,
                "training.schedule.decay-shape",
                "has no effect where decay is 0; leave it out");
    }

    private void optimizer(Optimizer.OptimizerConfig optimizer) {
        boolean isMuon = optimizer.kind() == Optimizer.OptimizerType.MUON;
        refuseIf(
                !isMuon && optimizer.momentum() != 0.95,
                "training.optimizer.momentum",
                "has no effect on kind adamw, whose momentum is the first of betas; leave it out");
        boolean onlyMatrices = file.adapter() instanceof AdapterSettings.Lora lora
                && lora.shape().type() == AdapterType.LORA
                && !(file.method() instanceof RewardSettings);
        String matrices =
                "has no effect: kind muon updates all weights of a LoRA adapter, which are matrices, and AdamW"
                        + " none; leave it out";
        refuseIf(
                isMuon && onlyMatrices && !optimizer.adamw().betas().equals(List.of(0.9, 0.999)),
                "training.optimizer.betas",
                matrices);
        refuseIf(isMuon && onlyMatrices && optimizer.adamw().epsilon() != 1e-8, "training.optimizer.epsilon", matrices);
    }

    private void method(Method method) {
        if (method instanceof DpoSettings dpo) {
            dpo(dpo.objective());
        }
        if (method instanceof DistillSettings distill && isItsOwnTeacher(distill)) {
            refuse(
                    "distill.teacher",
                    "is the model that is trained, as it is before the first step: nothing is to be learned from it; name"
                            + " another, or give it a distill.teacher-adapter");
        }
        Long steps = file.training().length().steps();
        if (steps != null && settings.has("training.steps")) {
            new RunLength(file, steps).refused().forEach(this::refuse);
        }
    }

    /** Whether teacher and student are one folder, without anything on either. */
    private boolean isItsOwnTeacher(DistillSettings distill) {
        boolean isFresh = file.adapter() == null || file.adapter() instanceof AdapterSettings.Lora;
        if (distill.teacherAdapter() != null || !isFresh) {
            return false;
        }
        try {
            return Files.isSameFile(distill.teacher(), file.model());
        } catch (IOException e) { // one of them is made by an earlier stage, or reported when it is opened
            return false;
        }
    }

    private void dpo(Dpo dpo) {
        Predicate<Set<PreferenceLoss>> any =
                readers -> dpo.loss().stream().map(Dpo.LossShare::name).anyMatch(readers::contains);
        String losses = dpo.loss().isEmpty()
                ? "an empty list of losses"
                : "loss "
                        + String.join(
                                ", ",
                                dpo.loss().stream()
                                        .map(share -> spelled(share.name()))
                                        .toList());
        if (dpo.smoothing() != 0 && !any.test(SMOOTHED)) {
            boolean plain = any.test(EnumSet.of(PreferenceLoss.SIGMOID));
            refuse(
                    "dpo.smoothing",
                    "has no effect on " + losses
                            + "; losses that expect wrong labels are cdpo (what TRL's label_smoothing"
                            + " makes of sigmoid), robust, exo-pair, aot and aot-unpaired: set dpo.loss"
                            + (plain ? ": cdpo" : " to one of them") + ", or leave it out");
        }
        refuseIf(
                dpo.divergence() != Divergence.REVERSE_KL && !any.test(DIVERGENT),
                "dpo.divergence",
                "has no effect on " + losses
                        + ", which reads log-ratios as they are; losses of their difference are sigmoid, cdpo, robust,"
                        + " hinge, exo-pair and discopop; leave it out");
        String none = "has no effect on " + losses + "; name a loss, or leave it out";
        boolean isEmpty = dpo.loss().isEmpty();
        refuseIf(isEmpty && dpo.beta() != 0.1, "dpo.beta", none);
        refuseIf(isEmpty && dpo.weighting() != Dpo.Weighting.EQUAL, "dpo.weighting", none);
        refuseIf(isEmpty && dpo.lengthDesensitisation() != 1, "dpo.length-desensitisation", none);
        for (Dpo.LossShare share : dpo.loss()) {
            refuseIf(
                    share.weight() == 0,
                    "dpo.loss",
                    "gives " + spelled(share.name()) + " the weight 0, so that it has no effect; leave it out");
        }
    }

    private static String spelled(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void refuse(RunLength.Misfit misfit) {
        String line = settings.has(misfit.key()) ? misfit.key() : "training.steps";
        found.add(new Problem(settings.origin(line), misfit.toString()));
    }

    private void refuseIf(boolean idle, String key, String why) {
        if (idle) {
            refuse(key, why);
        }
    }

    private void refuse(String key, String why) {
        if (!settings.has(key)) { // of a file that completes this one
            return;
        }
        String value = settings.peek(key).map(text -> " (" + text + ")").orElse("");
        found.add(new Problem(settings.origin(key), key + value + " " + why));
    }
}
