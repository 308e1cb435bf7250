package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.Safetensors;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings, step by step, against independent implementations. */
class TrajectoryTest {
    private static final Draw PLACE = Draw.of(0, "step");

    /** (loss, gradient norm) of transformers 5.18 with torch's AdamW: lr 0.01, no decay, no clipping. */
    @Test
    void fullFineTuningOfTheGoldenLlamaFollowsTransformers() {
        Policy policy = Policy.full(GoldenModels.trainable(GoldenModels.a()));
        follow(policy, new double[][] {
            {3.914477, 2.338405}, {3.409300, 1.655176}, {3.158490, 1.640944}, {3.049021, 1.998461}
        });
    }

    /** The same with PEFT 0.21: rank 2, alpha 4, queries and values, A filled by the golden formula, B zero. */
    @Test
    void loraOnTheGoldenLlamaFollowsPeft() {
        ModelConfig config = GoldenModels.a();
        Adapter adapter = goldenAdapter(config);
        assertThat(adapter.parameterCount()).isEqualTo(224);
        Policy policy = Policy.adapter(GoldenModels.frozen(config), adapter);
        follow(policy, new double[][] {
            {3.914477, .449303}, {3.881745, .430507}, {3.843466, .468574}, {3.799461, .522079}, {3.749634, .601424}
        });
        assertThat(loss(policy)).isCloseTo(3.693250, within(2e-4));
    }

    /** The same with {@code use_dora}, by PEFT 0.21 and torch 2.13: beside the 224 weights, 48 magnitudes. */
    @Test
    void doraOnTheGoldenLlamaFollowsPeft() {
        AdapterConfig shape = new AdapterConfig(AdapterType.DORA, 2, 4, 0, List.of("q_proj", "v_proj"), false);
        LanguageModel base = GoldenModels.frozen(GoldenModels.a());
        Policy policy = Policy.adapter(base, golden(Adapter.fresh(base.config(), shape, 0, base::weight)));
        assertThat(policy.parameters().stream()
                        .mapToLong(p -> p.value().count())
                        .sum())
                .isEqualTo(272);
        follow(policy, new double[][] {
            {3.914477, .711277}, {3.870072, .633755}, {3.827759, .621631}, {3.786342, .643960}, {3.743919, .700219}
        });
        assertThat(loss(policy)).isCloseTo(3.698580, within(2e-4));
    }

    private static Adapter goldenAdapter(ModelConfig config) {
        return golden(Adapter.fresh(config, new AdapterConfig(2, 4, 0, List.of("q_proj", "v_proj"), false), 0));
    }

    /** A of each module by the formula. */
    private static Adapter golden(Adapter fresh) {
        int index = 0;
        for (Parameter p : fresh.parameters()) {
            if (p.name().endsWith("lora_A.weight")) {
                p.value().copyInPlace(GoldenModels.sine(index++, 0, 2, 16));
            }
        }
        return fresh;
    }

    private static void follow(Policy policy, double[][] expected) {
        AdamW optimizer = new AdamW(AdamW.Config.standard(), policy.parameters());
        Gradients gradients = new Gradients(policy.parameters());
        for (double[] step : expected) {
            gradients.clear();
            assertThat(loss(policy)).isCloseTo(step[0], within(2e-4));
            assertThat(gradients.norm()).isCloseTo(step[1], within(2e-4));
            optimizer.step(0.01);
        }
        gradients.clear();
    }

