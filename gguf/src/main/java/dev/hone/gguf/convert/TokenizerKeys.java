package dev.hone.gguf.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.gguf.Metadata;
import dev.hone.text.SpecialTokens;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A tokenizer.json as {@code tokenizer.ggml.*}: byte pairs over bytes ({@code gpt2}), and byte pairs over characters with a fallback to bytes, as
 * SentencePiece trains them ({@code llama}). Of the second kind llama.cpp knows a score for each token and merges whatever makes the token
 * with the highest; that is the same as the file's list of merges if the list is complete, which is checked.
 */
final class TokenizerKeys {
    static final String MODEL = "tokenizer.ggml.model";
    static final String TOKENS = "tokenizer.ggml.tokens";

    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;
    static final int BYTE = 6;

    private static final String SPACE = "▁";

    private final Path file;
    private final ObjectNode json;
    private final JsonNode model;
    private final Map<String, Integer> ids = new HashMap<>();

    private TokenizerKeys(Path file, ObjectNode json) {
        this.file = file;
        this.json = json;
        this.model = json.path("model");
        model.path("vocab")
                .properties()
                .forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    }

    /**
     * Puts a tokenizer.
     *
     * @param file the tokenizer.json
     * @param vocabulary tokens that the model has; those that the tokenizer lacks get names of their own
     * @param stops ids that end a reply
     * @throws CheckpointException where llama.cpp has no tokenizer that does the same
     */
    static void write(
            Path file, ObjectNode json, Tokenizer tokenizer, int vocabulary, Set<Integer> stops, Metadata to) {
        TokenizerKeys keys = new TokenizerKeys(file, json);
        if (!keys.model.path("type").asText("BPE").equals("BPE")) {
            throw keys.wrong("a " + keys.model.path("type").asText() + " model");
        }
        boolean characters = keys.model.path("byte_fallback").asBoolean();
        if (characters) {
            keys.putCharacters(to);
        } else {
            keys.putBytes(to);
        }
        keys.putTokens(vocabulary, characters, to);
        keys.putSpecial(tokenizer, stops, to);
    }

    private void putBytes(Metadata to) {
        String normalizer = json.path("normalizer").path("type").asText("");
        if (!normalizer.isEmpty() && !normalizer.equals("NFC")) {
            throw wrong("the normalizer " + normalizer);
        }
        PreTokenizer cut = PreTokenizer.of(json)
                .orElseThrow(() -> wrong(
                        "this pre_tokenizer (or ignore_merges with it); those it has are " + PreTokenizer.known()));
        to.put(MODEL, "gpt2").put("tokenizer.ggml.pre", cut.shown());
    }

    private void putCharacters(Metadata to) {
        to.put(MODEL, "llama").put("tokenizer.ggml.pre", "default").put("tokenizer.ggml.add_space_prefix", prefixes());
    }

    /** Whether a space is put before a text. */
    private boolean prefixes() {
        boolean replaces = false;
        boolean prefixes = false;
        JsonNode section = json.path("normalizer");
        for (JsonNode step : section.has("normalizers") ? section.path("normalizers") : List.of(section)) {
            switch (step.path("type").asText()) {
                case "Prepend" -> prefixes = true;
                case "Replace" ->
                    replaces |= step.path("pattern").path("String").asText().equals(" ")
                            && step.path("content").asText().equals(SPACE);
                case "" -> {}
                default -> throw wrong("the normalizer " + step.path("type").asText());
            }
        }
        JsonNode cut = json.path("pre_tokenizer");
        if (cut.path("type").asText().equals("Metaspace")) {
            replaces = true;
            prefixes = !cut.path("prepend_scheme")
                    .asText(cut.path("add_prefix_space").asBoolean(true) ? "always" : "never")
                    .equals("never");
        }
        if (!replaces) {
            throw wrong("byte fallback without the mark " + SPACE + " for a space");
        }
        return prefixes;
    }

