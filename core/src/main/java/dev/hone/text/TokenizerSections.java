package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.text.vocabulary.CharacterMap;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The sections of a {@code tokenizer.json} besides its vocabulary, checked before the native library sees them, which aborts the process
 * at errors it does not expect. Throws {@link IllegalArgumentException} saying what in a section is refused.
 */
final class TokenizerSections {
    /** Failed tries after which the native library aborts the process, with a margin. */
    private static final double MAX_TRIES = 8_000_000;

    private static final int MAX_TEXT = 4_000_000;
    private static final double MAX_GROWTH = 32;
    private static final int MAX_INSERTED = 1_000;

    private static final Set<String> NORMALIZERS = Set.of(
            "Sequence",
            "NFC",
            "NFD",
            "NFKC",
            "NFKD",
            "Nmt",
            "Precompiled",
            "Lowercase",
            "StripAccents",
            "Strip",
            "BertNormalizer",
            "ByteLevel",
            "Prepend",
            "Replace");
    private static final Set<String> PRE_TOKENIZERS = Set.of(
            "Sequence",
            "ByteLevel",
            "Split",
            "Digits",
            "Punctuation",
            "Whitespace",
            "WhitespaceSplit",
            "Metaspace",
            "BertPreTokenizer",
            "CharDelimiterSplit",
            "UnicodeScripts");
    private static final Set<String> POST_PROCESSORS =
            Set.of("Sequence", "ByteLevel", "TemplateProcessing", "BertProcessing", "RobertaProcessing");

    private static final Set<String> MODELS = Set.of("BPE", "Unigram", "WordPiece", "WordLevel");

    private final Map<String, Integer> ids;
    private final Set<Integer> known;
    private String at = ""; // the part that is looked at, as a path in the file
    private double triesPerCharacter = 1; // of the expressions that are built into the library
    private double growth = 1;

    private TokenizerSections(Map<String, Integer> ids) {
        this.ids = ids;
        this.known = Set.copyOf(ids.values());
    }

    /** Checks a file whose vocabulary is known; returns how many characters one text may have. */
    static int check(JsonNode root, JsonNode model, Map<String, Integer> ids) {
        TokenizerSections sections = new TokenizerSections(ids);
        sections.each("normalizer", root.path("normalizer"), "normalizers", NORMALIZERS, sections::normalizer);
        sections.each(
                "pre_tokenizer", root.path("pre_tokenizer"), "pretokenizers", PRE_TOKENIZERS, sections::preTokenizer);
        sections.each(
                "post_processor", root.path("post_processor"), "processors", POST_PROCESSORS, sections::postProcessor);
        sections.model(model);
        sections.addedTokens(root);
        return (int) Math.min(MAX_TEXT, MAX_TRIES / (sections.triesPerCharacter * sections.growth));
    }

    /** Visits a section, or each part of one that is a sequence; a section may be missing. */
    private void each(String section, JsonNode node, String list, Set<String> known, Consumer<JsonNode> check) {
        if (node.isMissingNode() || node.isNull()) {
            return;
        }
        String type = node.path("type").asText();
        if (!known.contains(type)) {
            throw new IllegalArgumentException(section + " (" + type + ") is not supported; allowed: "
                    + String.join(", ", known.stream().sorted().toList()));
        }
        if (type.equals("Sequence")) {
            int number = 0;
            for (JsonNode inner : node.path(list)) {
                each(section + "." + list + "[" + number++ + "]", inner, list, known, check);
            }
        } else {
            at = section;
            check.accept(node);
        }
    }

    private void normalizer(JsonNode node) {
        if (node.path("type").asText().equals("Prepend")
                && node.path("prepend").asText().isEmpty()) {
            throw new IllegalArgumentException(at + " (Prepend) puts nothing before a text; remove it");
        }
        String inserted = node.path(node.path("type").asText().equals("Prepend") ? "prepend" : "content")
                .asText();
        if (inserted.length() > MAX_INSERTED) {
            throw new IllegalArgumentException(
                    at + " inserts " + inserted.length() + " characters; allowed are " + MAX_INSERTED);
        }
        if (node.path("type").asText().equals("Precompiled")) {
            growth *= Math.max(1, characterMap(node));
        }
        if (node.path("type").asText().equals("Replace")) {
            expression(node, PatternCost.Empty.SOMEWHERE);
            int replaced =
                    Math.max(1, node.path("pattern").path("String").asText().length());
            growth *= Math.max(1, inserted.length() / (double) replaced);
            if (growth > MAX_GROWTH) {
                throw new IllegalArgumentException(at + " makes a text more than " + (int) MAX_GROWTH
                        + " times as long by what it replaces; allowed is less");
            }
        }
    }

    /** Checks replacements of characters; returns how many times as long they make a text, at most. */
    private double characterMap(JsonNode node) {
        try {
            return CharacterMap.check(
                    Base64.getDecoder().decode(node.path("precompiled_charsmap").asText()));
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException(at + " (Precompiled) " + unusable.getMessage(), unusable);
        }
    }

    private void preTokenizer(JsonNode node) {
        if (node.path("type").asText().equals("Split")) {
            expression(node, PatternCost.Empty.ANYWHERE);
        }
    }

