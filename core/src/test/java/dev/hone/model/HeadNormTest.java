package dev.hone.model;

import dev.hone.model.SelfAttention.HeadNorms;

/** The attention block with norms over the queries and the keys of each head. */
class HeadNormTest extends SelfAttentionTest {
    @Override
    HeadNorms headNorms(BlockFixture weights) {
        return new HeadNorms(
                weights.norm("query norm", BlockFixture.HEAD_SIZE), weights.norm("key norm", BlockFixture.HEAD_SIZE));
    }
}
