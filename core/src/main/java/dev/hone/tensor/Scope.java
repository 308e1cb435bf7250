package dev.hone.tensor;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the tensors that are created on this thread while it is open; closing it frees them.
 *
 * <p>Every training step, evaluation batch and decode step runs inside one scope, so native memory is freed at a
 * known place and not when the garbage collector runs. What must outlive the scope is passed out with
 * {@link #returning} or kept with {@link Tensor#keep}. Scopes nest; a scope belongs to the thread that opened it.
 * Freeing a handle never breaks a graph: the graph holds references of its own.
 */
public final class Scope implements AutoCloseable {
    private final PointerScope pointers;

    private Scope() {
        Engine.ready();
        this.pointers = new PointerScope();
    }

    /** Opens a scope inside the current one. */
    public static Scope open() {
        return new Scope();
    }

    /** Runs the body in a scope of its own; only its result survives, owned by the enclosing scope if there is one. */
    public static Tensor returning(Supplier<Tensor> body) {
        Tensor result;
        try (Scope scope = open()) {
            result = body.get().keep();
        }
        PointerScope outer = innermost();
        if (outer != null) {
            outer.attach(result.handle());
            result.handle().releaseReference();
        }
        return result;
    }

    /**
     * A function that moves tensors of inner scopes into the scope that is now the innermost. For tensors that are created when they
     * are first needed and then used again.
     */
    public static UnaryOperator<Tensor> keeper() {
        PointerScope owner = innermost();
        return made -> {
            if (owner == null) {
                return made.keep();
            }
            owner.attach(made.handle());
            return made;
        };
    }

    private static @Nullable PointerScope innermost() {
        return PointerScope.getInnerScope();
    }

    @Override
    public void close() {
        pointers.close();
    }
}
