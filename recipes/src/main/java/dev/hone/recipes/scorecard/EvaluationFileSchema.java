package dev.hone.recipes.scorecard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.SettingsSchema;

/** The JSON Schema of a file of evaluation tasks, generated from its record. */
public final class EvaluationFileSchema {
    private EvaluationFileSchema() {}

    public static ObjectNode generate() {
        ObjectNode schema = SettingsSchema.of(EvaluationFile.class);
        schema.put("title", "Evaluation tasks of hone: ./hone evaluate TASKS.yaml --model DIR");
        return schema;
    }
}
