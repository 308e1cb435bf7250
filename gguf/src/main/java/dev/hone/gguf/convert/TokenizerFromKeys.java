package dev.hone.gguf.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.gguf.Metadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code tokenizer.ggml.*} as a tokenizer.json and what stands beside it: the other direction of {@link TokenizerKeys}. */
final class TokenizerFromKeys {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String SPACE = "▁";

    private final Metadata from;
    private final List<String> tokens;
    private final long[] types;
    private final Map<String, Integer> ids = new HashMap<>();

    private TokenizerFromKeys(Metadata from) {
        this.from = from;
        this.tokens = from.texts(TokenizerKeys.TOKENS);
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException(TokenizerKeys.TOKENS + " is missing; a base needs its tokenizer");
        }
        long[] stated = from.longs("tokenizer.ggml.token_type");
        if (stated.length != 0 && stated.length != tokens.size()) {
            throw new IllegalArgumentException(
                    "tokenizer.ggml.token_type has " + stated.length + " entries for " + tokens.size() + " tokens");
        }
        this.types = stated.length == 0 ? new long[tokens.size()] : stated;
        for (int id = 0; id < tokens.size(); id++) {
            if (ids.put(tokens.get(id), id) != null) {
                throw new IllegalArgumentException(
                        TokenizerKeys.TOKENS + " has the token " + tokens.get(id) + " twice");
            }
        }
    }

    /** The tokenizer.json; {@link IllegalArgumentException} where it would encode another way. */
    static ObjectNode tokenizer(Metadata from) {
        return new TokenizerFromKeys(from).tokenizer();
    }

    /** The tokenizer_config.json. */
    static ObjectNode config(Metadata from) {
        return new TokenizerFromKeys(from).config();
    }

    private ObjectNode tokenizer() {
        String kind = from.requireText(TokenizerKeys.MODEL);
        ObjectNode root = JSON.objectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        switch (kind) {
            case "gpt2" -> bytes(root);
            case "llama" -> characters(root);
            default ->
                throw new IllegalArgumentException(
                        TokenizerKeys.MODEL + " (" + kind + ") is not read; read are gpt2 and llama");
        }
        addedTokens(root);
        return root;
    }

    private void bytes(ObjectNode root) {
        String name = from.text("tokenizer.ggml.pre").orElse("none");
        PreTokenizer cut = PreTokenizer.named(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "tokenizer.ggml.pre (" + name + ") is not read; read are " + PreTokenizer.known()));
        if (cut.composes()) {
            root.putObject("normalizer").put("type", "NFC");
        } else {
            root.putNull("normalizer");
        }
        root.set("pre_tokenizer", cut.section());
        ObjectNode level = JSON.objectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", false);
        root.set("post_processor", begin(root).orElse(level));
        root.set("decoder", level.deepCopy());
        ObjectNode model = model(root, false, cut.ignoresMerges());
        ArrayNode merges = model.putArray("merges");
        from.texts("tokenizer.ggml.merges").forEach(merges::add);
    }

    private void characters(ObjectNode root) {
        boolean prefixes = from.flag("tokenizer.ggml.add_space_prefix").orElse(true);
        ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        if (prefixes) {
            steps.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        steps.add(replace(" ", SPACE));
        root.putNull("pre_tokenizer");
        begin(root).ifPresentOrElse(node -> root.set("post_processor", node), () -> root.putNull("post_processor"));
        ObjectNode decoder = root.putObject("decoder").put("type", "Sequence");
        ArrayNode stages = decoder.putArray("decoders");
        stages.add(replace(SPACE, " "));
        stages.addObject().put("type", "ByteFallback");
        stages.addObject().put("type", "Fuse");
        if (prefixes) {
            stages.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        ObjectNode model = model(root, true, false);
        ArrayNode merges = model.putArray("merges");
        merges().forEach(merges::add);
    }

    private static ObjectNode replace(String what, String with) {
        ObjectNode node = JSON.objectNode().put("type", "Replace");
        node.putObject("pattern").put("String", what);
        return node.put("content", with);
    }

    /** What puts the first token before a text, where the file says so. */
    private Optional<ObjectNode> begin(ObjectNode root) {
        boolean usual = from.requireText(TokenizerKeys.MODEL).equals("llama");
        Optional<Integer> id = from.integer("tokenizer.ggml.bos_token_id").filter(this::isToken);
        if (id.isEmpty() || !from.flag("tokenizer.ggml.add_bos_token").orElse(usual)) {
            return Optional.empty();
        }
        String token = tokens.get(id.get());
        ObjectNode node = JSON.objectNode().put("type", "TemplateProcessing");
        for (String name : List.of("single", "pair")) {
            ArrayNode pieces = node.putArray(name);
            for (String text : name.equals("single") ? List.of("A") : List.of("A", "B")) {
                piece(pieces, "SpecialToken", token);
                piece(pieces, "Sequence", text);
            }
        }
        ObjectNode special = node.putObject("special_tokens").putObject(token).put("id", token);
        special.putArray("ids").add(id.get());
        special.putArray("tokens").add(token);
        return Optional.of(node);
    }

    private static void piece(ArrayNode pieces, String kind, String id) {
        pieces.addObject().putObject(kind).put("id", id).put("type_id", 0);
    }

    private ObjectNode model(ObjectNode root, boolean characters, boolean ignoresMerges) {
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout");
        Optional<Integer> unknown =
                from.integer("tokenizer.ggml.unknown_token_id").filter(id -> characters && isToken(id));
        model.put("unk_token", unknown.map(tokens::get).orElse(null));
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", characters).put("byte_fallback", characters).put("ignore_merges", ignoresMerges);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < types.length; id++) {
            boolean spelled = types[id] != TokenizerKeys.CONTROL
                    && types[id] != TokenizerKeys.USER_DEFINED
                    && types[id] != TokenizerKeys.UNUSED;
            if (spelled || characters && types[id] != TokenizerKeys.UNUSED) {
                vocabulary.put(tokens.get(id), id);
            }
        }
        return model;
    }

    private boolean isToken(int id) {
        return id >= 0 && id < tokens.size();
    }

    private void addedTokens(ObjectNode root) {
        ArrayNode added = root.putArray("added_tokens");
        boolean characters = from.requireText(TokenizerKeys.MODEL).equals("llama");
        for (int id = 0; id < types.length; id++) {
            boolean unknown = characters && types[id] == TokenizerKeys.UNKNOWN;
            if (types[id] == TokenizerKeys.CONTROL || types[id] == TokenizerKeys.USER_DEFINED || unknown) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", types[id] != TokenizerKeys.USER_DEFINED);
            }
        }
    }

    /** All pairs of tokens that make a token, those of the highest score first. */
    private List<String> merges() {
        float[] scores = from.floats("tokenizer.ggml.scores");
        if (scores.length != tokens.size()) {
            throw new IllegalArgumentException(
                    "tokenizer.ggml.scores has " + scores.length + " entries for " + tokens.size() + " tokens");
        }
        List<Integer> order = new ArrayList<>();
        for (int id = 0; id < scores.length; id++) {
            if (types[id] == TokenizerKeys.NORMAL || types[id] == 0) {
                order.add(id);
            }
        }
        order.sort(Comparator.comparingDouble((Integer id) -> -scores[id]).thenComparing(Comparator.naturalOrder()));
        List<String> merges = new ArrayList<>();
        for (int id : order) {
            String token = tokens.get(id);
            int start = merges.size();
            for (int cut = Math.min(1, token.length()); cut < token.length(); cut++) {
                String left = token.substring(0, cut);
                String right = token.substring(cut);
                if (!Character.isLowSurrogate(right.charAt(0)) && ids.containsKey(left) && ids.containsKey(right)) {
                    merges.add(left + " " + right);
                }
            }
            merges.subList(start, merges.size()).sort(Comparator.comparing((String pair) -> leftId(pair)));
        }
        return merges;
    }

    private int leftId(String pair) {
        return ids.getOrDefault(pair.substring(0, pair.indexOf(' ')), 0);
    }

    private ObjectNode config() {
        ObjectNode root = JSON.objectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        Map<String, String> names = Map.of(
                "bos_token", "tokenizer.ggml.bos_token_id",
                "eos_token", "tokenizer.ggml.eos_token_id",
                "pad_token", "tokenizer.ggml.padding_token_id",
                "unk_token", "tokenizer.ggml.unknown_token_id");
        names.forEach((name, key) -> root.put(
                name, from.integer(key).filter(this::isToken).map(tokens::get).orElse(null)));
        from.flag("tokenizer.ggml.add_bos_token").ifPresent(flag -> root.put("add_bos_token", flag));
        return root;
    }
}
