package dev.hone.train;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.files.FolderChecksums;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.BentTensors;
import dev.hone.testkit.Hostile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The newest state of a run is resumed from, passed over with a warning, or refused: by AdamW and by Muon. */
class StateFuzzTest {
    private static final String STATE = "step-00000002";

    @TempDir
    static Path folder;

    @TempDir
    static Path listed;

    @TempDir
    static Path bent;

    @BeforeAll
    static void save() throws IOException {
        List<Parameter> weights = weights();
        Progress progress = Progress.start()
                .stepped(10)
                .validated("loss", Validation.Direction.LOWER_IS_BETTER, 2.5)
                .stepped(10);
        for (Path states : List.of(folder, listed)) {
            new StateFiles(states, 2, warning -> {}).save(progress, parts(weights));
        }
        Files.createDirectories(bent.resolve(STATE));
    }

    /** The input says how far the run has come, under a manifest that fits it. */
    @FuzzTest(maxDuration = "15m")
    void progress(byte[] json) throws IOException {
        Hostile.file(folder.resolve(STATE), "state.json", json);
        FolderChecksums.write(folder.resolve(STATE));
        restore(folder);
    }

    /** The input is the manifest itself. */
    @FuzzTest(maxDuration = "15m")
    void manifest(byte[] json) {
        Hostile.file(listed.resolve(STATE), "checksums.json", json);
        restore(listed);
    }

    /** The tensors are bent, under a manifest that fits them. */
    @FuzzTest(maxDuration = "15m")
    void tensors(FuzzedDataProvider in) throws IOException {
        Map<String, long[]> wanted = new LinkedHashMap<>();
        List<Parameter> weights = weights();
        for (Parameter p : weights) {
            wanted.put("weight." + p.name(), p.value().shape());
        }
        muon(weights).state().forEach((name, value) -> wanted.put("optimizer." + name, value.shape()));
        Path file = Hostile.file(bent.resolve(STATE), "state.safetensors", BentTensors.file(wanted, in));
        Files.writeString(
                file.resolveSibling("state.json"),
                "{\"step\": 2, \"tokens\": 20, \"best-loss\": 2.5, \"best-step\": 1, \"worse\": 0, \"unmeasured\": false}");
        FolderChecksums.write(file.getParent());
        restore(bent);
    }

    private static void restore(Path states) {
        List<String> warnings = new ArrayList<>();
        Hostile.read(states, () -> {
            List<Parameter> weights = weights();
            new StateFiles(states, 2, warnings::add).newest().ifPresent(state -> state.restore(parts(weights)));
        });
        for (String warning : warnings) {
            if (!warning.contains(states.toString())) {
                throw new AssertionError(warning);
            }
        }
    }

    private static List<Stateful> parts(List<Parameter> weights) {
        return List.of(new SavedWeights("weight", weights), muon(weights));
    }

    private static Optimizer muon(List<Parameter> weights) {
        return new Muon(0.95, AdamW.Config.standard(), weights);
    }

    private static List<Parameter> weights() {
        return List.of(
                new Parameter("matrix", Tensor.ones(DType.F32, 3, 2).trainable()),
                new Parameter("norm.weight", Tensor.ones(DType.F32, 3).trainable()));
    }
}
