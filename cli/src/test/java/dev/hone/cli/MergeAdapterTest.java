package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.checkpoint.WeightDigest;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two models of one shape, and an adapter that was trained on the first; it changes nothing yet. */
class MergeAdapterTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        ModelConfig model = TinyModels.stories();
        for (int i = 1; i <= 2; i++) {
            TinyTokenizers.bytes(folder.resolve("model" + i)).close();
            CheckpointWriter.write(folder.resolve("model" + i), TinyModels.frozen(model, i), DType.F32);
        }
        Path base = folder.resolve("model1");
        Fingerprint trained = new Fingerprint("tokenizer", null, Set.of(256), "model")
                .withWeights(WeightDigest.ofSample(Checkpoint.open(base)));
        AdapterFiles.write(
                folder.resolve("adapter"),
                Adapter.fresh(model, AdapterConfig.standard(), 1),
                model,
                base.toString(),
                trained);
    }

    private Exit merge(String model, String... more) {
        String[] given = {
            "merge",
            "--model",
            folder.resolve(model).toString(),
            "--adapter",
            folder.resolve("adapter").toString(),
            "--output",
            folder.resolve("merged").toString()
        };
        String[] all = Stream.concat(Arrays.stream(given), Arrays.stream(more)).toArray(String[]::new);
        return Hone.run(all, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void anAdapterIsMergedIntoItsOwnBaseAndSaysThatItChangesNothing() {
        assertThat(merge("model1")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).startsWith("merged into ").contains("rounding took 0.0 %");
        assertThat(err.toString()).contains("changes nothing").doesNotContain("other weights");
    }

    @Test
    void intoAnotherBaseItIsMergedOnlyWhereThatIsAskedFor() {
        assertThat(merge("model2")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString())
                .contains("was trained on " + folder.resolve("model1"))
                .contains(folder.resolve("model2") + " has other weights")
                .contains("--any-base");
        assertThat(folder.resolve("merged")).doesNotExist();
        assertThat(merge("model2", "--any-base")).isEqualTo(Exit.DONE);
    }

    @Test
    void anAdapterNamedAsTheModelAndAFolderThatIsNotThereAreWrongInput() throws IOException {
        assertThat(merge("adapter")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).contains("this is an adapter: name its base as the model");
        assertThat(merge("none")).isEqualTo(Exit.REFUSED);
        Files.createDirectories(folder.resolve("adapter/tokenizer.json"));
        assertThat(merge("model1")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).contains("tokenizer.json: is no file");
    }
}
