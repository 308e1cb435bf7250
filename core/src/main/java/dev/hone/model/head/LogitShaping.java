package dev.hone.model.head;

import dev.hone.model.layer.LogitForm;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** {@code s = c · tanh(factor · z / c)} of a {@link LogitForm}, and its derivative {@code factor · (1 − (s / c)²)}. Uses no graph. */
final class LogitShaping {
    private LogitShaping() {}

    /** Logits, in the memory of the products they are made of, in float32. */
    static Tensor shaped(Tensor products, LogitForm form) {
        if (form.isPlain()) {
            return products;
        }
        if (!form.hasCap()) {
            return products.timesInPlace(form.factor());
        }
        return products.timesInPlace(form.factor() / form.cap()).tanhInPlace().timesInPlace(form.cap());
    }

    /** The derivatives of logits [positions, tokens] by the products they are made of; null where all are one. */
    static @Nullable Tensor slopes(Tensor logits, LogitForm form) {
        if (form.isPlain()) {
            return null;
        }
        if (!form.hasCap()) {
            return Tensor.full(DType.F32, form.factor(), 1, 1);
        }
        return logits.square()
                .timesInPlace(-form.factor() / (form.cap() * form.cap()))
                .plusInPlace(form.factor());
    }

    /** What a logit is overwritten with whose probability is to be zero: far below all others, with a finite derivative under a cap. */
    static double nothing(LogitForm form) {
        return form.hasCap() ? -1e4 - form.cap() : Double.NEGATIVE_INFINITY;
    }
}
