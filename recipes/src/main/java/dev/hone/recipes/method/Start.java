package dev.hone.recipes.method;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.ScorePadding;
import dev.hone.config.ConfigurationException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.DType;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What a run starts from. */
public enum Start {
    /** Random initialisation, in the shape that the folder's {@code config.json} names. */
    BLANK {
        @Override
        public ModelConfig config(Path model) {
            return Checkpoint.configOf(model);
        }

        @Override
        public Set<Integer> endOfText(Path model) {
            return config(model).tokens().end();
        }

        @Override
        public List<String> notes(Path model) {
            return List.of(); // no weights are read
        }

        @Override
        public long largestInitialisation(ModelConfig shape) {
            return 4L * shape.vocabulary() * shape.hidden();
        }

        @Override
        Policy full(Path model, Tokenizer tokenizer, DType compute, long seed) {
            ModelConfig shape = config(model);
            Initialisation weights = new Initialisation(shape.initializerRange(), seed);
            return Policy.full(new LanguageModel(shape, weights, WeightPlacement.trained(compute)));
        }

        @Override
        Adapter adapter(AdapterSettings adapter, LanguageModel base, long seed) {
            throw new IllegalStateException("an adapter needs the weights of a base model");
        }
    },
    /** A checkpoint that predicts tokens. */
    BASE {
        @Override
        Policy full(Path model, Tokenizer tokenizer, DType compute, long seed) {
            return Policy.full(Checkpoint.open(model).model(WeightPlacement.trained(compute)));
        }

        @Override
        Adapter adapter(AdapterSettings adapter, LanguageModel base, long seed) {
            return adapter instanceof AdapterSettings.Saved saved
                    ? AdapterFiles.read(saved.path(), base.config())
                    : fresh(adapter, base, seed);
        }
    },
    /** A checkpoint that scores texts already, or the layers of one that predicts tokens under a new head. */
    REWARD {
        @Override
        public ModelConfig shape(Path model, Tokenizer tokenizer) {
            return config(model).scoring(ScorePadding.of(tokenizer).id());
        }

        @Override
        Policy full(Path model, Tokenizer tokenizer, DType compute, long seed) {
            int padding = ScorePadding.of(tokenizer).id();
            return Policy.full(Checkpoint.openAny(model).rewardModel(WeightPlacement.trained(compute), padding, seed));
        }

        @Override
        Adapter adapter(AdapterSettings adapter, LanguageModel base, long seed) {
            return adapter instanceof AdapterSettings.Saved saved
                    ? AdapterFiles.readReward(saved.path(), base.config())
                    : fresh(adapter, base, seed).withScore(base.config(), seed);
        }
    };

    /** The configuration in a model's folder. */
    public ModelConfig config(Path model) {
        return Checkpoint.openAny(model).config();
    }

    /** The ids that the model's own files end a text with. */
    public Set<Integer> endOfText(Path model) {
        return Checkpoint.openAny(model).endOfText();
    }

    /** What a user should know about how the model's folder is read, one message each. */
    public List<String> notes(Path model) {
        return Checkpoint.openAny(model).notes();
    }

    /** The configuration of the model that is trained. */
    public ModelConfig shape(Path model, Tokenizer tokenizer) {
        return config(model);
    }

    /** Bytes of the largest weight while it is initialised, beside the weights themselves. */
    public long largestInitialisation(ModelConfig shape) {
        return 0;
    }

    /**
     * The policy before its first step.
     *
     * @param base how the weights beneath an adapter are held
     */
    public Policy open(
            Path model,
            @Nullable AdapterSettings adapter,
            Tokenizer tokenizer,
            DType compute,
            long seed,
            BiFunction<ModelConfig, DType, WeightPlacement> base) {
        if (adapter == null) {
            return full(model, tokenizer, compute, seed);
        }
        Checkpoint checkpoint = Checkpoint.open(model);
        LanguageModel frozen = checkpoint.model(base.apply(checkpoint.config(), compute));
        return Policy.adapter(frozen, adapter(adapter, frozen, seed));
    }

    private static Adapter fresh(AdapterSettings adapter, LanguageModel base, long seed) {
        AdapterConfig shape = ((AdapterSettings.Lora) adapter).shape();
        try {
            shape.requireTargets(base.config());
        } catch (IllegalArgumentException e) { // a file's reader says so already where the model is there to be asked
            throw new ConfigurationException("adapter." + e.getMessage(), e);
        }
        return Adapter.fresh(base.config(), shape, seed, base::weight);
    }

    abstract Policy full(Path model, Tokenizer tokenizer, DType compute, long seed);

    abstract Adapter adapter(AdapterSettings adapter, LanguageModel base, long seed);
}
