package dev.hone.recipes.train;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.error.StoppedException;
import dev.hone.recipes.check.Check;
import dev.hone.recipes.plan.AutoSizing;
import dev.hone.recipes.plan.ResourceEstimate;
import dev.hone.recipes.prepare.PrecomputedReference;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.prepare.TrainingData;
import dev.hone.recipes.provenance.Environment;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.provenance.Provenance;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.Engine;
import dev.hone.train.Trainer;

/**
 * Learning from data at rest. Pre-training starts blank, continued pre-training goes on from a model with more text,
 * supervised fine-tuning goes on with the replies found in conversations: all three predict the next token. The methods that
 * learn from pairs make chosen answers likelier than rejected ones, a reward model learns to tell them apart, and a student
 * learns a teacher's distributions. What differs between them stands in the method's own file and in the rows of its lesson.
 */
public final class Training {
    private Training() {}

    /**
     * Runs the method a file names, from where its folder stands to the end or until the watcher asks to stop.
     *
     * @throws StoppedException if it asks before training begins
     */
    public static Trainer.Outcome run(RunFile given, RunDirectory run, RunObserver watcher) {
        Engine.warmUp(); // while rows are read
        InputHashes hashes = run.hashes();
        try (TokenizerAndTemplate language = TokenizerAndTemplate.of(given)) {
            Check.pass(given, language, watcher);
            AutoSizing begun = AutoSizing.of(given, run, watcher);
            TrainingData.RunDatasets rows = TrainingData.RunDatasets.read(given, language, watcher);
            ResourceEstimate needs = begun.fitting(language, rows);
            RunFile file = needs.file();
            RunPolicy student = RunPolicy.open(file, language);
            watcher.say(student.describe());
            if (file.adapter() instanceof AdapterSettings.Saved saved) {
                AdapterFiles.warnings(saved.path(), student.fingerprint()).forEach(watcher::say);
            }
            Provenance provenance = run.provenance(student.fingerprint(), hashes);
            TrainingData lesson =
                    begun.inTime(TrainingData.prepare(file, student, rows, run.reference(), watcher), needs, student);
            lesson.shares().missing(lesson.course().steps()).forEach(watcher::say);
            Trainer trainer = new Trainer(
                    student.learner(), lesson.objective(), file.training().hyperparameters());
            PrecomputedReference.onTheFly(file.method(), student).ifPresent(trainer::compareWith);
            trainer.evaluateOn(lesson.heldOut());
            Forgetting.validation(student.learner(), lesson.heldOutReplay()).ifPresent(trainer::alsoReporting);
            trainer.saveTo(run.states(file.training().keepCheckpoints(), watcher)); // what is restored is no reference
            long done = trainer.progress().step();
            if (done > 0) {
                watcher.say("going on after step " + done);
            }
            provenance
                    .start(
                            done,
                            Environment.here(student.learner().workers().count()),
                            run.decided().all())
                    .forEach(difference -> watcher.say(
                            "goes on elsewhere than it began, so that last bits may differ: " + difference));
            Trainer.Outcome outcome;
            try (MetricsLog journal =
                    MetricsLog.open(run, watcher, file.method().label(), trainer.progress(), lesson)) {
                LikelihoodDisplacement likelihoods = new LikelihoodDisplacement();
                Forgetting forgetting =
                        Forgetting.watch(student.learner(), lesson.heldOutReplay(), trainer.progress(), watcher);
                outcome = trainer.listen(journal)
                        .listen(likelihoods)
                        .listen(forgetting)
                        .listen(new FaultLog(run.folder(), student.tokenizer(), watcher))
                        .listen(student.keepBest(run.best()))
                        .run(lesson.course(), watcher);
                if (outcome.ending() != Trainer.Ending.INTERRUPTED) {
                    student.save(run.result());
                    provenance.finish(outcome.progress().step(), run.result());
                    likelihoods.verdict().ifPresent(watcher::say);
                    forgetting.verdict().ifPresent(watcher::say);
                    if (file.method().scoresTexts()) {
                        RewardCalibration judgement = RewardCalibration.of(student.learner(), lesson.heldOut());
                        judgement.save(run.judgement());
                        watcher.say(judgement.verdict());
                    }
                    lesson.shares().after(outcome.progress().step()).forEach(watcher::say);
                }
            }
            if (outcome.ending() != Trainer.Ending.INTERRUPTED) {
                run.finish();
            }
            return outcome;
        }
    }
}
