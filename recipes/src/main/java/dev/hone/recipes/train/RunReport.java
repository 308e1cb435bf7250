package dev.hone.recipes.train;

import dev.hone.train.TrainingListener;
import java.util.List;

/** Watches a run for something worth saying at its end. */
interface RunReport extends TrainingListener {
    /** What it found, line by line; nothing where there is nothing to say. Called once, after the last step. */
    List<String> verdict();
}
