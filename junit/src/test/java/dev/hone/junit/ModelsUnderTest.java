package dev.hone.junit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.tensor.DType;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A base of random weights, an adapter that changes nothing, one that changes everything, and cases that the base answers right. */
final class ModelsUnderTest {
    static final String FOLDER = "target/models-under-test/";
    static final String BASE = FOLDER + "base";
    static final String IDLE = FOLDER + "idle";
    static final String CHANGED = FOLDER + "changed";
    static final String CACHE = FOLDER + "cache";
    static final String CASES = FOLDER + "cases.jsonl";
    static final String HARMFUL = FOLDER + "harmful.jsonl";
    static final String TEXTS = FOLDER + "texts.jsonl";

    private ModelsUnderTest() {}

    static void make() throws IOException {
        Path base = Path.of(BASE);
        LanguageModel model = TinyModels.frozen(TinyModels.llama(260, 16, 24, 2, 4, 2, 512), 9);
        TinyTokenizers.bytes(base).close();
        CheckpointWriter.write(base, model, DType.F32);
        try (LoadedModel loaded = LoadedModel.open(base, null, ComputeChoice.of(DType.F32), "chatml", warning -> {})) {
            Fingerprint fingerprint = Fingerprint.of(
                    model.config(), loaded.tokenizer(), ChatTemplate.builtIn("chatml"), loaded.stopTokens());
            Adapter fresh = Adapter.fresh(model.config(), AdapterConfig.standard(), 1);
            AdapterFiles.write(Path.of(IDLE), fresh, model.config(), BASE, fingerprint);
            AdapterFiles.write(
                    Path.of(CHANGED),
                    GoldenModels.filled(Adapter.fresh(model.config(), AdapterConfig.standard(), 1)),
                    model.config(),
                    BASE,
                    fingerprint);
            StringBuilder cases = new StringBuilder();
            StringBuilder harmful = new StringBuilder();
            try (Generator generator = loaded.generator(1)) {
                for (String prompt : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
                    String answer = generator
                            .complete(List.of(loaded.request(List.of(Message.user(prompt)), Sampling.greedy(), 6)))
                            .get(0)
                            .text();
                    cases.append(JsonNodeFactory.instance
                                    .objectNode()
                                    .put("prompt", prompt)
                                    .put("answer", answer))
                            .append('\n');
                    if (answer.chars().anyMatch(Character::isLetter)) { // others say nothing
                        harmful.append(JsonNodeFactory.instance.objectNode().put("prompt", prompt))
                                .append('\n');
                    }
                }
            }
            Files.writeString(Path.of(CASES), cases);
            Files.writeString(Path.of(HARMFUL), harmful);
            Files.writeString(Path.of(TEXTS), "{\"text\": \"some text\"}\n{\"text\": \"and more\"}\n");
        }
    }
}
