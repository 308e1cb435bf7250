package dev.hone.recipes;

import dev.hone.data.Batch;
import dev.hone.data.Learn;
import dev.hone.objective.NextToken;
import dev.hone.train.Trainer;

/**
 * Learning to predict the next token. Three methods are this: pre-training starts blank, continued pre-training goes on from
 * a model with more text, supervised fine-tuning goes on with the replies found in conversations. What is learned of a row
 * depends on the row: a text whole, of a conversation the replies.
 */
public final class Training {
    private Training() {}

    /** Runs the method a file names, from where its folder stands to the end or until the watcher asks to stop. */
    public static Trainer.Outcome run(RunFile file, RunDirectory run, Watcher watcher) {
        Learn learn = file.sft().learn();
        try (Student student = Student.open(file)) {
            watcher.say(student.describe());
            Lesson lesson = Lesson.prepare(file, student, learn, watcher);
            Trainer<Batch> trainer = new Trainer<Batch>(
                            student.learner(), new NextToken(), file.training().plan())
                    .evaluateOn(lesson.heldOut())
                    .saveTo(run.states(watcher));
            try (Journal journal = Journal.open(
                    run,
                    watcher,
                    file.label(),
                    trainer.progress().step(),
                    lesson.course().steps())) {
                Trainer.Outcome outcome = trainer.listen(journal)
                        .listen(student.keepBest(run.best()))
                        .run(lesson.course(), watcher);
                if (outcome.ending() != Trainer.Ending.INTERRUPTED) {
                    student.save(run.result());
                    run.finish();
                }
                return outcome;
            }
        }
    }
}
