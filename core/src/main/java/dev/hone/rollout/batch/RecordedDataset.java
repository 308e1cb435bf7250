package dev.hone.rollout.batch;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.error.DataException;
import java.util.List;

/**
 * The completions of recorded rollouts as rows, with what is learned from each where the whole file is one step. Steps are those of
 * {@link RecordedRollouts}. Safe to share between threads.
 *
 * @param rows of all groups, one a completion
 */
public record RecordedDataset(List<RolloutGroup> groups, Dataset rows) implements Dataset {
    public RecordedDataset {
        groups = List.copyOf(groups);
    }

    /**
     * Reads all groups of a file.
     *
     * @param vocabulary ids are below it
     * @param maxTokens of a prompt with its completion
     */
    public static RecordedDataset read(
            JsonlFile file, int vocabulary, Credit credit, int maxTokens, ReadingListener listener) {
        List<RolloutGroup> groups = RolloutFile.read(file, vocabulary, listener);
        for (RolloutGroup group : groups) {
            for (Rollout rollout : group.rollouts()) {
                int length = rollout.prompt().length + rollout.completion().length;
                if (length > maxTokens) {
                    throw DataException.at(
                            group.place(),
                            "has " + length + " tokens where max-tokens is " + maxTokens + "; raise data.max-tokens");
                }
            }
        }
        return new RecordedDataset(groups, credit.of(groups).dataset());
    }

    @Override
    public int count() {
        return rows.count();
    }

    @Override
    public int length(int row) {
        return rows.length(row);
    }

    @Override
    public int trainedTokens(int row) {
        return rows.trainedTokens(row);
    }

    @Override
    public int source(int row) {
        return 0;
    }

    @Override
    public Batch batch(List<Integer> chosen) {
        return rows.batch(chosen);
    }

    @Override
    public String place(int row) {
        return rows.place(row);
    }
}
