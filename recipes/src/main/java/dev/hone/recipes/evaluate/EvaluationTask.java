package dev.hone.recipes.evaluate;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.recipes.sample.RewardChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that is measured of the model each stage leaves. Immutable. */
public sealed interface EvaluationTask {
    /** Its file. */
    Path path();

    /** What it is called in a table; null for its file's name. */
    @Nullable
    String name();

    /** What it is called in a table. */
    default String title() {
        String given = name();
        return given == null ? path().getFileName().toString().replaceFirst("\\.jsonl?$", "") : given;
    }

    /**
     * Tasks that are answered greedily, and the share that is right. Rows are those of {@code ./hone sample}.
     *
     * @param answer the column with the right answer
     * @param maxTokens a longer answer is cut and judged as it stands
     */
    record Cases(
            Path path,
            @Nullable String name,
            @Default("exact") RewardChoice reward,
            @Default("answer") String answer,
            @Default("256") int maxTokens,
            @Default("auto") String template)
            implements EvaluationTask {
        public Cases {
            require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
        }

        @FromScalar
        public static Cases of(Path path) {
            return new Cases(path, null, RewardChoice.of("exact"), "answer", 256, "auto");
        }
    }

    /** Texts whose likelihood shows what is forgotten. Rows are those of {@code ./hone score}. */
    record TextLoss(Path path, @Nullable String name) implements EvaluationTask {
        @FromScalar
        public static TextLoss of(Path path) {
            return new TextLoss(path, null);
        }
    }

    /** What a file asks to be measured; {@code evaluate} in a pipeline's file. */
    record Group(
            @Default("[]") List<Cases> cases, @Default("[]") List<TextLoss> texts) {
        public Group {
            cases = List.copyOf(cases);
            texts = List.copyOf(texts);
        }

        public static List<EvaluationTask> all(@Nullable Group group) {
            List<EvaluationTask> all = new ArrayList<>();
            if (group != null) {
                all.addAll(group.cases());
                all.addAll(group.texts());
            }
            return List.copyOf(all);
        }
    }
}
