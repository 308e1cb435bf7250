package dev.hone.recipes.train;

import dev.hone.train.TrainingListener;
import java.util.List;

/** Observes a run and reports at its end. */
interface RunReport extends TrainingListener {
    /** What it found, line by line; nothing where there is nothing to report. Called once, after the last step. */
    List<String> verdict();
}
