package dev.hone.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Real tokenizers and vectors that live outside the repository; tests that need them skip where they are not. */
final class ReferenceTokenizers {
    record Vector(String tokenizer, String text, int[] ids, int[] idsWithSpecials, String decoded) {}

    private ReferenceTokenizers() {}

    static Path folder() {
        String reference = System.getProperty("hone.reference", "");
        assumeTrue(!reference.isEmpty(), "skipped: the property hone.reference does not point to the reference data");
        return Path.of(reference, "tokenizers");
    }

    static Path folder(String tokenizer) {
        Path own = folder().resolve(tokenizer);
        Path folder = Files.exists(own)
                ? own
                : folder().resolveSibling("weights").resolve(tokenizer).resolve("hf");
        assumeTrue(Files.exists(folder.resolve("tokenizer.json")), "skipped: no tokenizer.json for " + tokenizer);
        return folder;
    }

    static List<Vector> vectors(String tokenizer) {
        ObjectMapper json = new ObjectMapper();
        List<Vector> vectors = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(folder().resolve("vectors/reference.jsonl"))) {
                JsonNode row = json.readTree(line);
                if (row.path("tokenizer").asText().equals(tokenizer)) {
                    int[] ids = ints(row.path("ids"));
                    JsonNode special = row.path("ids_with_special");
                    vectors.add(new Vector(
                            tokenizer,
                            row.path("text").asText(),
                            ids,
                            special.isNull() ? ids : ints(special),
                            row.path("decoded").asText()));
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return vectors;
    }

    /** What sentencepiece gave for a model file. */
    static List<Vector> sentencePieces(String model) {
        ObjectMapper json = new ObjectMapper();
        List<Vector> vectors = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(folder().resolve("vectors/sentencepiece.jsonl"))) {
                JsonNode row = json.readTree(line);
                if (row.path("model").asText().equals(model)) {
                    int[] ids = ints(row.path("ids"));
                    vectors.add(new Vector(
                            model,
                            row.path("text").asText(),
                            ids,
                            ids,
                            row.path("decoded").asText()));
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return vectors;
    }

    private static int[] ints(JsonNode list) {
        int[] ints = new int[list.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = list.get(i).asInt();
        }
        return ints;
    }
}
