package dev.hone.recipes.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.SettingsSchema;

/** The JSON Schema of a run's file, generated from its records, for editors to complete and check it by. */
public final class RunFileSchema {
    private RunFileSchema() {}

    /** The schema; the learning rate may be left out because it follows from the method. */
    public static ObjectNode generate() {
        ObjectNode schema = SettingsSchema.of(RunFile.class, "training.learning-rate");
        schema.put("title", "A run of hone: ./hone train RUN.yaml");
        return schema;
    }
}
