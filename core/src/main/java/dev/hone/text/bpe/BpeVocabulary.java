package dev.hone.text.bpe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A learned byte-level BPE vocabulary, ready to be saved as a checkpoint's tokenizer.
 *
 * @param tokens        spelling of each token by id, special tokens not included
 * @param merges        pairs to join, in order of preference
 * @param specialTokens follow the tokens: their ids start at {@code tokens.size()}
 */
public record BpeVocabulary(List<String> tokens, List<MergeRule> merges, List<String> specialTokens) {
    /** Two tokens that are joined wherever they are neighbours. */
    public record MergeRule(String left, String right) {}

    public BpeVocabulary {
        tokens = List.copyOf(tokens);
        merges = List.copyOf(merges);
        specialTokens = List.copyOf(specialTokens);
    }

    /** Number of ids, special tokens included. */
    public int size() {
        return tokens.size() + specialTokens.size();
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json} into a folder, creating it where needed.
     *
     * @param eos            the special token that ends a text
     * @param pad            the special token that fills rows
     * @param modelMaxLength the model's context length in tokens
     */
    public void save(Path folder, String eos, String pad, int modelMaxLength) throws IOException {
        for (String token : List.of(eos, pad)) {
            if (!specialTokens.contains(token)) {
                throw new IllegalArgumentException(
                        "token (" + token + ") is not one of the special tokens " + specialTokens);
            }
        }
        Files.createDirectories(folder);
        write(folder.resolve("tokenizer.json"), tokenizer());
        write(folder.resolve("tokenizer_config.json"), config(eos, pad, modelMaxLength));
    }

    private ObjectNode tokenizer() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int i = 0; i < specialTokens.size(); i++) {
            ObjectNode token = added.addObject().put("id", tokens.size() + i);
            token.setAll(describe(specialTokens.get(i)));
        }
        root.putObject("normalizer").put("type", "NFC");
        ObjectNode preTokenizer = root.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = preTokenizer.putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", WordCounts.SPLIT);
        split.put("behavior", "Isolated").put("invert", false);
        steps.add(byteLevel());
        root.set("post_processor", byteLevel());
        root.set("decoder", byteLevel());
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        ArrayNode rules = model.putArray("merges");
        for (MergeRule merge : merges) {
            rules.addArray().add(merge.left()).add(merge.right());
        }
        return root;
    }

    /** Keys in alphabetical order, as in other checkpoints. */
    private ObjectNode config(String eos, String pad, int modelMaxLength) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("add_bos_token", false).put("add_prefix_space", false);
        ObjectNode added = root.putObject("added_tokens_decoder");
        for (int i = 0; i < specialTokens.size(); i++) {
            added.set(String.valueOf(tokens.size() + i), describe(specialTokens.get(i)));
        }
        root.putNull("bos_token").put("clean_up_tokenization_spaces", false).put("eos_token", eos);
        root.put("model_max_length", modelMaxLength).put("pad_token", pad);
        root.put("tokenizer_class", "PreTrainedTokenizerFast").putNull("unk_token");
        return root;
    }

    private static ObjectNode describe(String specialToken) {
        ObjectNode token = JsonNodeFactory.instance.objectNode().put("content", specialToken);
        token.put("single_word", false).put("lstrip", false).put("rstrip", false);
        return token.put("normalized", false).put("special", true);
    }

    private static ObjectNode byteLevel() {
        ObjectNode step = JsonNodeFactory.instance.objectNode().put("type", "ByteLevel");
        return step.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", false);
    }

    private static void write(Path file, ObjectNode content) throws IOException {
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter()
                .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                .withArrayIndenter(new DefaultIndenter("  ", "\n"));
        AtomicFiles.write(file, text(content, lines) + "\n");
    }

    private static String text(ObjectNode content, DefaultPrettyPrinter lines) throws JsonProcessingException {
        return new ObjectMapper().writer(lines).writeValueAsString(content);
    }
}
