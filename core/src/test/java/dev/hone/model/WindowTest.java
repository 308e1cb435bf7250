package dev.hone.model;

/** The attention block with a sliding window of four keys. */
class WindowTest extends SelfAttentionTest {
    @Override
    int window() {
        return 4;
    }

    /** Over so few keys, gradients of scores are small differences: the graph's own rounding is up to 7.1 %. */
    @Override
    double graphRounding() {
        return 0.08;
    }
}
