package dev.hone.testkit;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.batch.TargetKind;
import dev.hone.data.batch.Targets;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Data of every kind that objectives are trained on, for the tiny golden models: {@value #COUNT} units, each of which stays in one
 * batch. Most have 4 to 14 tokens, number 3 has more than 40, so that it would pad the others to several times their length.
 * All that is annotated follows from a row's number and its tokens, wherever they stand in a batch.
 */
public enum Material {
    /** Texts: a unit is a row. Some begin with context; number 5 has no trained token, number 6 counts half. */
    ROWS {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            return Batch.of(units.stream().map(Material::row).toList());
        }
    },
    /** The same rows with what another model makes of them. */
    TAUGHT {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            Batch rows = ROWS.laid(units, shared);
            return rows.with(Annotation.TEACHER, teacher().head().width(), statesOneByOne(units));
        }
    },
    /** A unit is a pair of answers to one prompt. */
    PAIRS {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            return compared(shared ? Pair.batch(pairs(units)) : withMargins(Batch.of(sides(units)), units));
        }
    },
    /** The same pairs, with the chosen side's prompt among its targets. */
    PAIRS_AND_PROMPTS {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            Batch whole = compared(Pair.batch(pairs(units), TargetKind.ANSWERS_AND_CHOSEN_PROMPT));
            return shared ? whole.sharingPrefixes() : whole;
        }
    },
    /** The same pairs, whose texts are scored as a whole. */
    WHOLE_PAIRS {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            return shared
                    ? Pair.batch(pairs(units), TargetKind.WHOLE)
                    : withMargins(Batch.ofWhole(sides(units)), units);
        }
    },
    /** A unit is one answer, desirable or not. */
    ANSWERS {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            return judged(Batch.of(units.stream().map(unit -> side(unit, 0)).toList()));
        }
    },
    /** A unit is such an answer and a foreign one to the same prompt. */
    ANSWERS_AND_FOREIGN {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            return judged(shared ? Pair.batch(pairs(units)) : Batch.of(sides(units)));
        }
    },
    /** A unit is a group of two sampled completions of one prompt, of which that of number 5 has one that is left out of the loss. */
    GROUPS {
        @Override
        Batch laid(List<Integer> units, boolean shared) {
            return sampled(shared ? Pair.batch(groups(units)) : Batch.of(completions(units)));
        }
    };

    /** How many units there are. */
    public static final int COUNT = 8;

    /** The model that {@link #TAUGHT} rows are taught by. */
    public static LanguageModel teacher() {
        return GoldenModels.frozen(GoldenModels.c());
    }

    /** All units, in order. */
    public static List<Integer> units() {
        return IntStream.range(0, COUNT).boxed().toList();
    }

    /** The units one after the other, a prompt that rows of a unit share laid out once. */
    public Batch batch(List<Integer> units) {
        return laid(units, true);
    }

    /** The same with every row laid out in full. */
    public Batch unshared(List<Integer> units) {
        return laid(units, false);
    }

    abstract Batch laid(List<Integer> units, boolean shared);

    /** The shape of a golden model with the head that this is scored by. */
    public ModelConfig scoredBy(ModelConfig config) {
        return this == WHOLE_PAIRS ? config.scoring(31) : config;
    }

    private static Example row(int unit) {
        Example side = side(unit, 0);
        float[] weights = side.weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = unit == 5 ? 0 : unit == 6 ? 0.5f : unit % 2 == 0 ? 1 : weights[i];
        }
        return new Example(100 + unit, side.tokens(), weights);
    }

    private static List<Pair> pairs(List<Integer> units) {
        return units.stream()
                .map(unit -> new Pair(side(unit, 0), side(unit, 1), margin(unit)))
                .toList();
    }

    private static List<Pair> groups(List<Integer> units) {
        return units.stream()
                .map(unit -> new Pair(side(unit, 0), second(unit), margin(unit)))
                .toList();
    }

    private static List<Example> completions(List<Integer> units) {
        return units.stream()
                .flatMap(unit -> Stream.of(side(unit, 0), second(unit)))
                .toList();
    }

    private static Example second(int unit) {
        Example side = side(unit, 1);
        return unit == 5 ? new Example(side.row(), side.tokens(), new float[side.tokens().length]) : side;
    }

    private static float margin(int unit) {
        return 0.1f * unit;
    }

    private static List<Example> sides(List<Integer> units) {
        return units.stream()
                .flatMap(unit -> Stream.of(side(unit, 0), side(unit, 1)))
                .toList();
    }

    /** A prompt of 1 to 5 tokens, and an answer that is trained. */
    private static Example side(int unit, int side) {
        int prompt = 1 + unit % 5;
        int answer = (unit == 3 ? 40 : 3 + unit) - 2 * side;
        int[] tokens = new int[prompt + answer];
        float[] weights = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            int part = i < prompt ? 0 : 1 + side;
            tokens[i] = (int) Draw.of(9, "unit").at(10L * unit + part).below(i, 32);
            weights[i] = i < prompt ? 0 : 1;
        }
        return new Example(2L * unit + side, tokens, weights);
    }

    private static Batch withMargins(Batch batch, List<Integer> units) {
        float[] margins = new float[2 * units.size()];
        for (int i = 0; i < margins.length; i++) {
            margins[i] = margin(units.get(i / 2));
        }
        return batch.with(Annotation.MARGIN, margins);
    }

    /** A reference a little off what an untrained model of 32 tokens says, ln 1/32 = −3.47. */
    private static Batch compared(Batch batch) {
        Targets targets = batch.targets();
        float[] reference = new float[targets.count()];
        for (int i = 0; i < reference.length; i++) {
            reference[i] = (float) (-3.45 + 0.1 * Math.sin(targets.token()[i] + batch.rowIds()[targets.row()[i]]));
        }
        return batch.with(Annotation.REFERENCE, reference);
    }

    /** Every other unit is desirable. */
    private static Batch judged(Batch batch) {
        float[] desirable = new float[batch.rowCount()];
        for (int row = 0; row < desirable.length; row++) {
            desirable[row] = batch.rowIds()[row] / 2 % 2;
        }
        return compared(batch).with(Annotation.DESIRABLE, desirable);
    }

    /** An earlier policy a little off what an untrained model says, one advantage a row, and what a critic said. */
    private static Batch sampled(Batch batch) {
        Targets targets = batch.targets();
        float[] sampled = new float[targets.count()];
        float[] advantages = sampled.clone();
        float[] values = sampled.clone();
        float[] returns = sampled.clone();
        for (int i = 0; i < sampled.length; i++) {
            long row = batch.rowIds()[targets.row()[i]];
            int token = targets.token()[i];
            sampled[i] = (float) (-3.5 + 0.1 * Math.sin(1.3 * token + row));
            advantages[i] = (float) Math.cos(0.7 * row);
            values[i] = (float) (0.1 * Math.sin(token + 2.0 * row));
            returns[i] = (float) Math.cos(0.3 * token + row);
        }
        return compared(batch)
                .with(Annotation.SAMPLED, sampled)
                .with(Annotation.ADVANTAGE, advantages)
                .with(Annotation.VALUE, values)
                .with(Annotation.RETURN, returns);
    }

    private static float[] statesOneByOne(List<Integer> units) {
        try (Scope scope = Scope.open()) {
            LanguageModel teacher = teacher();
            List<Tensor> states = units.stream()
                    .map(unit -> Batch.of(List.of(row(unit))))
                    .map(alone -> Autograd.without(() -> teacher.hidden(alone, null)
                            .select(0, Tensor.of(alone.targets().position()))))
                    .toList();
            return Tensor.concatenate(0, states).floats();
        }
    }
}
