package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The {@code decoder} section of a {@code tokenizer.json}: which stages turn token spellings into text.
 *
 * <p>Stages see one piece per token until a {@code Fuse} or {@code ByteLevel} joins them to one text. After that only
 * stages whose result does not depend on where the text was cut may follow. Immutable; every stream starts its own chain.
 */
final class DecoderSection {
    private final List<UnaryOperator<DecoderStage>> stages;

    private DecoderSection(List<UnaryOperator<DecoderStage>> stages) {
        this.stages = List.copyOf(stages);
    }

    /** Throws {@link IllegalArgumentException} saying what in the section is not supported. */
    static DecoderSection of(JsonNode section) {
        List<UnaryOperator<DecoderStage>> stages = new ArrayList<>();
        if (section.isMissingNode() || section.isNull()) {
            stages.add(DecoderStage.Words::new);
        } else {
            add(section, false, stages);
        }
        return new DecoderSection(stages);
    }

    DecoderStage start(StringBuilder text) {
        DecoderStage chain = new DecoderStage.Collect(text);
        for (int i = stages.size() - 1; i >= 0; i--) {
            chain = stages.get(i).apply(chain);
        }
        return chain;
    }

    /** Appends the stages of a node; returns whether the pieces are one text after it. */
    private static boolean add(JsonNode node, boolean fused, List<UnaryOperator<DecoderStage>> stages) {
        String type = node.path("type").asText();
        switch (type) {
            case "Sequence" -> {
                for (JsonNode inner : node.path("decoders")) {
                    fused = add(inner, fused, stages);
                }
            }
            case "Fuse" -> fused = true;
            case "ByteLevel" -> {
                onlyBeforeFuse(type, fused);
                stages.add(DecoderStage.ByteLevel::new);
                fused = true;
            }
            case "ByteFallback" -> {
                onlyBeforeFuse(type, fused);
                stages.add(DecoderStage.ByteFallback::new);
            }
            case "Metaspace" -> {
                onlyBeforeFuse(type, fused);
                String mark = node.path("replacement").asText("▁");
                boolean dropFirst =
                        !node.path("prepend_scheme").asText("always").equals("never")
                                && node.path("add_prefix_space").asBoolean(true);
                stages.add(next -> new DecoderStage.Metaspace(mark, dropFirst, next));
            }
            case "Replace" -> {
                String pattern = node.path("pattern").path("String").asText();
                String content = node.path("content").asText();
                if (pattern.isEmpty()) {
                    throw new IllegalArgumentException("decoder Replace needs a pattern of kind String");
                }
                if (pattern.length() > 1) {
                    onlyBeforeFuse("Replace of more than one character", fused);
                }
                stages.add(next -> new DecoderStage.Replace(pattern, content, next));
            }
            case "Strip" -> {
                String mark = node.path("content").asText();
                if (mark.length() != 1) {
                    throw new IllegalArgumentException("decoder Strip needs one character as content (" + mark + ")");
                }
                int start = node.path("start").asInt();
                int stop = node.path("stop").asInt();
                boolean whole = fused;
                stages.add(next -> new DecoderStage.Strip(mark.charAt(0), start, stop, whole, next));
            }
            default ->
                throw new IllegalArgumentException("decoder (" + type + ") is not supported; allowed: ByteLevel, "
                        + "ByteFallback, Fuse, Metaspace, Replace, Strip and a Sequence of these");
        }
        return fused;
    }

    private static void onlyBeforeFuse(String type, boolean fused) {
        if (fused) {
            throw new IllegalArgumentException("decoder " + type + " must come before the pieces are fused");
        }
    }
}
