package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.architecture.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The keys of {@code adapter_config.json} up to PEFT 0.21: those we read, those that do not matter to what an adapter
 * computes, and those whose feature we do not compute, which are refused once they are switched on.
 */
final class AdapterKeys {
    static final String MERGE_FIRST =
            "merge the adapter into its base with PEFT (merge_and_unload, save_pretrained) and open the result";

    /** How PEFT calls the task of an adapter that carries a head. */
    static final String SCORING = "SEQ_CLS";

    /** What PEFT lists as heads of such adapters, whichever of them the model has. */
    private static final Set<String> HEADS = Set.of("score", "classifier");

    private static final Set<String> READ = Set.of(
            "peft_type",
            "task_type",
            "r",
            "lora_alpha",
            "lora_dropout",
            "target_modules",
            "target_parameters",
            "layers_to_transform",
            "layers_pattern",
            "use_rslora",
            "rank_pattern",
            "alpha_pattern",
            "init_lora_weights");

    private static final Set<String> IMMATERIAL = Set.of(
            "base_model_name_or_path",
            "revision",
            "inference_mode",
            "auto_mapping",
            "peft_version",
            "megatron_core",
            "qalora_group_size",
            "ensure_weight_tying",
            "eva_config",
            "runtime_config");

    /** The feature behind each key that is refused. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("modules_to_save", "modules trained in full beside the adapter"),
            Map.entry("bias", "biases trained beside the adapter"),
            Map.entry("lora_bias", "adapters with biases"),
            Map.entry("fan_in_fan_out", "bases that store weights transposed, as gpt2 does"),
            Map.entry("exclude_modules", "exclusion of modules"),
            Map.entry("trainable_token_indices", "training of single token embeddings"),
            Map.entry("layer_replication", "replicated layers"),
            Map.entry("loftq_config", "quantised bases"),
            Map.entry("corda_config", "initialisations that change the base"),
            Map.entry("lora_ga_config", "initialisations that change the base"),
            Map.entry("megatron_config", "Megatron layers"),
            Map.entry("alora_invocation_tokens", "adapters switched on by a token"),
            Map.entry("arrow_config", "routing between adapters"),
            Map.entry("kasa_config", "KaSA"),
            Map.entry("monteclora_config", "MonteCLoRA"),
            Map.entry("velora_config", "VeLoRA"),
            Map.entry("use_bdlora", "block-diagonal adapters"),
            Map.entry("use_qalora", "quantisation-aware adapters"));

    /** Initialisations that leave the base as it was; the others subtract from it what they start from. */
    private static final Set<String> PLAIN_STARTS = Set.of("true", "false", "gaussian", "eva", "orthogonal");

    private AdapterKeys() {}

    /** The type of adapter a file describes: of those whose keys it has, the one with most; empty for one not known here. */
    static Optional<AdapterType> type(ObjectNode root) {
        return Arrays.stream(AdapterType.values())
                .filter(type -> type.deltas().configKeys().entrySet().stream()
                        .allMatch(key -> root.path(key.getKey())
                                .asText()
                                .equalsIgnoreCase(key.getValue().toString())))
                .max(Comparator.comparingInt(type -> type.deltas().configKeys().size()));
    }

    /** Why an adapter cannot be computed, one reason a key; empty where it can. */
    static List<String> obstacles(ObjectNode root, Output wanted) {
        List<String> obstacles = new ArrayList<>();
        Optional<AdapterType> type = type(root);
        if (type.isEmpty()) {
            obstacles.add("peft_type (" + root.path("peft_type").asText("") + ") is not LORA, the only kind read here");
        }
        Set<String> handled = type.map(t -> t.deltas().configKeys().keySet()).orElse(Set.of());
        String task = root.path("task_type").asText("CAUSAL_LM");
        if (wanted == Output.SCORE) {
            scoring(root, task, obstacles);
        } else if (!task.equals("CAUSAL_LM") && !root.path("task_type").isNull()) {
            obstacles.add("task_type (" + task + ") is not CAUSAL_LM"
                    + (task.equals(SCORING)
                            ? ": the adapter makes a reward model of its base, which scores texts and predicts no tokens"
                            : ", the task asked for"));
        }
        String start = root.path("init_lora_weights").asText("true").toLowerCase(java.util.Locale.ROOT);
        if (!PLAIN_STARTS.contains(start)) {
            obstacles.add("init_lora_weights (" + start + ") changes the base when it is loaded; convert it to a plain"
                    + " adapter when saving (PEFT: path_initial_model_for_weight_conversion)");
        }
        new TreeMap<>(REFUSED).forEach((key, feature) -> {
            JsonNode value = root.path(key);
            boolean checked = wanted == Output.SCORE && key.equals("modules_to_save");
            if (!checked && !handled.contains(key) && !isDefault(key, value)) {
                obstacles.add(key + " (" + brief(value) + ") stands for " + feature + ", which is not computed here; "
                        + advice(key));
            }
        });
        return obstacles;
    }

    /** What keeps an adapter from being a reward model: its task, and a head that is trained in full beside it. */
    private static void scoring(ObjectNode root, String task, List<String> obstacles) {
        if (!task.equals(SCORING)) {
            obstacles.add("task_type (" + task + ") is not " + SCORING
                    + ": the adapter carries no head that scores texts; train one on this base as a reward model");
            return;
        }
        Set<String> saved = new TreeSet<>();
        root.path("modules_to_save").forEach(name -> saved.add(name.asText()));
        if (!saved.contains("score") || !HEADS.containsAll(saved)) {
            obstacles.add("modules_to_save (" + brief(root.path("modules_to_save"))
                    + ") must name score, the head of a reward model, and no module of its layers; " + MERGE_FIRST);
        }
    }

    private static String advice(String key) {
        return key.equals("fan_in_fan_out") ? "there is no way to use this adapter here" : MERGE_FIRST;
    }

    private static boolean namesType(String key) {
        return Arrays.stream(AdapterType.values())
                .anyMatch(type -> type.deltas().configKeys().containsKey(key));
    }

    /** Unknown keys whose value is not a default; they are not applied. */
    static List<String> unknown(ObjectNode root) {
        List<String> unknown = new ArrayList<>();
        root.properties().forEach(e -> {
            String key = e.getKey();
            boolean known =
                    READ.contains(key) || IMMATERIAL.contains(key) || REFUSED.containsKey(key) || namesType(key);
            if (!known && !isDefault(key, e.getValue())) {
                unknown.add(key + " (" + brief(e.getValue()) + ") is not a key known here; it was not applied");
            }
        });
        return unknown;
    }

    private static boolean isDefault(String key, JsonNode value) {
        if (key.equals("bias") && value.asText().equals("none")) {
            return true;
        }
        return value.isMissingNode()
                || value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isTextual() && value.asText().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }

    static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
