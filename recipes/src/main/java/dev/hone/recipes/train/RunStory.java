package dev.hone.recipes.train;

import dev.hone.recipes.check.CheckReport;
import dev.hone.recipes.snapshot.RunSnapshots;
import java.util.List;
import java.util.Map;

/**
 * What a run's page tells beside its numbers.
 *
 * @param rows what the check read of its rows, and what it complained of
 * @param snapshots rows and replies before and after
 * @param verdicts what was reported at its end, line by line
 * @param lineage what it was made from
 */
record RunStory(CheckReport rows, RunSnapshots snapshots, List<String> verdicts, Map<String, String> lineage) {}
