package dev.hone.recipes.train;

import dev.hone.data.loader.OfflineSource;
import dev.hone.error.StoppedException;
import dev.hone.error.TrainingException;
import dev.hone.model.architecture.Output;
import dev.hone.recipes.check.Check;
import dev.hone.recipes.check.CheckReport;
import dev.hone.recipes.check.RunSurvey;
import dev.hone.recipes.guard.GuardSettings;
import dev.hone.recipes.guard.RunGuards;
import dev.hone.recipes.plan.AutoSizing;
import dev.hone.recipes.plan.ResourceEstimate;
import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.prepare.RunSource;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.prepare.TrainingData;
import dev.hone.recipes.provenance.Environment;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.provenance.Provenance;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunLength;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.snapshot.RunSnapshots;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.tensor.Engine;
import dev.hone.train.PrecisionCheck;
import dev.hone.train.Progress;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Training on data at rest, whatever the method: check, size, prepare, train, save, report. What differs between methods stands
 * in the method's own file and in the kind of its rows.
 */
public final class Training {
    private Training() {}

    /**
     * Runs the method a file names, from where its folder stands to the end or until the observer asks to stop.
     *
     * @throws StoppedException if it asks before the first step
     */
    public static RunEnding run(RunFile asked, RunDirectory folder, RunObserver observer) {
        RunFile given = folder.decided().savingAsBegun(asked);
        Engine.warmUp(); // while rows are read
        try (TokenizerAndTemplate language = RunSurvey.open(folder.configured())) {
            Map<String, Path> measured = GuardSettings.paths(given);
            InputHashes hashes = folder.hashes(measured);
            folder.remarks().forEach(observer::say);
            CheckReport checked = Check.pass(given, language, observer);
            AutoSizing sizing = AutoSizing.of(given, folder, observer);
            ResourceEstimate needs = sizing.fitting(language, RunDatasets.read(given, language, observer));
            RunFile file = needs.file();
            boolean isTimed = file.training().length().minutes() != null; // its length is known once it has been timed
            if (!isTimed) {
                admit(file, needs.rows().loader(file), folder, observer);
            }
            RunPolicy policy = RunPolicy.open(file, language);
            policy.introduce(file, observer);
            Provenance provenance = folder.provenance(measured, policy.fingerprint(), hashes);
            PreparedRun run =
                    sizing.inTime(PreparedRun.of(file, policy, needs.rows(), folder.reference(), observer), needs);
            if (isTimed) {
                admit(file, run.data().loader(), folder, observer);
            }
            try (RunSource source = run.source(needs.rows(), folder.rollouts(), observer)) {
                return run(checked, run, source, needs, folder, provenance, observer);
            }
        }
    }

    /** Trains a run that is prepared. */
    private static RunEnding run(
            CheckReport checked,
            PreparedRun run,
            RunSource source,
            ResourceEstimate needs,
            RunDirectory folder,
            Provenance provenance,
            RunObserver observer) {
        RunFile file = run.file();
        RunPolicy policy = run.policy();
        long steps = run.data().loader().steps();
        run.data().shares().missing(steps).forEach(observer::say);
        Trainer trainer = run.trainer();
        source.validate(trainer);
        Forgetting.validation(policy.policy(), run.data().heldOutReplay()).ifPresent(trainer::alsoReporting);
        Optional<RunGuards> guards = RunGuards.of(run, folder, observer);
        guards.ifPresent(all -> all.install(trainer));
        trainer.saveTo(folder.states(file.training().keepCheckpoints(), observer)); // after the reference was copied
        folder.lengthen(trainer.progress(), trainer.isEndedByGuard(), steps, provenance)
                .ifPresent(observer::say);
        resumed(trainer, policy, provenance, folder, observer);
        long next = trainer.progress().step();
        if (next < steps) {
            new PrecisionCheck(policy.policy())
                    .require(run.data().loader().step(next).get(0));
        }
        Baseline before = Baseline.of(trainer, folder, observer);
        guards.ifPresent(all -> all.begin(before.measures(), trainer));
        RunSnapshots snapshots = snapshots(policy, needs, folder);
        if (next == 0) {
            snapshots.before(policy.view(), policy.policy().workers(), observer);
        }
        List<String> verdicts = new ArrayList<>();
        Trainer.Outcome outcome = train(trainer, run, source, before, folder, observer, verdicts, () -> {
            policy.save(folder.result()).map(policy::describe).ifPresent(observer::say);
            guards.ifPresent(all -> all.mark(trainer.progress(), trainer.isEndedByGuard(), folder));
            provenance.finish(trainer.progress().step(), folder.result());
        });
        RunEnding ending = RunEnding.of(file, folder, outcome, before, policy);
        if (ending.finished()) {
            snapshots.after(policy.view(), policy.policy().workers(), observer);
        }
        RunPage.save(ending, new RunStory(checked, snapshots, verdicts, provenance.lineage()));
        if (ending.finished()) {
            folder.finish(); // last, so that a run which is finished has its page
        }
        return ending;
    }

