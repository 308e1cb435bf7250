package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.recipes.compare.ComparisonFileSchema;
import dev.hone.recipes.pipeline.PipelineFileSchema;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunFileSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The generated schemas accept what the readers accept, and name what an editor should underline. */
class SchemaTest {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final String SHORT = "method: sft\nmodel: m\noutput: o\n";

    static Stream<ObjectNode> schemas() {
        return Stream.of(RunFileSchema.generate(), PipelineFileSchema.generate(), ComparisonFileSchema.generate());
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void eachIsASchemaOfDraft2020(ObjectNode schema) {
        SchemaLocation meta = SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId());
        assertThat(schema.path("$schema").asText()).isEqualTo(SpecificationVersion.DRAFT_2020_12.getDialectId());
        assertThat(REGISTRY.getSchema(meta).validate(schema)).isEmpty();
    }

    static Stream<Path> examples() throws IOException {
        List<Path> files = Stream.of("../examples", "../small-model")
                .flatMap(folder -> {
                    try {
                        return Files.list(Path.of(folder));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .filter(file -> file.toString().endsWith(".yaml"))
                .sorted()
                .toList();
        assertThat(files).hasSizeGreaterThan(5);
        return files.stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsValid(Path file) throws IOException {
        String yaml = Files.readString(file);
        ObjectNode schema = yaml.contains("\nstages:")
                ? PipelineFileSchema.generate()
                : yaml.contains("method:") ? RunFileSchema.generate() : ComparisonFileSchema.generate();
        assertThat(errors(schema, yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {train: a.jsonl}",
                "data: {train: [a.jsonl, {path: b.jsonl, weight: 3}], evaluate: 0.05}",
                "data: {train: {path: a.jsonl}, evaluate: held-out.jsonl, replay: general.jsonl}",
                "data: {train: a.jsonl}\nadapter: lora\ntraining:",
                "data: {train: a.jsonl}\nadapter: {path: runs/x}",
                "data: {train: a.jsonl}\nadapter: {targets: [q_proj, v_proj]}",
                "data: {train: a.jsonl}\ntraining: {steps: 5, epochs: null, rows-per-batch: auto}",
                "data: {train: a.jsonl}\ntraining: {minutes: 5, schedule: linear, rows-per-batch: 4}",
                "data: {train: a.jsonl, accept: duplicates}\nsft: {learn: all}"
            })
    void whatARunMayWriteIsValid(String rest) {
        RunFile.read(Settings.parse("run.yaml", SHORT + rest));
        assertThat(errors(RunFileSchema.generate(), SHORT + rest)).isEmpty();
    }

    /** What the schema refuses the reader refuses too. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data: {train: a.jsonl, trane: 1} | trane",
                "data: {train: a.jsonl, max-tokens: many} | max-tokens",
                "data: {train: a.jsonl, packing: 1} | packing",
                "data: {train: a.jsonl, on-overflow: explode} | on-overflow",
                "data: {train: a.jsonl, replay: {share: 0.5}} | replay",
                "{data: {train: a.jsonl}, training: {steps: 5, epochs: 1}} | training",
                "{data: {train: a.jsonl}, training: {schedule: {kind: wavy}}} | schedule",
                "{data: {train: a.jsonl}, training: {optimizer: {kind: adamw, betas: [a, b]}}} | betas",
                "{data: {train: a.jsonl}, adapter: {kind: lora, path: x}} | adapter",
                "{data: {train: a.jsonl}, adapter: saved} | adapter",
                "{data: {train: a.jsonl}, dpo: {beta: 0.2}} | method",
                "{data: {train: a.jsonl}, method: sfd} | method",
                "{data: {train: a.jsonl}, method: distill} | distill",
                "{data: {train: a.jsonl}, method: distill, distill: {beta: 1.0}} | distill"
            })
    void whatNoRunMayWriteIsNot(String rest, String place) {
        String yaml = rest.startsWith("{")
                ? rest.replace(
                        "{data", (rest.contains("method:") ? "{" : "{method: sft, ") + "model: m, output: o, data")
                : SHORT + rest;
        assertThatThrownBy(() -> RunFile.read(Settings.parse("run.yaml", yaml)))
                .isInstanceOf(ConfigurationException.class);
        assertThat(errors(RunFileSchema.generate(), yaml).toString()).contains(place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stages: [{name: a, method: sft}]",
                "output: o",
                "{output: o, stages: [{method: sft}]}",
                "{output: o, stages: [{name: a, method: sft, output: b}]}",
                "{output: o, stages: [{name: a, sample: {modle: m}}]}",
                "{output: o, stages: [{repeat: 2, stages: [{name: a, metod: sft}]}]}",
                "{output: o, merge: int8, stages: [{name: a, method: sft}]}"
            })
    void whatNoPipelineMayWriteIsNot(String yaml) {
        assertThat(errors(PipelineFileSchema.generate(), yaml)).isNotEmpty();
    }

    private static List<Error> errors(ObjectNode schema, String yaml) {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        JsonNode value = new ObjectMapper().valueToTree(read);
        return REGISTRY.getSchema(schema).validate(value);
    }
}
