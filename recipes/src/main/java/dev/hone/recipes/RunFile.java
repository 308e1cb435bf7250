package dev.hone.recipes;

import dev.hone.config.Configured;
import dev.hone.config.Default;
import dev.hone.config.Settings;
import java.nio.file.Path;
import java.util.Locale;
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
        @Default("{}") SftSettings sft) {

    /** How a model learns. */
    public enum Method {
        PRETRAIN,
        CPT,
        SFT
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
        return adapter ? 2e-4 : 2e-5;
    }
}
