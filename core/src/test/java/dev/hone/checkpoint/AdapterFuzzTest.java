package dev.hone.checkpoint;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.files.JsonFiles;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.testkit.BentTensors;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Hostile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** An adapter with another rank, other targets and patterns than it was saved with, whose weights are almost those it needs. */
class AdapterFuzzTest {
    private static final List<String> TARGETS =
            List.of("q_proj", "v_proj", "down_proj", "all-linear", ".*_proj", "lm_head", "");
    private static final List<String> PATTERNS =
            List.of("q_proj", "layers.0.self_attn.q_proj", ".*", "(.*)*x", "(((a?)+)+)+", "[", "");

    private static final ModelConfig MODEL = GoldenModels.a();
    private static final Adapter PLAIN =
            Adapter.fresh(MODEL, new AdapterConfig(2, 4, 0, List.of("q_proj", "v_proj"), false), 1);
    private static final Adapter SCORING = PLAIN.withScore(MODEL, 1);

    @TempDir
    static Path folder;

    @FuzzTest(maxDuration = "15m")
    void folder(FuzzedDataProvider in) throws IOException {
        boolean scores = in.consumeInt(0, 3) == 0;
        Adapter adapter = scores ? SCORING : PLAIN;
        var config = AdapterConfigFile.write(adapter, MODEL, "base");
        for (int changes = in.consumeInt(0, 3); changes > 0; changes--) {
            switch (in.consumeInt(0, 6)) {
                case 0 -> config.put("r", in.consumeInt());
                case 1 -> config.put("lora_alpha", in.consumeDouble());
                case 2 -> config.putArray("target_modules").add(in.pickValue(TARGETS));
                case 3 -> config.put("target_modules", in.pickValue(TARGETS));
                case 4 -> config.putObject("rank_pattern").put(in.pickValue(PATTERNS), in.consumeInt(-1, 9));
                case 5 -> config.putObject("alpha_pattern").put(in.pickValue(PATTERNS), in.consumeDouble());
                default -> config.put("target_modules", in.consumeString(40));
            }
        }
        JsonFiles.write(folder.resolve(AdapterConfigFile.NAME), config);
        Map<String, long[]> wanted = new LinkedHashMap<>();
        adapter.parameters()
                .forEach(p ->
                        wanted.put("base_model.model." + p.name(), p.value().shape()));
        Hostile.file(folder, AdapterFiles.WEIGHTS, BentTensors.file(wanted, in));
        Hostile.read(folder, () -> {
            if (scores) {
                AdapterFiles.readReward(folder, MODEL);
            } else {
                AdapterFiles.read(folder, MODEL);
            }
        });
    }
}
