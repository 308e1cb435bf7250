package dev.hone.model.layer;

import static dev.hone.error.Require.require;

/**
 * The experts of a layer and how a router chooses among them (Shazeer et al., 2017).
 *
 * @param count how many there are
 * @param chosen how many compute each token
 * @param width entries inside each
 * @param normalised whether the weights of the chosen are divided by their sum
 */
public record ExpertShape(int count, int chosen, int width, boolean normalised) {
    public ExpertShape {
        require(count > 0, "num_experts (%d) must be positive", count);
        require(
                chosen > 0 && chosen <= count,
                "num_experts_per_tok (%d) must be at least 1 and at most num_experts (%d)",
                chosen,
                count);
        require(width > 0, "moe_intermediate_size (%d) must be positive", width);
    }
}
