package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
    private static final Fingerprint PRINT = new Fingerprint("tok", "tmpl", Set.of(2, 7), "model");

    @TempDir
    Path folder;

    @Test
    void theRecordIsSmallAndReadsBack() throws IOException {
        PRINT.write(folder);
        assertThat(Files.readString(folder.resolve("hone.json"))).isEqualTo("""
                        {
                          "model": "model",
                          "stop-tokens": [
                            2,
                            7
                          ],
                          "template": "tmpl",
                          "tokenizer": "tok"
                        }
                        """);
        assertThat(Fingerprint.read(folder)).isEqualTo(PRINT);
        assertThat(PRINT.differences(folder)).isEmpty();
    }

    @Test
    void eachDifferenceIsOneMessage() throws IOException {
        PRINT.write(folder);
        assertThat(new Fingerprint("tok", "other", Set.of(2, 7), "model").differences(folder))
                .singleElement()
                .asString()
                .contains("hone.json: trained with another chat template");
        assertThat(new Fingerprint("tok", "tmpl", Set.of(3), "model").differences(folder))
                .singleElement()
                .asString()
                .contains("trained to stop at [2, 7], now generation stops at [3]");
        assertThat(new Fingerprint("x", null, Set.of(), "y").differences(folder))
                .hasSize(4)
                .anySatisfy(m -> assertThat(m).contains("with a chat template, now there is none"));
    }

    @Test
    void anAdapterTrainedWithoutTemplateSaysSo() throws IOException {
        new Fingerprint("tok", null, Set.of(2, 7), "model").write(folder);
        assertThat(PRINT.differences(folder))
                .singleElement()
                .asString()
                .contains("without a chat template, now there is one");
    }

    @Test
    void anAdapterOfAnotherToolHasNoRecordAndNoWarnings() {
        assertThat(PRINT.differences(folder)).isEmpty();
    }

    @Test
    void aDamagedRecordIsAWarning() throws IOException {
        Files.writeString(folder.resolve("hone.json"), "{\"tokenizer\": 3}");
        assertThat(PRINT.differences(folder)).singleElement().asString().contains("cannot be compared");
        Files.writeString(folder.resolve("hone.json"), "{");
        assertThat(PRINT.differences(folder)).singleElement().asString().contains("is not valid JSON");
    }

    @Test
    void theModelsDigestIsThatOfItsComputationAlone() {
        assertThat(Fingerprint.digest(GoldenModels.a()))
                .hasSize(64)
                .isEqualTo(Fingerprint.digest(ConfigFile.parse(
                        Path.of("config.json"),
                        ConfigFile.write(GoldenModels.a(), "bfloat16").put("_name_or_path", "x"))))
                .isNotEqualTo(Fingerprint.digest(GoldenModels.b()));
    }
}
