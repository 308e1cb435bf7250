package dev.hone.recipes;

import dev.hone.config.Configured;
import dev.hone.config.Default;
import dev.hone.config.Settings;
import dev.hone.data.Batch;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run as its YAML file describes it; valid once it exists.
 *
 * @param model folder of a checkpoint; for {@code pretrain} one with {@code config.json} and {@code tokenizer.json} is enough
 * @param output folder that will hold everything the run leaves behind
 * @param adapter left out: every weight is trained
 */
public record RunFile(
        Method method,
        Path model,
        Path output,
        DataSettings data,
        @Nullable AdapterSettings adapter,
        TrainingSettings training,
        @Default("{}") SftSettings sft,
        @Default("{}") PreferenceSettings.DpoSettings dpo,
        @Default("{}") PreferenceSettings.SimPoSettings simpo,
        @Default("{}") PreferenceSettings.CpoSettings cpo,
        @Default("{}") PreferenceSettings.OrpoSettings orpo) {

    /** How a model learns. */
    public enum Method {
        PRETRAIN,
        CPT,
        SFT,
        DPO,
        SIMPO,
        CPO,
        ORPO;

        /** Whether rows are pairs of a chosen and a rejected answer. */
        boolean learnsFromPairs() {
            return compareTo(DPO) >= 0;
        }

        /** Whether rows are plain text, so that no template belongs to the result. */
        boolean learnsFromText() {
            return this == PRETRAIN || this == CPT;
        }
    }

    /** What the method makes the model learn. */
    Objective<Batch> objective() {
        return switch (method) {
            case PRETRAIN, CPT, SFT -> new NextToken();
            case DPO -> dpo.objective();
            case SIMPO -> simpo.objective();
            case CPO -> cpo.objective();
            case ORPO -> orpo.objective();
        };
    }

    public RunFile {
        if (method == Method.PRETRAIN && adapter != null) {
            throw new IllegalArgumentException(
                    "adapter has nothing to stand on in pretrain, which starts from blank weights; leave it out");
        }
    }

    /** The method's name as the file spells it. */
    public String label() {
        return method.name().toLowerCase(Locale.ROOT);
    }

    /** Reads a file strictly, with the defaults of its method; every problem is reported at once. */
    public static Configured<RunFile> read(Settings settings) {
        String method = settings.peek("method").orElse("sft");
        return settings.orElse("training.learning-rate", defaultRate(method, settings.has("adapter")))
                .bind(RunFile.class);
    }

    private static double defaultRate(String method, boolean adapter) {
        if (method.equals("pretrain")) {
            return 1e-3;
        }
        if (Set.of("dpo", "simpo", "cpo", "orpo").contains(method)) {
            return adapter ? 5e-6 : 1e-6;
        }
        return adapter ? 2e-4 : 2e-5;
    }
}
