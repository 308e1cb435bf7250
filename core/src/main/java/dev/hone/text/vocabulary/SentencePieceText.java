package dev.hone.text.vocabulary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.text.vocabulary.SentencePieceModel.Algorithm;
import dev.hone.text.vocabulary.SentencePieceModel.Piece;
import dev.hone.text.vocabulary.SentencePieceModel.Type;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A SentencePiece model as a {@code tokenizer.json}.
 *
 * <p>Control pieces and the unknown one are special tokens wherever they are written, as in every {@code tokenizer.json} of such a model;
 * sentencepiece itself would split them. What its normalisation does to a whole text happens to each part between special tokens; the
 * space that a text begins with only stands before its first part where {@code tokenizer_config.json} has {@code legacy: false}.
 */
final class SentencePieceText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<Type> PARTS = Set.of(Type.NORMAL);

    private final SentencePieceModel model;
    private final JsonNode config;
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final boolean dummyPrefix;

    SentencePieceText(SentencePieceModel model, JsonNode config) {
        this.model = model;
        this.config = config;
        this.dummyPrefix = config.path("add_prefix_space").asBoolean(model.dummyPrefix());
        model.pieces().forEach(piece -> ids.put(piece.text(), ids.size()));
    }

    Converted convert(JsonNode addedTokens) {
        ObjectNode sections = NODES.objectNode();
        AddedToken.writeTo(sections, AddedToken.with(marked(), config, addedTokens, ids));
        sections.set("normalizer", normalizer());
        if (firstOnly()) {
            sections.set(
                    "pre_tokenizer",
                    NODES.objectNode()
                            .put("type", "Metaspace")
                            .put("replacement", SentencePieceModel.SPACE)
                            .put("prepend_scheme", "first")
                            .put("split", false));
        }
        String begin = named(model.begin());
        String end = named(model.end());
        Map<String, Integer> around = new LinkedHashMap<>();
        if (begin != null && config.path("add_bos_token").asBoolean(true)) {
            around.put(begin, model.begin());
        }
        sections.set(
                "post_processor",
                Converted.around(
                        around,
                        end != null && config.path("add_eos_token").asBoolean(false)
                                ? Map.of(end, model.end())
                                : Map.of()));
        sections.set("decoder", decoder());
        return Converted.of(
                sections,
                json -> {
                    boolean bpe = model.algorithm() == Algorithm.BPE;
                    json.writeStringField("type", bpe ? "BPE" : "Unigram");
                    json.writeBooleanField("byte_fallback", model.byteFallback());
                    if (bpe) {
                        json.writeNullField("dropout");
                        json.writeStringField(
                                "unk_token", model.pieces().get(model.unknown()).text());
                        json.writeBooleanField("fuse_unk", true);
                        Converted.vocabulary(json, ids);
                        merges().writeTo(json);
                    } else {
                        json.writeNumberField("unk_id", model.unknown());
                        json.writeArrayFieldStart("vocab");
                        for (Piece piece : model.pieces()) {
                            json.writeStartArray();
                            json.writeString(piece.text());
                            json.writeNumber((double) piece.score());
                            json.writeEndArray();
                        }
                        json.writeEndArray();
                    }
                },
                new Converted.Names(begin, end, named(model.padding()), named(model.unknown())));
    }

    private @Nullable String named(int id) {
        return id >= 0 && id < model.pieces().size() ? model.pieces().get(id).text() : null;
    }

    /** Pieces that are looked for before the rest is split. */
    private List<AddedToken> marked() {
        List<AddedToken> marked = new ArrayList<>();
        for (int id = 0; id < model.pieces().size(); id++) {
            Piece piece = model.pieces().get(id);
            if (piece.type() == Type.CONTROL || piece.type() == Type.UNKNOWN) {
                marked.add(AddedToken.special(id, piece.text()));
            } else if (piece.type() == Type.USER_DEFINED) {
                marked.add(AddedToken.text(id, piece.text(), piece.text().contains(SentencePieceModel.SPACE)));
            }
        }
        return marked;
    }

    private boolean firstOnly() {
        return dummyPrefix && !config.path("legacy").asBoolean(true);
    }

    private ObjectNode normalizer() {
        ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        if (model.characterMap().length > 0) {
            steps.addObject()
                    .put("type", "Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(model.characterMap()));
        }
        if (model.collapsesSpaces()) {
            replace(steps.addObject(), "Regex", "\\A +", "");
            replace(steps.addObject(), "Regex", " +\\z", "");
            replace(steps.addObject(), "Regex", " {2,}", " ");
        }
        if (!firstOnly()) {
            if (dummyPrefix) {
                steps.addObject().put("type", "Prepend").put("prepend", SentencePieceModel.SPACE);
            }
            replace(steps.addObject(), "String", " ", SentencePieceModel.SPACE);
        }
        return sequence;
    }

    private ObjectNode decoder() {
        ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("decoders");
        replace(steps.addObject(), "String", SentencePieceModel.SPACE, " ");
        if (model.byteFallback()) {
            steps.addObject().put("type", "ByteFallback");
        }
        steps.addObject().put("type", "Fuse");
        if (dummyPrefix) {
            steps.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        return sequence;
    }

    private static void replace(ObjectNode step, String kind, String pattern, String content) {
        step.put("type", "Replace").put("content", content).putObject("pattern").put(kind, pattern);
    }

    /** The piece of the highest score is merged first. */
    private Merges merges() {
        Map<String, Integer> parts = new LinkedHashMap<>();
        for (int id = 0; id < model.pieces().size(); id++) {
            if (PARTS.contains(model.pieces().get(id).type())) {
                parts.put(model.pieces().get(id).text(), id);
            }
        }
        Merges merges = new Merges();
        parts.forEach((text, id) -> merges.add(text, -model.pieces().get(id).score(), parts));
        return merges;
    }
}
