package dev.hone.data.row;

import dev.hone.error.DataException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Follows the reading of rows: gets the progress, may stop it, and decides what becomes of a row that cannot be used. */
public interface ReadingListener {
    /** The number of rows read so far. */
    void read(int rows);

    /** Whether to end with a {@link dev.hone.error.StoppedException}; asked between rows. */
    boolean stops();

    /** A row cannot be used. Reading continues with the next one unless this throws, as it does by default. */
    default void refused(DataException problem) {
        throw problem;
    }

    /** A row was taken in; what it holds besides may be looked at. */
    default void unread(RowColumns row) {}

    /** Whether every row has to be read now, also where it could be read when it is needed. */
    default boolean readsAll() {
        return false;
    }

    /** Ends at the first row that cannot be used. */
    static ReadingListener of(IntConsumer progress, BooleanSupplier stop) {
        return new ReadingListener() {
            @Override
            public void read(int rows) {
                progress.accept(rows);
            }

            @Override
            public boolean stops() {
                return stop.getAsBoolean();
            }
        };
    }
}
