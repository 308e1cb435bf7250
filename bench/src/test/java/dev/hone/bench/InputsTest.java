package dev.hone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
    @TempDir
    private Path folder;

    private Inputs inputs;

    /** The model file exists already, so that none of a gigabyte is written. */
    @BeforeEach
    void open() throws Exception {
        inputs = new Inputs(folder.resolve("inputs"), folder);
        Files.createDirectories(inputs.large());
        Files.createFile(inputs.large().resolve("model.safetensors"));
    }

    @Test
    void withoutFilesRowsAreThoseOfTheSmallWorld() throws Exception {
        inputs.prepare(new Inputs.Sources(null, null, null, null));
        assertThat(Files.readAllLines(inputs.instructions())).hasSize(512);
        assertThat(Files.readAllLines(inputs.pairs())).hasSize(512);
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
        inputs.prepare(new Inputs.Sources(null, file, null, null));
        assertThat(Files.readAllLines(inputs.pairs()))
                .containsExactly(
                        "{\"prompt\":\"\\n\\nHuman: a\\n\\nAssistant:\",\"chosen\":\" yes\",\"rejected\":\" no\"}");
        assertThat(Files.readAllLines(inputs.transcripts()))
                .containsExactly(
                        "{\"chosen\":\"\\n\\nHuman: a\\n\\nAssistant: yes\",\"rejected\":\"\\n\\nHuman: a\\n\\nAssistant: no\"}");
    }

    @Test
    void pairsInOtherFormsBecomeTranscriptsToo() throws Exception {
        Path file = folder.resolve("pairs.jsonl");
        Files.write(
                file,
                List.of(
                        "{\"prompt\": \"Say 1.\", \"chosen\": \"1\", \"rejected\": \"2\"}",
                        "{\"prompt\": \"a\", \"chosen\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}],"
                                + " \"rejected\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"c\"}]}"));
        inputs.prepare(new Inputs.Sources(null, file, null, null));
        assertThat(Files.readAllLines(inputs.pairs()))
                .containsExactly(
                        "{\"prompt\":\"Say 1.\",\"chosen\":\"1\",\"rejected\":\"2\"}",
                        "{\"prompt\":\"\\n\\nHuman: a\\n\\nAssistant:\",\"chosen\":\" b\",\"rejected\":\" c\"}");
    }

    @Test
    void rowsThatAreNoPairsAreNamed() throws Exception {
        Path file = folder.resolve("texts.jsonl");
        Files.writeString(file, "{\"text\": \"a\"}\n");
        assertThatThrownBy(() -> inputs.prepare(new Inputs.Sources(null, file, null, null)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("texts.jsonl:1: has no chosen; a pair needs chosen and rejected");
    }
}
