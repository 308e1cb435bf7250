package dev.hone.model.architecture;

import java.util.List;
import java.util.Optional;

/**
 * What distinguishes one family of decoders from another. Each family is one file; all share the pre-norm decoder of
 * {@code DecoderLayer}.
 */
public interface Architecture {
    /** The families that can be read. */
    List<Architecture> ALL = List.of(new Llama(), new Qwen2());

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

    /** Whether a projection carries a bias. */
    boolean hasBias(Projection projection, ModelConfig config);

    /** Why a configuration of this family cannot be computed yet, if so. */
    Optional<String> obstacle(ModelConfig config);

    /** The family with this {@code model_type}. */
    static Optional<Architecture> named(String modelType) {
        return ALL.stream().filter(a -> a.modelType().equals(modelType)).findFirst();
    }
}
