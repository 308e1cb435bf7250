package dev.hone.generate;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.config.ConfigurationException;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.WeightFormat;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import java.util.Locale;
import java.util.function.Function;

/** How a model that is used and not trained holds its weights, and so how its products are computed. Immutable. */
public final class ComputeChoice {
    /** Below this the products are too small for anything but their plain computation to be worth while. */
    private static final long SMALL_MODEL = 50_000_000;

    private final Function<Checkpoint, LanguageModel> read;

    private ComputeChoice(Function<Checkpoint, LanguageModel> read) {
        this.read = read;
    }

    /** Dense weights of this type. */
    public static ComputeChoice of(DType type) {
        return new ComputeChoice(checkpoint -> checkpoint.model(WeightPlacement.frozen(type)));
    }

    /**
     * Weights packed in this format, the fast products of generation.
     *
     * @throws ConfigurationException if this processor has no products in it
     */
    public static ComputeChoice packed(WeightFormat format) {
        if (!format.isAvailable()) {
            throw new ConfigurationException("this processor (" + Engine.processor()
                    + ") has no products with weights in " + format.name().toLowerCase(Locale.ROOT)
                    + "; choose another type, or leave the choice to hone");
        }
        return new ComputeChoice(checkpoint -> packed(checkpoint, format));
    }

    /**
     * What generates fastest here: packed bf16; where the processor has no bf16 products and the weights come in 16 bits, packed
     * half precision, which moves log-probabilities by little (docs/benchmarks.md). Small models stay dense.
     */
    public static ComputeChoice fastest() {
        return new ComputeChoice(ComputeChoice::fastest);
    }

    private static LanguageModel fastest(Checkpoint checkpoint) {
        DType compute = Engine.fastestCompute();
        boolean halves = checkpoint.storedType() == DType.BF16 && Engine.hasHalfProducts();
        return hasLargeProducts(checkpoint.config()) && (compute == DType.BF16 || halves)
                ? packed(checkpoint, compute == DType.BF16 ? WeightFormat.BF16 : WeightFormat.F16)
                : checkpoint.model(WeightPlacement.frozen(compute));
    }

    private static LanguageModel packed(Checkpoint checkpoint, WeightFormat format) {
        return checkpoint.model(WeightPlacement.packed(format));
    }

    /** Whether a model's products are large enough to gain from packed weights and from several threads. */
    public static boolean hasLargeProducts(ModelConfig model) {
        return model.parameterCount() >= SMALL_MODEL;
    }

    /** Reads a checkpoint's weights in this form. */
    LanguageModel read(Checkpoint checkpoint) {
        return read.apply(checkpoint);
    }
}