    /**
     * Bounds the work of a pattern, and refuses one that matches no characters: the library cannot replace what has no length.
     *
     * @param refused from which on it is
     */
    private void expression(JsonNode node, PatternCost.Empty refused) {
        String type = node.path("type").asText();
        JsonNode text = node.path("pattern").path("String");
        if (text.isTextual() && text.asText().isEmpty()) {
            throw new IllegalArgumentException(at + " (" + type + ") has the empty text as its pattern; give it one");
        }
        JsonNode expression = node.path("pattern").path("Regex");
        if (expression.isTextual()) {
            try {
                triesPerCharacter = Math.max(triesPerCharacter, PatternCost.perCharacter(expression.asText()));
                if (PatternCost.emptyOf(expression.asText()).compareTo(refused) >= 0) {
                    throw new IllegalArgumentException("regular expression (" + shown(expression.asText())
                            + ") can match no characters at all; let it match at least one");
                }
            } catch (IllegalArgumentException unusable) {
                throw new IllegalArgumentException(at + " " + unusable.getMessage(), unusable);
            }
        }
    }

    private static String shown(String pattern) {
        return pattern.length() > 200 ? pattern.substring(0, 200) + "…" : pattern;
    }

    /** What is added around a text must be tokens, each with its spelling. */
    private void postProcessor(JsonNode node) {
        for (String side : new String[] {"sep", "cls"}) {
            if (node.has(side)) {
                requireToken(node.path(side).path(1));
            }
        }
        for (JsonNode special : node.path("special_tokens")) {
            special.path("ids").forEach(this::requireToken);
            if (special.path("ids").size() != special.path("tokens").size()) {
                throw new IllegalArgumentException(
                        at + " adds " + special.path("ids").size() + " ids as "
                                + special.path("tokens").size() + " tokens; their numbers must agree");
            }
        }
        if (node.path("type").asText().equals("TemplateProcessing")) {
            template(at, node, "single", Set.of("A"));
            template(at, node, "pair", Set.of("A", "B"));
        }
    }

    /** Every piece is a text that is given, or a token that is declared: the library looks both up without asking whether they are there. */
    private static void template(String path, JsonNode node, String name, Set<String> texts) {
        int number = 0;
        for (JsonNode piece : node.path(name)) {
            String at = path + "." + name + "[" + number++ + "]";
            JsonNode special = piece.path("SpecialToken").path("id");
            JsonNode text = piece.path("Sequence").path("id");
            if (special.isTextual() && !node.path("special_tokens").has(special.asText())) {
                throw new IllegalArgumentException(at + " names the token " + special
                        + ", which its special_tokens do not declare; declare it there, or remove the piece");
            }
            if (text.isTextual() && !texts.contains(text.asText())) {
                throw new IllegalArgumentException(at + " stands for the text " + text + ", and " + name + " has "
                        + (texts.size() == 1 ? "only A" : "only A and B"));
            }
        }
    }

    private void requireToken(JsonNode id) {
        if (!id.isInt() || !known.contains(id.intValue())) {
            throw new IllegalArgumentException(at + " adds the id (" + id + "), which is no token's");
        }
    }

    /** Tokens that are found in the normalised text have to be there after it was normalised. */
    private void addedTokens(JsonNode root) {
        boolean strips = false;
        for (JsonNode token : root.path("added_tokens")) {
            strips |= token.path("rstrip").asBoolean();
        }
        NormalizedForm form = new NormalizedForm(root.path("normalizer"));
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asText();
            boolean normalised =
                    token.path("normalized").asBoolean(!token.path("special").asBoolean());
            String found = normalised ? form.of(content) : content;
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        "added token (" + content + ") is normalised to nothing by the normalizer;"
                                + " set its normalized to false, or remove it");
            }
            if (strips && token.path("lstrip").asBoolean() && found.isBlank()) {
                throw new IllegalArgumentException("added token (" + content + ") is white space, and takes white space"
                        + " before it (lstrip) that another token has taken already (rstrip); set its lstrip to false");
            }
        }
    }

    private void model(JsonNode model) {
        String type = model.path("type").asText("BPE");
        if (!MODELS.contains(type)) {
            throw new IllegalArgumentException("model (" + type + ") is not supported; allowed: "
                    + String.join(", ", MODELS.stream().sorted().toList()));
        }
        JsonNode unknown = model.path("unk_token");
        boolean spelled = type.equals("WordPiece") || type.equals("WordLevel");
        if (spelled && !ids.containsKey(unknown.asText())
                || unknown.isTextual() && !ids.containsKey(unknown.asText())) {
            throw new IllegalArgumentException("unk_token (" + unknown + ") of the model is not in its vocabulary");
        }
        if (type.equals("Unigram") && !model.path("unk_id").isInt()) {
            throw new IllegalArgumentException(
                    "unk_id (" + model.path("unk_id") + ") of a Unigram model must be the id of its unknown token");
        }
        if (model.path("dropout").asDouble() != 0) {
            throw new IllegalArgumentException("dropout (" + model.path("dropout")
                    + ") would encode a text differently each time; set it to null");
        }
    }
}
