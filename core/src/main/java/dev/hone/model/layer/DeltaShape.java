package dev.hone.model.layer;

import static dev.hone.error.Require.require;

/**
 * Heads of a gated delta rule.
 *
 * @param keyHeads of queries and keys, which divides {@code valueHeads}
 * @param valueHeads each of which has a state
 * @param keySize width of a query and a key
 * @param valueSize width of a value
 */
public record DeltaShape(int keyHeads, int valueHeads, int keySize, int valueSize) {
    public DeltaShape {
        require(
                keyHeads > 0 && valueHeads > 0 && keySize > 0 && valueSize > 0,
                "heads of a linear layer (%d, %d, %d, %d) must be positive",
                keyHeads,
                valueHeads,
                keySize,
                valueSize);
        require(
                valueHeads % keyHeads == 0,
                "linear_num_value_heads (%d) must be a multiple of linear_num_key_heads (%d)",
                valueHeads,
                keyHeads);
    }

    /** Width of all keys of a token together, and of all queries. */
    public int keyWidth() {
        return keyHeads * keySize;
    }

    /** Width of all values of a token together. */
    public int valueWidth() {
        return valueHeads * valueSize;
    }
}