    private static double loss(Policy policy) {
        try (Scope scope = Scope.open()) {
            return policy.accumulate(
                            List.of(Batch.of(List.of(Example.ofText(0, GoldenModels.ROW)))), new NextToken(), PLACE)
                    .loss();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void gradientsAndTenStepsOfFullFineTuningFollowTheReference(String name) {
        JsonNode reference = Reference.json("weights/" + name + "/train_reference.json");
        Policy policy = Policy.full(checkpoint(name).model(WeightPlacement.trained(DType.F32)));
        List<Batch> batches = List.of(Batch.of(examples(reference)));
        policy.accumulate(batches, new NextToken(), PLACE);
        for (Parameter p : policy.parameters()) {
            JsonNode expected = reference.get("gradients").get(p.name());
            if (expected != null) {
                try (Scope scope = Scope.open()) {
                    double l2 = expected.get("l2").asDouble();
                    assertThat(Math.sqrt(p.value().gradient().square().sum().scalar()))
                            .as(p.name())
                            .isCloseTo(l2, within(1e-4 * Math.max(1, l2)));
                    float[] first =
                            p.value().gradient().view(-1).narrow(0, 0, 4).floats();
                    for (int i = 0; i < 4; i++) {
                        assertThat((double) first[i])
                                .as(p.name())
                                .isCloseTo(expected.get("first4").get(i).asDouble(), within(2e-5));
                    }
                }
            }
        }
        follow(policy, batches, reference.get("full_finetune"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void tenStepsOfLoraFollowTheReference(String name) {
        JsonNode reference = Reference.json("weights/" + name + "/train_reference.json");
        JsonNode lora = reference.get("lora");
        Checkpoint base = checkpoint(name);
        Safetensors init = Safetensors.open(
                Reference.path("weights/" + name + "/" + lora.get("init").asText()));
        AdapterConfig shape = new AdapterConfig(
                lora.get("r").asInt(), lora.get("alpha").asDouble(), 0, List.of("q_proj", "v_proj"), false);
        Adapter fresh = Adapter.fresh(base.config(), shape, 0);
        Map<String, LoraDelta> changes = new HashMap<>();
        for (String module : fresh.modules()) {
            LoraDelta change = (LoraDelta) fresh.at(module);
            String key = init.names().stream()
                    .filter(k -> k.contains(module) && k.contains("lora_A"))
                    .findFirst()
                    .orElseThrow();
            Parameter down =
                    new Parameter(change.down().name(), init.tensor(key).keep());
            changes.put(module, new LoraDelta(down, change.up(), change.scale()));
        }
        Policy policy = Policy.adapter(base.model(WeightPlacement.frozen(DType.F32)), new Adapter(shape, changes));
        follow(policy, List.of(Batch.of(examples(reference))), lora);
    }

    private static Checkpoint checkpoint(String name) {
        return Checkpoint.open(Reference.path("weights/" + name + "/hf"));
    }

    private static List<Example> examples(JsonNode reference) {
        List<Example> examples = new ArrayList<>();
        for (int row = 0; row < reference.get("ids").size(); row++) {
            int[] ids = Reference.ints(reference.get("ids").get(row));
            int length = 0;
            for (JsonNode m : reference.get("mask").get(row)) {
                length += m.asInt();
            }
            examples.add(Example.ofText(row, java.util.Arrays.copyOf(ids, length)));
        }
        return examples;
    }

    private static void follow(Policy policy, List<Batch> batches, JsonNode run) {
        AdamW optimizer = new AdamW(
                new AdamW.Config(0.9, 0.999, 1e-8, run.get("weight_decay").asDouble()), policy.parameters());
        Gradients gradients = new Gradients(policy.parameters());
        for (JsonNode step : run.get("trajectory")) {
            gradients.clear();
            double loss = policy.accumulate(batches, new NextToken(), PLACE).loss();
            double norm = gradients.norm();
            assertThat(loss).isCloseTo(step.get("loss").asDouble(), within(2e-3));
            assertThat(norm)
                    .isCloseTo(
                            step.get("grad_norm").asDouble(),
                            within(5e-3 * Math.max(1, step.get("grad_norm").asDouble())));
            gradients.clip(norm, run.get("max_grad_norm").asDouble());
            optimizer.step(run.get("lr").asDouble());
        }
        gradients.clear();
        assertThat(policy.accumulate(batches, new NextToken(), PLACE).loss())
                .isCloseTo(run.get("final_loss").asDouble(), within(5e-3));
    }

    @Test
    void theTargetsOfTheGoldenAdapterAreTwoOfTheSevenProjections() {
        assertThat(Adapter.fresh(GoldenModels.a(), AdapterConfig.standard(), 0).modules())
                .hasSize(2 * 7);
    }
}
