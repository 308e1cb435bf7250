package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which modules of a base {@code adapter_config.json} names. {@code target_modules} is a list of names or name endings, a regular
 * expression over whole names, or {@code all-linear}; {@code layers_to_transform} and {@code layers_pattern} leave of a list the modules
 * in layers of some numbers.
 */
final class TargetModules {
    private final ObjectNode root;

    private TargetModules(ObjectNode root) {
        this.root = root;
    }

    /**
     * The targets of a file for a base, as an {@link AdapterConfig} holds them; {@link IllegalArgumentException} where they name
     * nothing of it, or what is not adapted here.
     */
    static List<String> of(ObjectNode root, ModelConfig model) {
        return new TargetModules(root).in(model);
    }

    private List<String> in(ModelConfig model) {
        JsonNode node = root.path("target_modules");
        if (node.asText().equalsIgnoreCase(AdapterConfig.ALL_LINEAR) && !present("layers_to_transform")) {
            return List.of(AdapterConfig.ALL_LINEAR);
        }
        List<String> names = new ArrayList<>();
        node.forEach(name -> names.add(WrappedConfig.textName(name.asText())));
        if (!node.isTextual() && (!node.isArray() || names.isEmpty())) {
            throw new IllegalArgumentException("target_modules (" + AdapterKeys.brief(node)
                    + ") must be a list of module names, a regular expression or all-linear");
        }
        if (node.isTextual() && present("layers_to_transform")) {
            throw new IllegalArgumentException(
                    "layers_to_transform (" + AdapterKeys.brief(root.path("layers_to_transform"))
                            + ") stands beside target_modules (" + AdapterKeys.brief(node)
                            + "), which says itself which layers it means; PEFT allows only one of them");
        }
        Predicate<String> chosen = node.isTextual()
                ? matching(ModulePattern.whole(node.asText()))
                : module -> names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
        Predicate<String> inLayers = node.isTextual() ? module -> true : layers(names);
        for (String outside : List.of("lm_head", model.decoder().embedding())) {
            if (chosen.test(outside)) {
                throw new IllegalArgumentException("target_modules (" + AdapterKeys.brief(node) + ") includes "
                        + outside + ", but only linear maps within layers are adapted here; "
                        + AdapterKeys.MERGE_FIRST);
            }
        }
        List<String> modules = LinearMaps.of(model).keySet().stream()
                .filter(chosen.and(inLayers))
                .toList();
        if (modules.isEmpty()) {
            throw new IllegalArgumentException("target_modules (" + AdapterKeys.brief(node) + ")"
                    + (present("layers_to_transform")
                            ? " with layers_to_transform (" + AdapterKeys.brief(root.path("layers_to_transform")) + ")"
                            : "")
                    + " names no linear map of this " + model.architecture().modelType()
                    + " model; was it trained on another base ("
                    + root.path("base_model_name_or_path").asText("unnamed") + ")?");
        }
        return node.isTextual() || present("layers_to_transform") ? modules : names;
    }

    /** Whether a pattern matches one of the names that a module has, alone or within another model. */
    private static Predicate<String> matching(ModulePattern pattern) {
        return module -> WrappedConfig.names(module).stream().anyMatch(pattern::matches);
    }

    private boolean present(String key) {
        return root.hasNonNull(key)
                && !(root.path(key).isContainerNode() && root.path(key).isEmpty());
    }

    /**
     * Whether a module lies in a layer that {@code layers_to_transform} numbers. A layer's number is the first one in a module's name
     * that stands after a name of {@code layers_pattern}, or after any name where there is no pattern; modules that are targets by
     * their whole name are chosen whatever their layer (PEFT's check_target_module_exists).
     */
    private Predicate<String> layers(List<String> names) {
        if (!present("layers_to_transform")) {
            if (present("layers_pattern")) {
                throw new IllegalArgumentException("layers_pattern (" + AdapterKeys.brief(root.path("layers_pattern"))
                        + ") says how layers are numbered, but no layers_to_transform which of them are meant");
            }
            return module -> true;
        }
        Set<Integer> numbers = new HashSet<>();
        for (JsonNode number : list("layers_to_transform")) {
            numbers.add(AdapterConfigFile.integer("layers_to_transform", number));
        }
        List<ModulePattern> patterns = new ArrayList<>();
        for (JsonNode pattern : list("layers_pattern")) {
            patterns.add(ModulePattern.numbered("(?:.*?\\.)?" + pattern.asText()));
        }
        if (patterns.isEmpty()) {
            patterns.add(ModulePattern.numbered(".*?\\.[^.]*"));
        }
        return module -> names.contains(module)
                || patterns.stream()
                        .flatMap(pattern -> pattern.number(module).stream().boxed())
                        .findFirst()
                        .filter(numbers::contains)
                        .isPresent();
    }

    /** The values of a key that holds one or a list, or is left out. */
    private List<JsonNode> list(String key) {
        List<JsonNode> values = new ArrayList<>();
        if (present(key)) {
            (root.path(key).isArray() ? root.path(key) : List.of(root.path(key))).forEach(values::add);
        }
        return values;
    }
}
