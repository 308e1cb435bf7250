package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.files.HubCache;
import dev.hone.objective.ClippedPolicy;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.rollout.batch.Credit;
import dev.hone.rollout.batch.TeacherCredit;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * On-policy distillation: a teacher says of every token that the policy sampled how much likelier it finds it; see {@link TeacherCredit}.
 *
 * @param teacher folder of a checkpoint with the policy's vocabulary; null: the initial model, shown the demonstration that stands in
 *     the column {@code answer} (SDFT: arXiv 2601.19897)
 * @param teacherAdapter an adapter on it
 * @param passes how often the rollouts of a step are learned from
 */
@Kind("online-distill")
public record OnlineDistillSettings(
        @Nullable Path teacher,
        @Nullable Path teacherAdapter,
        @Flattened ClippedPolicy objective,
        @Default("1") int passes)
        implements SampledMethod {
    public OnlineDistillSettings {
        teacher = teacher == null ? null : HubCache.resolve(teacher);
        teacherAdapter = teacherAdapter == null ? null : HubCache.resolve(teacherAdapter);
        SampledMethod.requirePasses(passes);
        if (objective.kl().beta() > 0) {
            throw new IllegalArgumentException("kl.beta (" + objective.kl().beta()
                    + ") has no effect on online-distill, whose teacher is all it is pulled to; leave it out");
        }
        if (teacher == null && teacherAdapter != null) {
            throw new IllegalArgumentException("teacher-adapter (" + teacherAdapter + ") needs a teacher");
        }
    }

    @Override
    public boolean needsRewards() {
        return false;
    }

    @Override
    public Credit credit(RewardTerms rewards) {
        return new TeacherCredit();
    }

    @Override
    public void check(DataSettings data, @Nullable AdapterSettings adapter) {
        SampledMethod.super.check(data, adapter);
        if (data.rollouts() != null) {
            throw new IllegalArgumentException(
                    "data.rollouts is not read by online-distill; use grpo, or method: distill");
        }
    }

    @Override
    public Prepared prepare(RunRows rows, Preparation run) {
        Prepared.Sampled sampled = Prepared.Sampled.of(credit(run.rewards()), passes);
        Path folder = teacher;
        return Prepared.sampled(
                objective,
                rows,
                folder == null
                        ? sampled.shownAnswers(run.referenceScores())
                        : sampled.scoredBy(run.teacher(folder, teacherAdapter)::logProbabilities));
    }
}
