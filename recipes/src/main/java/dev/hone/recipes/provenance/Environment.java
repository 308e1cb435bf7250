package dev.hone.recipes.provenance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.tensor.Engine;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What besides its settings and inputs a run's last bits depend on: the code, the engine, the processor's instructions and the
 * number of threads. Immutable.
 *
 * @param facts by name, in a fixed order
 */
public record Environment(Map<String, String> facts) {
    /** Micro-batches computed side by side. */
    private static final String WORKERS = "workers";

    public Environment {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** The one this process runs in, for a run of {@code workers} workers. */
    public static Environment here(int workers) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("hone", CodeVersion.version("dev.hone", "recipes"));
        facts.put("code", CodeVersion.digest());
        facts.put("libtorch", CodeVersion.version("org.bytedeco", "pytorch"));
        facts.put("java", System.getProperty("java.version"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("processor", Engine.processor());
        facts.put("instructions", Engine.vectorInstructions());
        facts.put("threads", Integer.toString(Engine.threads()));
        facts.put(WORKERS, Integer.toString(workers));
        return new Environment(facts);
    }

    static Environment read(JsonNode json) {
        Map<String, String> facts = new LinkedHashMap<>();
        json.fields()
                .forEachRemaining(
                        field -> facts.put(field.getKey(), field.getValue().asText()));
        return new Environment(facts);
    }

    void write(ObjectNode into) {
        facts.forEach(into::put);
    }

    /** The workers a run had here. */
    public String workers() {
        return facts.getOrDefault(WORKERS, "1");
    }

    /** What differs from another one, as {@code name: there, here}. */
    public List<String> differences(Environment there) {
        return facts.entrySet().stream()
                .filter(fact -> !fact.getValue().equals(there.facts.get(fact.getKey())))
                .map(fact -> fact.getKey() + ": " + brief(there.facts.get(fact.getKey())) + ", here "
                        + brief(fact.getValue()))
                .toList();
    }

    private static String brief(@Nullable String fact) {
        return fact == null ? "not known" : fact.matches("[0-9a-f]{64}") ? fact.substring(0, 12) : fact;
    }
}
