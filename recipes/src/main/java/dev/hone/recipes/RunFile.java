package dev.hone.recipes;

import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.data.Learn;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run as its YAML file describes it; valid once it exists.
 *
 * @param model folder of a checkpoint; for {@code pretrain} one with {@code config.json} and {@code tokenizer.json} is enough
 * @param output folder that will hold everything the run leaves behind
 * @param adapter left out: every weight is trained
 * @param sft like the others after it, there if it is the method
 */
public record RunFile(
        Method method,
        Path model,
        Path output,
        DataSettings data,
        @Nullable AdapterSettings adapter,
        TrainingSettings training,
        @Nullable SftSettings sft,
        PreferenceSettings.@Nullable DpoSettings dpo,
        PreferenceSettings.@Nullable SimPoSettings simpo,
        PreferenceSettings.@Nullable CpoSettings cpo,
        PreferenceSettings.@Nullable OrpoSettings orpo,
        PreferenceSettings.@Nullable KtoSettings kto) {
    /** What stands under a method's own name. */
    private static final Map<String, Class<?>> OWN = Map.of(
            "sft", SftSettings.class,
            "dpo", PreferenceSettings.DpoSettings.class,
            "simpo", PreferenceSettings.SimPoSettings.class,
            "cpo", PreferenceSettings.CpoSettings.class,
            "orpo", PreferenceSettings.OrpoSettings.class,
            "kto", PreferenceSettings.KtoSettings.class);

    /** How a model learns. */
    public enum Method {
        PRETRAIN,
        CPT,
        SFT,
        DPO,
        SIMPO,
        CPO,
        ORPO,
        KTO;

        /** What a row of data is to the method. */
        Rows rows() {
            return switch (this) {
                case PRETRAIN, CPT -> Rows.TEXTS;
                case SFT -> Rows.CONVERSATIONS;
                case DPO, SIMPO, CPO, ORPO -> Rows.PAIRS;
                case KTO -> Rows.LABELLED;
            };
        }

        /** Whether the policy is compared with the model as the run found it. */
        boolean hasReference() {
            return this == DPO || this == KTO;
        }
    }

    /** What rows of data can be to a method. */
    enum Rows {
        TEXTS,
        CONVERSATIONS,
        PAIRS,
        LABELLED
    }

    /** What the method makes the model learn. */
    Objective objective() {
        PreferenceSettings own = Stream.of(dpo, simpo, cpo, orpo, kto)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return own == null ? new NextToken() : own.objective();
    }

    /** Which tokens of a row are learned. */
    Learn learn() {
        return sft == null ? Learn.REPLIES : sft.learn();
    }

    public RunFile {
        if (method == Method.PRETRAIN && adapter != null) {
            throw new IllegalArgumentException(
                    "adapter has nothing to stand on in pretrain, which starts from blank weights; leave it out");
        }
        Map<String, Object> own = new HashMap<>();
        own.put("sft", sft);
        own.put("dpo", dpo);
        own.put("simpo", simpo);
        own.put("cpo", cpo);
        own.put("orpo", orpo);
        own.put("kto", kto);
        String label = method.name().toLowerCase(Locale.ROOT);
        own.forEach((name, settings) -> {
            if (settings != null && !name.equals(label)) {
                throw new IllegalArgumentException(name + " has no effect on method " + label + "; leave it out");
            }
        });
    }

    /** The method's name as the file spells it. */
    public String label() {
        return method.name().toLowerCase(Locale.ROOT);
    }

    /** Reads a file strictly, with the defaults of its method; every problem is reported at once. */
    public static Configured<RunFile> read(Settings settings) {
        String method = settings.peek("method").orElse("sft");
        Class<?> own = OWN.get(method);
        Settings complete = settings.orElse("training.learning-rate", defaultRate(method, settings.has("adapter")));
        return (own == null
                        ? complete
                        : complete.orElse(
                                method,
                                Settings.parse("defaults", "{}").bind(own).value()))
                .bind(RunFile.class);
    }

    private static double defaultRate(String method, boolean adapter) {
        if (method.equals("pretrain")) {
            return 1e-3;
        }
        if (Set.of("dpo", "simpo", "cpo", "orpo", "kto").contains(method)) {
            return adapter ? 5e-6 : 1e-6;
        }
        return adapter ? 2e-4 : 2e-5;
    }
}
