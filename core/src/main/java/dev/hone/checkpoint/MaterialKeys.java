package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.FamilyKeys;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which keys of config.json matter to what a model computes. One that nobody here reads, that is not known to be without effect and whose
 * value switches something on is refused: the model may be another than the one that would be computed.
 */
final class MaterialKeys {
    /** What every family has. */
    private static final Set<String> READ = Set.of(
            "model_type",
            "architectures",
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "num_key_value_heads",
            "head_dim",
            "hidden_act",
            "max_position_embeddings",
            "rms_norm_eps",
            "rope_theta",
            "rope_scaling",
            "rope_parameters",
            "tie_word_embeddings",
            "initializer_range",
            "torch_dtype",
            "dtype",
            "num_labels",
            "id2label",
            "label2id");

    /** What a file says of itself, of training, of caches, of the tokenizer, and of generation, which old files hold too. */
    private static final Pattern WITHOUT_EFFECT =
            Pattern.compile("_.*|.*_(token_id|version|token_index)|.*(pdrop|dropout)|unsloth_.*|summary_.*|"
                    + "(auto_map|use_cache|cache_implementation|pretraining_tp|attn_implementation"
                    + "|torchscript|use_bfloat16|output_(attentions|hidden_states|scores)|return_dict(_in_generate)?"
                    + "|model_max_length|max_sequence_length|tokenizer_class|task_specific_params|problem_type|finetuning_task|prefix"
                    + "|is_(de|en)coder(_decoder)?|is_llama_config|chunk_size_feed_forward|pruned_heads|gradient_checkpointing"
                    + "|neftune_noise_alpha|partial_rotary_factor|(max|min)_length|do_sample|early_stopping|num_(beams|beam_groups|return_sequences)"
                    + "|temperature|top_[kp]|typical_p|(repetition|length|diversity)_penalty|(encoder_)?no_repeat_ngram_size"
                    + "|(begin_)?suppress_tokens|bad_words_ids|exponential_decay_length_penalty|remove_invalid_values"
                    + "|cross_attention_hidden_size|add_cross_attention|tie_encoder_decoder|tf_legacy_loss|use_flash_attn"
                    + "|flash_attention|license|language|name|torch_compile|transformers\\.js_config|trust_remote_code|max_new_tokens"
                    + "|(pad|eos|bos|unk)_token|seq_length)");

    private MaterialKeys() {}

    /**
     * @throws IllegalArgumentException with every key that is refused
     */
    static void requireKnown(ObjectNode root, Architecture architecture) {
        Set<String> known = new TreeSet<>();
        FamilyKeys family = architecture.keys();
        READ.forEach(key -> known.add(family.spelt(key)));
        family.defaults().fieldNames().forEachRemaining(key -> known.add(family.spelt(key)));
        known.addAll(family.ignored());
        List<String> unknown = root.properties().stream()
                .filter(e -> !known.contains(e.getKey())
                        && !WITHOUT_EFFECT.matcher(e.getKey()).matches()
                        && !isOff(e.getValue()))
                .map(e -> e.getKey() + " (" + AdapterKeys.brief(e.getValue()) + ")")
                .toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", unknown) + (unknown.size() == 1 ? " is" : " are")
                    + " not known of " + architecture.modelType()
                    + " models here and may change what the model computes; if you know that it does not, delete "
                    + (unknown.size() == 1 ? "the key" : "the keys"));
        }
    }

    private static boolean isOff(JsonNode value) {
        return value.isNull()
                || value.isBoolean() && !value.booleanValue()
                || value.isNumber() && value.doubleValue() == 0
                || value.isTextual() && value.asText().isEmpty()
                || value.isContainerNode() && value.isEmpty();
    }
}
