package dev.hone.recipes.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.SettingsSchema;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.guard.GuardSettings;
import dev.hone.recipes.run.RunFile;

/**
 * The JSON Schema of a pipeline's file. A stage may leave out whatever the pipeline's defaults or an earlier stage give it, so
 * nothing but its name is required of it.
 */
public final class PipelineFileSchema {
    private PipelineFileSchema() {}

    /** The schema, generated from the records of pipelines, stages and runs. */
    public static ObjectNode generate() {
        ObjectNode schema = SettingsSchema.of(PipelineFile.Frame.class);
        schema.put("title", "A pipeline of hone: ./hone pipeline PIPELINE.yaml");
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.set("defaults", training());
        ObjectNode once = JsonNodeFactory.instance.objectNode();
        ObjectNode raft = SettingsSchema.partOf(PipelineStage.DocumentStage.Body.class);
        ObjectNode trained = named(training());
        trained.withObject("/properties").set("raft", whole(raft).at("/properties/raft"));
        once.putArray("anyOf")
                .add(trained)
                .add(named(SettingsSchema.partOf(PipelineStage.SamplingStage.Body.class)))
                .add(named(raft));
        ObjectNode repeated = JsonNodeFactory.instance.objectNode().put("type", "object");
        repeated.put("additionalProperties", false)
                .putArray("required")
                .add("repeat")
                .add("stages");
        repeated.withObject("/properties")
                .putObject("repeat")
                .put("type", "integer")
                .put("minimum", 1);
        repeated.withObject("/properties").set("stages", list(ref("stage")));
        schema.withObject("/$defs").set("stage", once);
        schema.withObject("/$defs").set("repeated", repeated);
        ObjectNode any = JsonNodeFactory.instance.objectNode();
        any.putArray("anyOf").add(ref("stage")).add(ref("repeated"));
        properties.set("stages", list(any));
        return schema;
    }

    /** A run without its output, which follows from the stage's name. */
    private static ObjectNode training() {
        ObjectNode run = GuardSettings.in(whole(SettingsSchema.partOf(RunFile.class)));
        ((ObjectNode) run.get("properties")).remove("output");
        return run;
    }

    private static ObjectNode named(ObjectNode stage) {
        ObjectNode named = whole(stage);
        ObjectNode properties = named.withObject("/properties");
        properties.putObject("name").put("type", "string");
        properties.set("evaluate", SettingsSchema.partOf(EvaluationTask.Group.class));
        named.putArray("required").add("name");
        return named;
    }

    /** The form of a part that is written out. */
    private static ObjectNode whole(ObjectNode part) {
        return part.has("anyOf") ? (ObjectNode) part.get("anyOf").get(0) : part;
    }

    private static ObjectNode list(ObjectNode items) {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("type", "array");
        list.set("items", items);
        return list;
    }

    private static ObjectNode ref(String name) {
        return JsonNodeFactory.instance.objectNode().put("$ref", "#/$defs/" + name);
    }
}