    private void putTokens(int vocabulary, boolean characters, Metadata to) {
        String[] texts = new String[vocabulary];
        int[] types = new int[vocabulary];
        ids.forEach((text, id) -> put(texts, types, id, text, type(text, characters)));
        for (JsonNode token : json.path("added_tokens")) {
            String text = token.path("content").asText();
            boolean unknown = characters && text.equals(model.path("unk_token").asText(""));
            int type = unknown ? UNKNOWN : token.path("special").asBoolean() ? CONTROL : USER_DEFINED;
            put(texts, types, token.path("id").asInt(), text, type);
        }
        for (int id = 0; id < vocabulary; id++) {
            if (texts[id] == null) {
                texts[id] = "[PAD" + id + "]";
                types[id] = UNUSED;
            }
        }
        to.put(TOKENS, List.of(texts)).put("tokenizer.ggml.token_type", types);
        if (characters) {
            to.put("tokenizer.ggml.scores", scores(texts));
        } else {
            List<String> merges = new ArrayList<>();
            for (String[] pair : merges()) {
                merges.add(pair[0] + " " + pair[1]);
            }
            to.put("tokenizer.ggml.merges", merges);
        }
    }

    private void put(String[] texts, int[] types, int id, String text, int type) {
        if (id >= texts.length) {
            throw new CheckpointException(file + ": token " + text + " has the id " + id + ", and the model has only "
                    + texts.length + " tokens; do tokenizer and model belong together?");
        }
        texts[id] = text;
        types[id] = type;
    }

    private static int type(String text, boolean characters) {
        return characters && text.matches("<0x[0-9A-F]{2}>") ? BYTE : NORMAL;
    }

    /** The merges in order, each of two texts; a file has them as pairs or as a line. */
    private List<String[]> merges() {
        List<String[]> merges = new ArrayList<>();
        for (JsonNode merge : model.path("merges")) {
            merges.add(
                    merge.isArray()
                            ? new String[] {
                                merge.path(0).asText(), merge.path(1).asText()
                            }
                            : merge.asText().split(" ", 2));
        }
        return merges;
    }

    /** A token's score is higher the earlier it is made; one that no merge makes gets the lowest. */
    private float[] scores(String[] texts) {
        Map<String, Integer> order = new HashMap<>();
        Set<String> known = new HashSet<>();
        for (String[] merge : merges()) {
            order.putIfAbsent(merge[0] + merge[1], order.size());
            known.add(merge[0] + " " + merge[1]);
        }
        float[] scores = new float[texts.length];
        for (int id = 0; id < texts.length; id++) {
            Integer place = order.get(texts[id]);
            scores[id] = place == null ? -1e6f : -place;
            if (place != null) {
                requireAllMerges(texts[id], known);
            }
        }
        return scores;
    }

    private void requireAllMerges(String text, Set<String> known) {
        for (int cut = text.offsetByCodePoints(0, 1); cut < text.length(); cut = text.offsetByCodePoints(cut, 1)) {
            String left = text.substring(0, cut);
            String right = text.substring(cut);
            if (ids.containsKey(left) && ids.containsKey(right) && !known.contains(left + " " + right)) {
                throw wrong(
                        "a list of merges that makes " + text + " in some ways and not of " + left + " and " + right);
            }
        }
    }

    private void putSpecial(Tokenizer tokenizer, Set<Integer> stops, Metadata to) {
        SpecialTokens special = tokenizer.specialTokens();
        OptionalInt begin = special.bosId();
        OptionalInt end = special.eosId();
        begin.ifPresent(id -> to.put("tokenizer.ggml.bos_token_id", id));
        end.ifPresent(id -> to.put("tokenizer.ggml.eos_token_id", id));
        special.padId().ifPresent(id -> to.put("tokenizer.ggml.padding_token_id", id));
        Integer unknown = ids.get(model.path("unk_token").asText(""));
        if (unknown != null) {
            to.put("tokenizer.ggml.unknown_token_id", unknown);
        }
        stops.stream()
                .filter(id -> end.isEmpty() || id != end.getAsInt())
                .findFirst()
                .ifPresent(id -> to.put("tokenizer.ggml.eot_token_id", id));
        int[] plain = tokenizer.ids("a", Specials.NONE);
        int[] whole = tokenizer.ids("a", Specials.ADD);
        to.put(
                "tokenizer.ggml.add_bos_token",
                begin.isPresent() && whole[0] == begin.getAsInt() && whole.length > plain.length);
        to.put(
                "tokenizer.ggml.add_eos_token",
                end.isPresent() && whole.length > plain.length && whole[whole.length - 1] == end.getAsInt());
    }

    private CheckpointException wrong(String what) {
        return new CheckpointException(file + ": llama.cpp has no tokenizer with " + what
                + "; safetensors and peft keep the tokenizer as it is");
    }
}
