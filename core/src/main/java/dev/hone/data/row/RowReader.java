package dev.hone.data.row;

import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import java.util.List;

/**
 * One walk over all rows of some files, in order.
 *
 * @param read rows that were visited
 * @param refused those of them that could not be used
 */
public record RowReader(int read, int refused) {
    /** What is done with a row. */
    public interface Visitor {
        /** Takes a row in; {@link DataException} if it cannot be used. */
        void row(int file, int row);
    }

    public static RowReader over(List<JsonlFile> files, ReadingListener listener, Visitor visitor) {
        int read = 0;
        int refused = 0;
        for (int f = 0; f < files.size(); f++) {
            for (int r = 0; r < files.get(f).rows(); r++) {
                if (listener.stops()) {
                    throw new StoppedException();
                }
                try {
                    visitor.row(f, r);
                } catch (DataException e) {
                    refused++;
                    listener.refused(e);
                }
                listener.read(++read);
            }
        }
        return new RowReader(read, refused);
    }
}
