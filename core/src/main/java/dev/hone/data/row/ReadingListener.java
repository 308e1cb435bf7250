package dev.hone.data.row;

import dev.hone.error.DataException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Who follows rows being read: hears how far it is, may end it, and decides what becomes of a row that cannot be used. */
public interface ReadingListener {
    /** So many rows have been read. */
    void read(int rows);

    /** Whether to end with a {@link dev.hone.error.StoppedException}; asked between rows. */
    boolean stops();

    /** A row cannot be used. Reading goes on with the next one unless this throws, as it does where nobody wants to know more. */
    default void refused(DataException problem) {
        throw problem;
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
