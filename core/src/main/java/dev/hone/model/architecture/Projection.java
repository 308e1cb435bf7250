package dev.hone.model.architecture;

/** The seven linear maps of a decoder layer, under the names a checkpoint gives them. */
public enum Projection {
    QUERY("self_attn.q_proj"),
    KEY("self_attn.k_proj"),
    VALUE("self_attn.v_proj"),
    OUTPUT("self_attn.o_proj"),
    GATE("mlp.gate_proj"),
    UP("mlp.up_proj"),
    DOWN("mlp.down_proj");

    private final String path;

    Projection(String path) {
        this.path = path;
    }

    /** The full dotted name within a model, without {@code .weight}. */
    public String in(int layer) {
        return "model.layers." + layer + "." + path;
    }

    public int inputs(ModelConfig c) {
        return switch (this) {
            case OUTPUT -> c.attention().queryWidth();
            case DOWN -> c.shape().intermediate();
            default -> c.hidden();
        };
    }

    public int outputs(ModelConfig c) {
        return switch (this) {
            case QUERY -> c.attention().queryWidth();
            case KEY, VALUE -> c.attention().keyWidth();
            case OUTPUT, DOWN -> c.hidden();
            case GATE, UP -> c.shape().intermediate();
        };
    }
}
