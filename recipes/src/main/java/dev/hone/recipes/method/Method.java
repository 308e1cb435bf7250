package dev.hone.recipes.method;
import dev.hone.train.ReferenceModel;

import dev.hone.config.Kind;
import dev.hone.config.OneOf;
import dev.hone.data.row.TrainOn;
import dev.hone.objective.Objective;
import org.jspecify.annotations.Nullable;

/**
 * A way of learning from data at rest, with its own settings; in a run's file {@code method: dpo}, and the settings beside it
 * under {@code dpo}. Immutable.
 */
@OneOf(beside = true)
public sealed interface Method
        permits PretrainSettings, CptSettings, SftSettings, DistillSettings, RewardSettings, PairMethod, KtoSettings {
    /** What a row of data is. */
    enum Rows {
        /** A text, all of which is learned. */
        TEXTS,
        /** A conversation, or a prompt and its completion. */
        CONVERSATIONS,
        /** A prompt with a chosen and a rejected answer. */
        PAIRS,
        /** The same, each side judged as a whole. */
        JUDGED_PAIRS,
        /** An answer and whether it is desirable. */
        LABELLED,
        /** The same, beside an answer that does not belong to its prompt. */
        LABELLED_BESIDE_FOREIGN
    }

    /** What rows of data are to the method. */
    Rows rows();

    /** What it makes the model learn; {@link IllegalStateException} where that follows from another model. */
    Objective objective();

    /** The learning rate where a file gives none. */
    double usualRate(boolean adapter);

    /** Whether its objective is the next token's likelihood, so that replayed tokens count like its own. */
    default boolean predictsTokens() {
        return rows() == Rows.TEXTS || rows() == Rows.CONVERSATIONS;
    }

    /** Which tokens of a row are learned. */
    default TrainOn learn() {
        return TrainOn.REPLIES;
    }

    /** Whether it compares the policy with the model as the run found it. */
    default boolean hasReference() {
        return false;
    }

    /** When the numbers of that model are computed. */
    default ReferenceTime reference() {
        return ReferenceTime.PRECOMPUTED;
    }

    /** How that model follows the policy; null: it stays what it was. */
    default ReferenceModel.@Nullable Synchronisation synchronise() {
        return null;
    }

    /** Alpha of NEFTune, by which embeddings are moved at random while the model learns; 0: not at all. */
    default double embeddingNoise() {
        return 0;
    }

    /** Whether the model ends in a head that scores texts instead of predicting tokens. */
    default boolean scoresTexts() {
        return false;
    }

    /** Whether the weights start blank. */
    default boolean startsBlank() {
        return false;
    }

    /** Its name in a run's file. */
    default String label() {
        return getClass().getAnnotation(Kind.class).value();
    }
}
