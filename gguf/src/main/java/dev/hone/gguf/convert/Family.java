package dev.hone.gguf.convert;

import dev.hone.error.CheckpointException;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a family of models appears in a GGUF file: one row of {@link #ALL}. When a file is read, the first row with its architecture says what
 * it is.
 *
 * @param modelType of config.json
 * @param architecture of llama.cpp, which begins the keys of its metadata
 * @param rotatesPairs whether llama.cpp rotates neighbouring entries of a head together, where transformers rotates the two halves; rows of
 *     queries and keys are reordered then
 * @param normOffset what is added to the weights of norms, which llama.cpp multiplies with as they are
 * @param names its own names for weights of a layer, beside those all share
 * @param own the keys that it has and others have not
 */
record Family(
        String modelType,
        String architecture,
        boolean rotatesPairs,
        double normOffset,
        Map<String, String> names,
        OwnKeys own) {
    static final List<Family> ALL = List.of(
            new Family("llama", "llama", true, 0, Map.of(), OwnKeys.NONE),
            new Family("mistral", "llama", true, 0, Map.of(), OwnKeys.NONE), // llama.cpp has no own architecture for it
            new Family("qwen2", "qwen2", false, 0, Map.of(), OwnKeys.NONE),
            new Family("qwen3", "qwen3", false, 0, Map.of(), OwnKeys.NONE),
            new Family("gemma2", "gemma2", false, 1, sandwich(), OwnKeys.GEMMA2),
            new Family("gemma3_text", "gemma3", false, 1, sandwich(), OwnKeys.GEMMA3),
            new Family("phi3", "phi3", false, 0, fused(), OwnKeys.PHI3));

    private static Map<String, String> sandwich() {
        return Map.of(
                "post_attention_layernorm", "post_attention_norm",
                "pre_feedforward_layernorm", "ffn_norm",
                "post_feedforward_layernorm", "post_ffw_norm");
    }

    private static Map<String, String> fused() {
        return Map.of("self_attn.qkv_proj", "attn_qkv", "mlp.gate_up_proj", "ffn_up");
    }

    /** Names within a layer: of a checkpoint, and of a GGUF file. */
    private static final Map<String, String> LAYER = Map.ofEntries(
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    private static final Map<String, String> WHOLE = Map.of(
            ParameterSpec.EMBEDDING, "token_embd.weight",
            ParameterSpec.FINAL_NORM, "output_norm.weight",
            ParameterSpec.HEAD, "output.weight");

    private static final Pattern IN_LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.(weight|bias)");

    /** The row of a model; {@link CheckpointException} where llama.cpp would compute something else. */
    static Family of(ModelConfig config) {
        String type = config.architecture().modelType();
        return ALL.stream()
                .filter(family -> family.modelType.equals(type))
                .findFirst()
                .orElseThrow(() -> new CheckpointException("model_type (" + type
                        + ") is not written as GGUF yet; written are " + known(Family::modelType)
                        + "; safetensors and peft are written for every family"));
    }

    /** The row for an architecture of llama.cpp; empty where it is none of these. */
    static Optional<Family> named(String architecture) {
        return ALL.stream()
                .filter(family -> family.architecture.equals(architecture))
                .findFirst();
    }

    static String known(Function<Family, String> column) {
        return ALL.stream()
                .filter(family -> Architecture.named(family.modelType).isPresent())
                .map(column)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The family's own record. */
    Architecture record() {
        return Architecture.named(modelType)
                .orElseThrow(() -> new IllegalArgumentException(
                        "general.architecture (" + architecture + ") is not a family that is computed here"));
    }

    /** A key of its metadata. */
    String key(String ending) {
        return architecture + "." + ending;
    }

    /** The name in a GGUF file of a weight. */
    String nameOf(String weight) {
        String whole = WHOLE.get(weight);
        if (whole != null) {
            return whole;
        }
        Matcher matcher = IN_LAYER.matcher(weight);
        if (matcher.matches()) {
            String path = matcher.group(2);
            String name = names.getOrDefault(path, LAYER.getOrDefault(path, ""));
            if (!name.isEmpty()) {
                return "blk." + matcher.group(1) + "." + name + "." + matcher.group(3);
            }
        }
        throw new CheckpointException("weight " + weight + " has no place in llama.cpp's architecture " + architecture);
    }

    /** Heads whose rows are reordered in a weight; 0: they stay. */
    int reorderedHeads(String weight, ModelConfig config) {
        if (!rotatesPairs) {
            return 0;
        }
        if (weight.contains(".self_attn.q_proj.")) {
            return config.attention().heads();
        }
        return weight.contains(".self_attn.k_proj.") ? config.attention().keyValueHeads() : 0;
    }

    /** What is added to the numbers of a weight. */
    double offset(String weight) {
        return weight.endsWith("norm.weight") ? normOffset : 0;
    }

    /** What a user should know about numbers that llama.cpp computes another way; one message each. */
    List<String> notes(ModelConfig config) {
        int window = config.attention().window();
        boolean kept = own != OwnKeys.NONE
                || window == Integer.MAX_VALUE
                || window >= config.shape().maxPositions();
        boolean asked = modelType.equals("mistral")
                || config.source().keys().path("use_sliding_window").asBoolean();
        boolean windowed = asked && !kept;
        return windowed
                ? List.of("llama.cpp reads " + modelType + " without its window of " + window
                        + " tokens; texts longer than that get other numbers there")
                : List.of();
    }
}
