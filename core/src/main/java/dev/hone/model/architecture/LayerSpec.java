package dev.hone.model.architecture;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Of what one pre-norm decoder layer is made: RMS norms, causal attention, and an MLP gated by SiLU. Weights, parameter names
 * and memory arithmetic all follow from it.
 *
 * @param norms the norms it has
 * @param biases the projections that carry a bias
 * @param window how many keys a query reads at most, its own position's and those before it; {@link #UNBOUNDED}: all
 */
public record LayerSpec(Set<NormSite> norms, Set<Projection> biases, int window) {
    /** The window of full attention. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Norms before attention and before the MLP, no biases, full attention. */
    public static final LayerSpec PRE_NORM =
            new LayerSpec(EnumSet.of(NormSite.ATTENTION, NormSite.MLP), Set.of(), UNBOUNDED);

    public LayerSpec {
        norms = Set.copyOf(norms);
        biases = Set.copyOf(biases);
    }

    /** The same with norms of each head's queries and keys. */
    public LayerSpec withHeadNorms() {
        EnumSet<NormSite> all = EnumSet.copyOf(norms);
        all.addAll(EnumSet.of(NormSite.QUERY, NormSite.KEY));
        return new LayerSpec(all, biases, window);
    }

    /** The same with biases on more projections. */
    public LayerSpec withBiases(Collection<Projection> more) {
        EnumSet<Projection> all = EnumSet.copyOf(more);
        all.addAll(biases);
        return new LayerSpec(norms, all, window);
    }

    /** The same with a window. */
    public LayerSpec withWindow(int keys) {
        return new LayerSpec(norms, biases, keys);
    }

    public boolean has(NormSite norm) {
        return norms.contains(norm);
    }

    public boolean hasBias(Projection projection) {
        return biases.contains(projection);
    }
}
