package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.ExpertModule;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code adapter_config.json} as PEFT writes it: read for a given base, it says which modules are changed ({@link TargetModules}), with
 * which rank and scale.
 *
 * <p>The first key of {@code rank_pattern} and {@code alpha_pattern} that matches the end of a module's
 * name replaces rank or alpha there.
 */
final class AdapterConfigFile {
    static final String NAME = "adapter_config.json";

    private final Path file;
    private final ObjectNode root;

    private AdapterConfigFile(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    /** Rank and scale of one module's delta. */
    record RankAndScale(int rank, double scale) {}

    /**
     * What the file says about a base: the adapter's shape, the changed modules in the base's order, and whether a head that
     * scores texts comes with them.
     */
    record AdapterPlan(AdapterConfig config, Map<String, RankAndScale> modules, Output output) {}

    /**
     * Keys of {@code rank_pattern} and {@code alpha_pattern} that match no module the adapter changes, one message each: a misspelled
     * one leaves its modules with the adapter's own rank and alpha.
     */
    static List<String> unmatched(Path file, ModelConfig model) {
        AdapterConfigFile config = new AdapterConfigFile(file, JsonFiles.read(file));
        List<String> messages = new ArrayList<>();
        AdapterConfig shape = new AdapterConfig(1, 1, 0, TargetModules.of(config.root, model), false);
        List<String> changed = LinearMaps.of(model).keySet().stream()
                .filter(shape::covers)
                .map(ExpertModule::stacked)
                .distinct()
                .toList();
        for (String key : List.of("rank_pattern", "alpha_pattern")) {
            config.patterns(key).forEach((pattern, value) -> {
                if (changed.stream().noneMatch(pattern::matches)) {
                    messages.add(file + ": " + key + " (" + pattern + ": " + value
                            + ") matches no module that the adapter changes, so it has no effect");
                }
            });
        }
        return messages;
    }

    /** Reads the file for a base; what cannot be computed here raises {@link CheckpointException} with every reason. */
    static AdapterPlan plan(Path file, ModelConfig model, Output wanted) {
        return new AdapterConfigFile(file, JsonFiles.read(file)).plan(model, wanted);
    }

    private AdapterPlan plan(ModelConfig model, Output wanted) {
        List<String> obstacles = AdapterKeys.obstacles(root, wanted);
        if (!obstacles.isEmpty()) {
            throw new CheckpointException(file + ": " + String.join("; and ", obstacles));
        }
        try {
            AdapterConfig config = new AdapterConfig(
                    AdapterKeys.type(root).orElseThrow(),
                    integer("r", root.path("r")),
                    number("lora_alpha", root.path("lora_alpha")),
                    root.hasNonNull("lora_dropout") ? number("lora_dropout", root.path("lora_dropout")) : 0,
                    TargetModules.of(root, model),
                    root.path("use_rslora").asBoolean(false));
            Map<ModulePattern, JsonNode> ranks = patterns("rank_pattern");
            Map<ModulePattern, JsonNode> alphas = patterns("alpha_pattern");
            Map<String, RankAndScale> modules = new LinkedHashMap<>();
            for (String module : LinearMaps.of(model).keySet()) {
                if (config.covers(module)) {
                    String named = ExpertModule.stacked(module); // as PEFT calls it
                    JsonNode rank = first(ranks, named);
                    JsonNode alpha = first(alphas, named);
                    AdapterConfig own = config.with(
                            rank.isMissingNode() ? config.rank() : integer("rank_pattern", rank),
                            alpha.isMissingNode() ? config.alpha() : number("alpha_pattern", alpha));
                    modules.put(module, new RankAndScale(own.rank(), own.scale()));
                }
            }
            return new AdapterPlan(config, modules, wanted);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        }
    }

    private Map<ModulePattern, JsonNode> patterns(String key) {
        Map<ModulePattern, JsonNode> patterns = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : root.path(key).properties()) {
            try {
                patterns.put(ModulePattern.ending(entry.getKey()), entry.getValue());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + " " + e.getMessage(), e);
            }
        }
        return patterns;
    }

    private static JsonNode first(Map<ModulePattern, JsonNode> patterns, String module) {
        for (Map.Entry<ModulePattern, JsonNode> entry : patterns.entrySet()) {
            if (entry.getKey().matches(module)) {
                return entry.getValue();
            }
        }
        return MissingNode.getInstance();
    }

    static int integer(String key, JsonNode node) {
        if (!node.isInt()) {
            throw new IllegalArgumentException(
                    key + (node.isMissingNode() ? " is missing" : " (" + node + ")") + "; an integer is needed");
        }
        return node.intValue();
    }

    private static double number(String key, JsonNode node) {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw new IllegalArgumentException(
                    key + (node.isMissingNode() ? " is missing" : " (" + node + ")") + "; a number is needed");
        }
        return node.doubleValue();
    }

    /**
     * The object for an adapter: every key PEFT needs, and patterns only where modules differ from the adapter's own rank
     * and alpha (some servers read nothing but those two).
     */
    static ObjectNode write(Adapter adapter, ModelConfig model, @Nullable String baseName) {
        AdapterConfig config = adapter.config();
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("peft_type", "LORA");
        root.put("task_type", adapter.score() == null ? "CAUSAL_LM" : AdapterKeys.SCORING);
        root.put("base_model_name_or_path", baseName);
        root.put("r", config.rank());
        putNumber(root, "lora_alpha", config.alpha());
        root.put("lora_dropout", config.dropout());
        root.put("use_rslora", config.rankStabilised());
        targetNames(adapter, model).forEach(root.putArray("target_modules")::add);
        List<String> parameters = parameterNames(adapter);
        if (!parameters.isEmpty()) {
            parameters.forEach(root.putArray("target_parameters")::add);
        }
        ObjectNode ranks = root.putObject("rank_pattern");
        ObjectNode alphas = root.putObject("alpha_pattern");
        for (String module : adapter.modules()) {
            ModuleDelta delta = Objects.requireNonNull(adapter.at(module));
            ExpertModule expert = ExpertModule.named(module).orElse(null);
            boolean isGate = expert != null && expert.map() != ExpertModule.Map.DOWN;
            int rank = isGate ? 2 * delta.rank() : delta.rank(); // gate and up are one delta there
            String name = ExpertModule.stacked(module);
            if (rank != config.rank()) {
                ranks.put(name, rank);
            }
            double expected = config.with(rank, config.alpha()).scale();
            if (Math.abs(expected - delta.scale()) > 1e-12 * expected) {
                double perAlpha = config.with(rank, 1).scale();
                putNumber(alphas, name, delta.scale() / perAlpha);
            }
        }
        root.put("bias", "none");
        root.put("fan_in_fan_out", false);
        root.put("inference_mode", true);
        root.put("init_lora_weights", true);
        root.put("lora_bias", false);
        root.put("use_dora", false);
        root.putObject("loftq_config");
        for (String absent : List.of(
                "auto_mapping",
                "exclude_modules",
                "layers_pattern",
                "layers_to_transform",
                "modules_to_save",
                "revision")) {
            root.putNull(absent);
        }
        if (adapter.score() != null) {
            root.putArray("modules_to_save").add("score");
        }
        config.type().deltas().configKeys().forEach((key, value) -> {
            if (value instanceof Boolean flag) {
                root.put(key, flag);
            } else {
                root.put(key, value.toString());
            }
        });
        return root;
    }

    private static void putNumber(ObjectNode root, String key, double value) {
        if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
            root.put(key, (int) value);
        } else {
            root.put(key, value);
        }
    }

    /** The parameters of all experts, as endings such as {@code mlp.experts.down_proj}, sorted. */
    private static List<String> parameterNames(Adapter adapter) {
        return adapter.modules().stream()
                .flatMap(module -> ExpertModule.named(module).stream())
                .map(ExpertModule::parameter)
                .map(name -> name.substring(name.lastIndexOf('.', name.lastIndexOf(".experts.") - 1) + 1))
                .distinct()
                .sorted()
                .toList();
    }

    /** Short names such as {@code q_proj} where they say the same as the full ones, sorted. */
    private static List<String> targetNames(Adapter adapter, ModelConfig model) {
        List<String> modules = adapter.modules().stream()
                .filter(module -> ExpertModule.named(module).isEmpty())
                .toList();
        Set<String> changed = Set.copyOf(modules);
        List<String> endings = modules.stream()
                .map(module -> module.substring(module.lastIndexOf('.') + 1))
                .distinct()
                .sorted()
                .toList();
        boolean same = LinearMaps.of(model).keySet().stream()
                .filter(module -> ExpertModule.named(module).isEmpty())
                .allMatch(module ->
                        changed.contains(module) == endings.contains(module.substring(module.lastIndexOf('.') + 1)));
        return same ? endings : modules;
    }
}
