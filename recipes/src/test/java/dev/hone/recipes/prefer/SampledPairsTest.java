package dev.hone.recipes.prefer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.error.DataException;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model that babbles, so that two completions hardly ever say the same. */
class SampledPairsTest {
    @TempDir
    private Path folder;

    private int opened;

    @Test
    void twoCompletionsOfEachPromptAreSampledOnce() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Path prompts =
                Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"one\"}\n{\"prompt\": \"two\"}\n");
        Path samples = folder.resolve("pairs.samples.jsonl");

        draw(samples, prompts);
        assertThat(Files.readAllLines(samples))
                .as("two of each, cut off or not")
                .hasSize(4);
        draw(samples, prompts);
        assertThat(opened).isEqualTo(1);

        Path others = Files.writeString(folder.resolve("others.jsonl"), "{\"prompt\": \"three\"}\n");
        assertThatThrownBy(() -> draw(samples, others))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("holds completions of other prompts");
    }

    private void draw(Path samples, Path prompts) throws IOException {
        SampledPairs.into(samples, prompts, this::open, Sampling.unchanged(), 12, RunObserver.none());
    }

    private LoadedModel open() {
        opened++;
        return LoadedModel.open(folder.resolve("model"), null, ComputeChoice.of(DType.F32), "chatml", warning -> {});
    }
}
