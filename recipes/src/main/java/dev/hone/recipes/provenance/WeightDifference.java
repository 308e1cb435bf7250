package dev.hone.recipes.provenance;

import dev.hone.checkpoint.Safetensors;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far apart two files of weights are.
 *
 * @param different tensors that are not equal, bit for bit or in shape
 * @param all tensors of either file
 * @param largest absolute difference of two entries
 * @param relative length norm of the difference of all weights as one vector, over the norm of the first
 */
record WeightDifference(int different, int all, double largest, double relative) {
    static WeightDifference between(Path first, Path second) {
        Safetensors one = Safetensors.open(first);
        Safetensors other = Safetensors.open(second);
        Set<String> names = new TreeSet<>(one.names());
        names.addAll(other.names());
        int different = 0;
        double largest = 0;
        double apart = 0;
        double length = 0;
        for (String name : names) {
            if (!one.names().contains(name)
                    || !other.names().contains(name)
                    || !Arrays.equals(one.shape(name), other.shape(name))) {
                different++;
                largest = Double.POSITIVE_INFINITY;
                continue;
            }
            double[] found = Autograd.without(() -> {
                try (Scope scope = Scope.open()) {
                    Tensor a = one.tensor(name).to(DType.F64);
                    Tensor difference = a.minus(other.tensor(name).to(DType.F64));
                    return new double[] {
                        difference.abs().max().scalar(),
                        difference.square().sum().scalar(),
                        a.square().sum().scalar()
                    };
                }
            });
            different += found[0] == 0 ? 0 : 1;
            largest = Math.max(largest, found[0]);
            apart += found[1];
            length += found[2];
        }
        return new WeightDifference(different, names.size(), largest, Math.sqrt(apart / Math.max(length, 1e-300)));
    }

    String describe() {
        return String.format(
                Locale.ROOT,
                "%d of %d tensors differ, by at most %.3g, %.3g of their length",
                different,
                all,
                largest,
                relative);
    }
}
