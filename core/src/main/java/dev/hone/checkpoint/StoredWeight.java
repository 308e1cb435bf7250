package dev.hone.checkpoint;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.nio.file.Path;

/** A weight as it lies in files: in one tensor of numbers, or in several that say together what its numbers are. Safe to share between threads. */
interface StoredWeight {
    /** The file that it lies in. */
    Path file();

    /** The name that it has there. */
    String key();

    long[] shape();

    /** The type in which its numbers are given without a loss. */
    DType type();

    /** A copy in a type. */
    Tensor tensor(DType wanted);

    /** A copy of some elements, counted row after row, in its own type; less than 2 GiB. */
    Tensor part(long from, long count);

    /** A tensor of numbers. */
    record Plain(Safetensors source, String key) implements StoredWeight {
        @Override
        public Path file() {
            return source.file();
        }

        @Override
        public long[] shape() {
            return source.shape(key);
        }

        @Override
        public DType type() {
            return source.type(key);
        }

        @Override
        public Tensor tensor(DType wanted) {
            return source.tensor(key, wanted);
        }

        @Override
        public Tensor part(long from, long count) {
            return source.part(key, from, count);
        }
    }
}
