package dev.hone.model.architecture;

/** The norms of a decoder layer, under the names a checkpoint gives their weights. */
public enum NormSite {
    /** Of the hidden states that attention is given. */
    ATTENTION("input_layernorm"),
    /** Of the hidden states that the MLP is given. */
    MLP("post_attention_layernorm");

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
        return config.hidden();
    }
}
