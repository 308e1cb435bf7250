package dev.hone.model.architecture;

import dev.hone.model.layer.DecoderSpec;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.NormForm;
import java.util.List;
import java.util.Optional;

/**
 * One family of decoders: its names in config.json, and of what its layers are made. Each family is one file; whoever needs
 * to know how families differ reads their {@link LayerSpec}s.
 */
public interface Architecture {
    /** The families that can be read. */
    List<Architecture> ALL = List.of(
            new Llama(),
            new Qwen2(),
            new Qwen3(),
            new Mistral(),
            new Gemma2(),
            new Gemma3(),
            new SmolLm3(),
            new Ministral(),
            new Ministral3(),
            new Granite(),
            new HyperClovaX(),
            new Exaone(),
            new Exaone4(),
            new Olmo2(),
            new Olmo3(),
            new Phi3(),
            new Glm4());

    /** The {@code model_type} of config.json. */
    String modelType();

    /** The class name under {@code architectures} in config.json, of a model that predicts tokens. */
    String className();

    /** The same of a model with another head. */
    default String className(Output output) {
        String family = className()
                .substring(0, className().length() - Output.TOKENS.classEnding().length());
        return family + output.classEnding();
    }

    /** Of what a layer is made. */
    LayerSpec layer(ModelConfig config, int index);

    /** What stands around the layers. */
    default DecoderSpec decoder(ModelConfig config) {
        return LlamaLayer.decoder(config, NormForm.NARROW);
    }

    /** What its config.json holds beside the keys that all families have. */
    default FamilyKeys keys() {
        return FamilyKeys.NONE;
    }

    /** Why a configuration of this family cannot be computed yet, if so. */
    default Optional<String> obstacle(ModelConfig config) {
        return Optional.empty();
    }

    /** The family with this {@code model_type}. */
    static Optional<Architecture> named(String modelType) {
        return ALL.stream().filter(a -> a.modelType().equals(modelType)).findFirst();
    }
}
