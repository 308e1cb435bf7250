package dev.hone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
    @TempDir
    private Path folder;

    private Inputs material;

    /** A model is there already, so that none of a gigabyte is made. */
    @BeforeEach
    void open() throws Exception {
        material = new Inputs(folder.resolve("material"), folder);
        Files.createDirectories(material.large());
        Files.createFile(material.large().resolve("model.safetensors"));
    }

    @Test
    void withoutFilesRowsAreThoseOfTheSmallWorld() throws Exception {
        material.prepare(new Inputs.Sources(null, null, null));
        assertThat(Files.readAllLines(material.instructions())).hasSize(512);
        assertThat(Files.readAllLines(material.pairs())).hasSize(512);
    }

    @Test
    void transcriptsAreCutBeforeTheirLastReply() throws Exception {
        Path file = folder.resolve("hh.jsonl");
        Files.write(
                file,
                List.of(
                        "{\"chosen\": \"\\n\\nHuman: a\\n\\nAssistant: yes\", \"rejected\": \"\\n\\nHuman: a\\n\\nAssistant: no\"}",
                        "{\"chosen\": \"\\n\\nHuman: a\\n\\nAssistant: yes\", \"rejected\": \"\\n\\nHuman: b\\n\\nAssistant: no\"}",
                        "{\"chosen\": \"\\n\\nHuman: a\\n\\nAssistant: \", \"rejected\": \"\\n\\nHuman: a\\n\\nAssistant: no\"}"));
        material.prepare(new Inputs.Sources(null, file, null));
        assertThat(Files.readAllLines(material.pairs()))
                .containsExactly(
                        "{\"prompt\":\"\\n\\nHuman: a\\n\\nAssistant:\",\"chosen\":\" yes\",\"rejected\":\" no\"}");
        assertThat(Files.readAllLines(material.transcripts()))
                .containsExactly(
                        "{\"chosen\":\"\\n\\nHuman: a\\n\\nAssistant: yes\",\"rejected\":\"\\n\\nHuman: a\\n\\nAssistant: no\"}");
    }
}
