package dev.hone.model.architecture;

/** The norms of a decoder layer, under the names a checkpoint gives their weights. */
public enum NormSite {
    /** Of the hidden states that attention is given. */
    ATTENTION("input_layernorm"),
    /** Of the hidden states that the MLP is given. */
    MLP("post_attention_layernorm"),
    /** Of each head's queries before rotation, with one weight for all heads. */
    QUERY("self_attn.q_norm"),
    /** The same of keys. */
    KEY("self_attn.k_norm");

    private final String path;

    NormSite(String path) {
        this.path = path;
    }

    /** The full dotted name of its weight. */
    public String in(int layer) {
        return "model.layers." + layer + "." + path + ".weight";
    }

    /** How many entries it normalises together. */
    public int width(ModelConfig config) {
        return switch (this) {
            case ATTENTION, MLP -> config.hidden();
            case QUERY, KEY -> config.attention().headSize();
        };
    }
}
