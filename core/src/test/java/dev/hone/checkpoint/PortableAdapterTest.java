package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortableAdapterTest {
    private static final ModelConfig MODEL = GoldenModels.a();

    @TempDir
    private Path folder;

    private AdapterOnBase adapted(AdapterConfig config) throws IOException {
        CheckpointWriter.write(folder.resolve("base"), GoldenModels.frozen(MODEL), DType.F32);
        Adapter adapter = config.type() == AdapterType.LORA
                ? Adapter.fresh(MODEL, config, 1)
                : Adapter.fresh(
                        MODEL,
                        config,
                        1,
                        module -> new Parameter(
                                module,
                                Tensor.ones(
                                        DType.F32,
                                        LinearMaps.of(MODEL)
                                                .get(module.replaceAll("\\.weight$", ""))
                                                .shape())));
        AdapterFiles.write(
                folder.resolve("adapter"),
                GoldenModels.filled(adapter),
                MODEL,
                "Example/Base",
                new Fingerprint("t", null, Set.of(), "m"));
        return AdapterOnBase.open(folder.resolve("adapter"), Checkpoint.open(folder.resolve("base")));
    }

    /** Rank 3 with α 4 and rank stabilisation has scale 4 / √3, which no whole α gives at rank 8: B takes it over. */
    @Test
    void anUnusualRankAndScaleBecomeUsualOnesAndTheChangeStays() throws IOException {
        AdapterOnBase adapted = adapted(new AdapterConfig(3, 4, 0, List.of("q_proj", "down_proj"), true));
        Path portable = folder.resolve("portable");
        PortableAdapter.write(adapted, portable);
        JsonNode config = JsonFiles.read(portable.resolve("adapter_config.json"));
        assertThat(config.path("r").asInt()).isEqualTo(8);
        assertThat(config.path("lora_alpha").isInt()).isTrue();
        assertThat(config.path("use_rslora").asBoolean()).isFalse();
        assertThat(config.path("rank_pattern")).isEmpty();
        assertThat(config.path("alpha_pattern")).isEmpty();
        assertThat(config.path("base_model_name_or_path").asText()).isEqualTo("Example/Base");
        Adapter read = AdapterFiles.read(portable, MODEL);
        Tensor unused = Tensor.zeros(DType.F32, 1);
        for (String module : adapted.adapter().modules()) {
            ModuleDelta before = Objects.requireNonNull(adapted.adapter().at(module));
            ModuleDelta after = Objects.requireNonNull(read.at(module));
            assertThat(after.delta(unused)
                            .minus(before.delta(unused))
                            .abs()
                            .max()
                            .scalar())
                    .isLessThan(1e-7);
        }
    }

    @Test
    void moreThanALowRankSumIsRefused() throws IOException {
        AdapterOnBase adapted = adapted(new AdapterConfig(AdapterType.DORA, 2, 4, 0, List.of("q_proj"), false));
        assertThatThrownBy(() -> PortableAdapter.write(adapted, folder.resolve("portable")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("DORA changes a weight by more than a low-rank sum")
                .hasMessageContaining("--to safetensors");
        assertThat(folder.resolve("portable")).doesNotExist();
    }
}
