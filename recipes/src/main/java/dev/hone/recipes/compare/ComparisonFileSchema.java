package dev.hone.recipes.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.SettingsSchema;

/** The JSON Schema of a comparison's file, generated from its record. */
public final class ComparisonFileSchema {
    private ComparisonFileSchema() {}

    public static ObjectNode generate() {
        ObjectNode schema = SettingsSchema.of(ComparisonFile.class);
        schema.put("title", "A comparison of hone: ./hone compare COMPARISON.yaml");
        return schema;
    }
}
