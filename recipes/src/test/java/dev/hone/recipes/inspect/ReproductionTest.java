package dev.hone.recipes.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.provenance.RunComparison;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run was made from is written down, and the same comes out again. */
class ReproductionTest {
    private static final String LORA = "adapter: {rank: 4, alpha: 8, dropout: 0.1}\n";

    @TempDir
    private Path folder;

    private TinyRun tiny;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        tiny = TinyRun.in(folder);
    }

    @Test
    void aManifestHasTheDigestOfEverythingThatWasReadAndLeft() {
        tiny.run("first", LORA);

        JsonNode manifest = JsonFiles.read(folder.resolve("first/manifest.json"));
        assertThat(manifest.at("/inputs/data.train[0].path/sha256").asText())
                .isEqualTo(new InputHashes().of(folder.resolve("rows.jsonl")));
        assertThat(manifest.at("/inputs/model/sha256").asText())
                .isEqualTo(new InputHashes().of(folder.resolve("model")));
        assertThat(manifest.at("/result/steps").asInt()).isEqualTo(9);
        assertThat(manifest.at("/result/sha256/adapter_model.safetensors").asText())
                .isEqualTo(new InputHashes().of(folder.resolve("first/final/adapter_model.safetensors")));
        assertThat(manifest.at("/read-with/tokenizer").asText()).hasSize(64);
        assertThat(manifest.at("/environments/0/facts/workers").asText()).isEqualTo("2");
        assertThat(manifest.at("/settings").asText()).contains("seed: 42");
    }

    @Test
    void aRunThatWasStoppedOnceIsReproducedBitForBit() {
        tiny.run("first", LORA, TinyRun.stoppingAfter(4));
        tiny.run("first", LORA);

        RunComparison comparison = reproduce();
        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.lines())
                .singleElement()
                .asString()
                .startsWith("adapter_model.safetensors: equal (sha256 ");
    }

    /** The manifest is made to claim another seed: what comes out then is another adapter. */
    @Test
    void aResultThatDiffersIsReportedWithByHowMuch() throws IOException {
        tiny.run("first", LORA);
        change("settings", JsonFiles.read(manifest()).get("settings").asText().replace("seed: 42", "seed: 43"));

        RunComparison comparison = reproduce();
        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.lines().get(0))
                .matches("adapter_model.safetensors: 70 of 70 tensors differ, by at most .*");
        assertThat(comparison.lines().get(1)).contains("please report this");
    }

    @Test
    void rowsThatHaveChangedAreNamedInsteadOfRepeatingARunOfOthers() throws IOException {
        tiny.run("first", LORA);
        addRow();
        assertThatThrownBy(this::reproduce)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("data.train[0].path: " + folder.resolve("rows.jsonl") + " has changed since");
    }

    @Test
    void anUnfinishedRunIsNotResumedOnceItsRowsHaveChanged() throws IOException {
        tiny.run("first", LORA, TinyRun.stoppingAfter(4));
        addRow();
        assertThatThrownBy(() -> tiny.run("first", LORA))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "since it began data.train[0].path (" + folder.resolve("rows.jsonl") + ") has changed");
    }

    private RunComparison reproduce() {
        return Reproduction.run(manifest(), folder.resolve("again"), RunObserver.none())
                .orElseThrow();
    }

    private Path manifest() {
        return folder.resolve("first/manifest.json");
    }

    private void change(String key, String value) throws IOException {
        ObjectNode json = JsonFiles.read(manifest());
        json.put(key, value);
        JsonFiles.write(manifest(), json);
    }

    private void addRow() throws IOException {
        Files.writeString(
                folder.resolve("rows.jsonl"),
                "{\"prompt\": \"a\", \"completion\": \"b\"}\n",
                StandardOpenOption.APPEND);
    }
}
