package dev.hone.recipes.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The rows of a task beside the model they are put to. Opening it checks the rows, so that a row that cannot be used ends an evaluation
 * before it begins. For use by one thread.
 *
 * <p>Rows are answered in waves, which always begin at a multiple of their size: what is computed together, and with it every number to its
 * last bit, does not depend on where an evaluation was interrupted.
 */
public interface CaseSource extends AutoCloseable {
    /** What it does to rows, in a word. */
    String activity();

    /** Its rows. */
    int count();

    /** Rows of a wave. */
    int wave();

    /** Results of the rows from {@code from} to {@code to} (exclusive); empty if it was asked to stop. */
    Optional<List<CaseResult>> answer(int from, int to, BooleanSupplier stop);

    /** Tokens that were computed so far. */
    long tokens();

    @Override
    default void close() {}
}
