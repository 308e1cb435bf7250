package dev.hone.tensor;

import java.util.function.Supplier;
import org.bytedeco.pytorch.AutoGradMode;

/** Whether operations on this thread are recorded for differentiation. */
public final class Autograd {
    private Autograd() {}

    /** Runs the body without recording, for inference and optimizer updates. */
    public static <T> T without(Supplier<T> body) {
        try (AutoGradMode mode = new AutoGradMode(false)) {
            return body.get();
        }
    }

    /** Runs the body without recording. */
    public static void withoutDo(Runnable body) {
        try (AutoGradMode mode = new AutoGradMode(false)) {
            body.run();
        }
    }

    /** Runs the body with recording, also inside {@link #without}: for recomputing activations. */
    public static <T> T with(Supplier<T> body) {
        try (AutoGradMode mode = new AutoGradMode(true)) {
            return body.get();
        }
    }
}
