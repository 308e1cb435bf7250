package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.SettingsSchema;

/** The JSON Schema of a file of RAFT data, generated from its record. */
public final class RaftFileSchema {
    private RaftFileSchema() {}

    public static ObjectNode generate() {
        ObjectNode schema = SettingsSchema.of(RaftFile.class);
        schema.put("title", "Data for retrieval-augmented fine-tuning with hone: ./hone raft RAFT.yaml");
        return schema;
    }
}