    private static RunSnapshots snapshots(RunPolicy policy, ResourceEstimate needs, RunDirectory folder) {
        return RunSnapshots.of(
                needs.file().kind().isSampled()
                        ? needs.file().report().withoutRows() // prompts have no loss
                        : needs.file().report(),
                policy.scoresTexts() ? Output.SCORE : Output.TOKENS,
                needs.rows().own(),
                policy.tokenizer(),
                folder.snapshots());
    }

    /** Refuses a length that leaves the run nothing to learn, or settings without effect. */
    private static void admit(RunFile file, OfflineSource loader, RunDirectory folder, RunObserver observer) {
        new RunLength(file, loader.steps()).admit(folder.configured()).forEach(observer::say);
    }

    /** Notes that the run starts or is resumed here, and says what differs from the start before it. */
    private static void resumed(
            Trainer trainer, RunPolicy policy, Provenance provenance, RunDirectory folder, RunObserver observer) {
        long done = trainer.progress().step();
        if (done > 0) {
            observer.say("resuming after step " + done);
        }
        Environment here = Environment.here(policy.policy().workers().count());
        provenance
                .start(done, here, folder.decided().all())
                .forEach(difference -> observer.say(
                        "resumed under other conditions than it began, so that last bits may differ: " + difference));
    }

    /** The metrics of the steps that a run resumes after. */
    private static List<MetricsRow> known(RunDirectory folder, Progress progress) {
        if (progress.step() == 0 || !Files.exists(folder.metrics())) {
            return List.of();
        }
        try {
            return MetricsFile.read(folder.metrics()).stream()
                    .filter(row -> row.step() <= progress.step())
                    .toList();
        } catch (IOException e) {
            throw new TrainingException("the run's metrics cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** Trains to the end, saves, and reports. */
    private static Trainer.Outcome train(
            Trainer trainer,
            PreparedRun run,
            RunSource source,
            Baseline before,
            RunDirectory folder,
            RunObserver observer,
            List<String> verdicts,
            Runnable save) {
        RunPolicy policy = run.policy();
        TrainingData data = run.data();
        String label = run.file().method().label();
        RunAlarms alarms = RunAlarms.of(run.file(), known(folder, trainer.progress()), observer);
        try (MetricsLog metrics = MetricsLog.open(folder, observer, label, trainer.progress(), data)) {
            List<RunReport> reports = List.of(
                    new LikelihoodDisplacement(),
                    new Forgetting(before),
                    new RewardCalibration(policy, data.heldOut().batches(), folder.calibration()),
                    new FaultLog(folder.folder(), policy.tokenizer(), observer));
            trainer.listen(metrics);
            if (run.file().kind().isSampled()) {
                trainer.listen(alarms).endingWhen(alarms::stop);
            }
            reports.forEach(trainer::listen);
            Trainer.Outcome outcome =
                    trainer.listen(policy.keepBest(folder.best())).run(source.batches(), observer);
            if (outcome.ending() != Trainer.Ending.INTERRUPTED) {
                save.run();
                reports.stream().flatMap(report -> report.verdict().stream()).forEach(verdicts::add);
                verdicts.forEach(observer::say);
                verdicts.addAll(alarms.lines()); // said when they were raised
                data.shares().after(outcome.progress().step()).forEach(observer::say);
            }
            return outcome;
        }
    }
}
