package dev.hone.text.vocabulary;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A SentencePiece model ({@code tokenizer.model}, {@code spiece.model}): pieces with scores, and how text is made ready for them.
 *
 * <p>The file is the protocol buffer {@code ModelProto} of github.com/google/sentencepiece: pieces are its field 1 (text 1, score 2, type
 * 3), settings of training its field 2, of normalisation its field 3. A piece's id is its place.
 *
 * @param algorithm how a text is split: by the likeliest pieces, or by merging
 * @param characterMap compiled replacements of characters; empty where there are none
 * @param dummyPrefix whether a text begins with a space that is not in it
 * @param collapsesSpaces whether spaces around a text are removed, and runs of them within are one
 */
record SentencePieceModel(
        Algorithm algorithm,
        List<Piece> pieces,
        boolean byteFallback,
        byte[] characterMap,
        boolean dummyPrefix,
        boolean collapsesSpaces,
        int unknown,
        int begin,
        int end,
        int padding) {
    /** What a space is written as. */
    static final String SPACE = "▁";

    private static final int LONGEST_PIECE = 256;

    enum Algorithm {
        UNIGRAM,
        BPE
    }

    /** What a piece is, numbered from 1 as in the file. */
    enum Type {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE
    }

    record Piece(String text, float score, Type type) {}

    /** Reads a file's content; {@link IllegalArgumentException} says what is wrong with it. */
    static SentencePieceModel read(byte[] content) {
        Reading reading = new Reading();
        ProtoMessage.of(content).each(reading::accept);
        return reading.model();
    }

    /** A file as far as it was read, with the format's defaults for what it leaves out. */
    private static final class Reading {
        private final List<Piece> pieces = new ArrayList<>();
        private final Set<String> texts = new HashSet<>();
        private int algorithm = 1;
        private boolean byteFallback;
        private boolean suffixSpace;
        private int unknown;
        private int begin = 1;
        private int end = 2;
        private int padding = -1;
        private byte[] characterMap = {};
        private boolean dummyPrefix = true;
        private boolean collapsesSpaces = true;
        private boolean escapesSpaces = true;

        void accept(ProtoMessage.Field field) {
            switch (field.number()) {
                case 1 -> pieces.add(piece(field.message()));
                case 2 -> field.message().each(this::training);
                case 3 -> field.message().each(this::normalisation);
                default -> {
                    // self tests, the way back from normalised text, and what later versions add
                }
            }
        }

        private Piece piece(ProtoMessage message) {
            String[] text = {""};
            float[] score = {0};
            int[] type = {1};
            message.each(field -> {
                switch (field.number()) {
                    case 1 -> text[0] = field.text();
                    case 2 -> score[0] = field.real();
                    case 3 -> type[0] = field.integer();
                    default -> {
                        // what later versions add
                    }
                }
            });
            String named = "piece " + pieces.size() + " (" + shown(text[0]) + ")";
            if (text[0].isEmpty() || text[0].length() > LONGEST_PIECE) {
                throw new IllegalArgumentException(
                        named + " has " + text[0].length() + " characters; allowed are 1 to " + LONGEST_PIECE);
            }
            if (!texts.add(text[0])) {
                throw new IllegalArgumentException(named + " is there twice; a piece has one id");
            }
            if (!Float.isFinite(score[0])) {
                throw new IllegalArgumentException(named + " has the score " + score[0] + "; it must be finite");
            }
            if (type[0] < 1 || type[0] > Type.values().length) {
                throw new IllegalArgumentException(
                        named + " has the type " + type[0] + "; allowed are 1 to " + Type.values().length);
            }
            Type known = Type.values()[type[0] - 1];
            if (known == Type.UNUSED) {
                throw new IllegalArgumentException(
                        named + " is marked unused, which is not supported; convert the model to tokenizer.json");
            }
            if (known == Type.BYTE && !text[0].matches("<0x[0-9A-F]{2}>")) {
                throw new IllegalArgumentException(named + " is marked a byte; one is spelled <0x00> to <0xFF>");
            }
            return new Piece(text[0], score[0], known);
        }

        private void training(ProtoMessage.Field field) {
            switch (field.number()) {
                case 3 -> algorithm = field.integer();
                case 24 -> suffixSpace = field.flag();
                case 35 -> byteFallback = field.flag();
                case 40 -> unknown = field.integer();
                case 41 -> begin = field.integer();
                case 42 -> end = field.integer();
                case 43 -> padding = field.integer();
                default -> {
                    // how it was trained
                }
            }
        }

        private void normalisation(ProtoMessage.Field field) {
            switch (field.number()) {
                case 2 -> characterMap = field.raw();
                case 3 -> dummyPrefix = field.flag();
                case 4 -> collapsesSpaces = field.flag();
                case 5 -> escapesSpaces = field.flag();
                default -> {
                    // its name, and the rules that the map was compiled from
                }
            }
        }

        SentencePieceModel model() {
            if (pieces.isEmpty()) {
                throw new IllegalArgumentException("holds no pieces; is it a SentencePiece model?");
            }
            if (algorithm != 1 && algorithm != 2) {
                throw new IllegalArgumentException("splits text by " + (algorithm == 3 ? "words" : "characters")
                        + " (model_type " + algorithm + "); allowed are unigram (1) and BPE (2)");
            }
            if (suffixSpace || !escapesSpaces) {
                throw new IllegalArgumentException(
                        suffixSpace
                                ? "marks spaces at the end of words (treat_whitespace_as_suffix), which is not supported"
                                : "keeps spaces as they are (escape_whitespaces), which is not supported");
            }
            if (unknown < 0 || unknown >= pieces.size() || pieces.get(unknown).type() != Type.UNKNOWN) {
                throw new IllegalArgumentException("has no unknown piece at its unk_id (" + unknown + ")");
            }
            if (byteFallback) {
                for (int b = 0; b < 256; b++) {
                    if (!texts.contains("<0x%02X>".formatted(b))) {
                        throw new IllegalArgumentException(
                                "falls back to bytes and lacks the piece <0x%02X>".formatted(b));
                    }
                }
            }
            if (characterMap.length > 0) {
                CharacterMap.check(characterMap);
            }
            return new SentencePieceModel(
                    algorithm == 1 ? Algorithm.UNIGRAM : Algorithm.BPE,
                    List.copyOf(pieces),
                    byteFallback,
                    characterMap,
                    dummyPrefix,
                    collapsesSpaces,
                    unknown,
                    begin,
                    end,
                    padding);
        }

        private static String shown(String text) {
            return text.length() > 40 ? text.substring(0, 40) + "…" : text;
        }
    }
}
