package dev.hone.text;

import dev.hone.text.vocabulary.ByteAlphabet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A step of decoding token spellings to text. Takes pieces and passes finished ones to the next stage. */
interface DecoderStage {
    void accept(String piece);

    /** The end of the pieces: passes on what was held back, then finishes the next stage. */
    void finish();

    /** The last stage: collects the text. */
    record Collect(StringBuilder text) implements DecoderStage {
        @Override
        public void accept(String piece) {
            text.append(piece);
        }

        @Override
        public void finish() {}
    }

    /** Byte-level vocabularies: the spelled bytes of all tokens in a row are one UTF-8 text. */
    final class ByteLevel implements DecoderStage {
        private final DecoderStage next;
        private final Utf8Stream characters = new Utf8Stream();
        private final StringBuilder complete = new StringBuilder();

        ByteLevel(DecoderStage next) {
            this.next = next;
        }

        @Override
        public void accept(String piece) {
            for (byte b : ByteAlphabet.bytesOf(piece)) {
                characters.push(b & 0xFF, complete);
            }
            flush();
        }

        @Override
        public void finish() {
            characters.finish(complete);
            flush();
            next.finish();
        }

        private void flush() {
            if (!complete.isEmpty()) {
                next.accept(complete.toString());
                complete.setLength(0);
            }
        }
    }

    /**
     * Tokens {@code <0x00>} to {@code <0xFF>} are bytes. A run of them is one text if all of it is UTF-8, otherwise one
     * U+FFFD for each byte; since a later byte decides about the whole run, it is held back until the run ends.
     */
    final class ByteFallback implements DecoderStage {
        private final DecoderStage next;
        private final ByteArrayOutputStream run = new ByteArrayOutputStream();

        ByteFallback(DecoderStage next) {
            this.next = next;
        }

        @Override
        public void accept(String piece) {
            int b = byteIn(piece);
            if (b >= 0) {
                run.write(b);
            } else {
                flush();
                next.accept(piece);
            }
        }

        @Override
        public void finish() {
            flush();
            next.finish();
        }

        private void flush() {
            if (run.size() == 0) {
                return;
            }
            byte[] bytes = run.toByteArray();
            run.reset();
            String text;
            try {
                text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException notText) {
                text = "\uFFFD".repeat(bytes.length);
            }
            next.accept(text);
        }

        private static int byteIn(String piece) {
            if (piece.length() != 6 || !piece.startsWith("<0x") || piece.charAt(5) != '>') {
                return -1;
            }
            int high = Character.digit(piece.charAt(3), 16);
            int low = Character.digit(piece.charAt(4), 16);
            return high < 0 || low < 0 ? -1 : high << 4 | low;
        }
    }

    /** Writes {@code content} for every {@code pattern} within a piece. */
    record Replace(String pattern, String content, DecoderStage next) implements DecoderStage {
        @Override
        public void accept(String piece) {
            next.accept(piece.replace(pattern, content));
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    /** SentencePiece spaces: the mark becomes a space, but is dropped from the first piece if {@code dropFirst}. */
    final class Metaspace implements DecoderStage {
        private final String mark;
        private final DecoderStage next;
        private boolean drop;

        Metaspace(String mark, boolean dropFirst, DecoderStage next) {
            this.mark = mark;
            this.drop = dropFirst;
            this.next = next;
        }

        @Override
        public void accept(String piece) {
            next.accept(piece.replace(mark, drop ? "" : " "));
            drop = false;
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    /** No decoder at all: pieces are words, a space between each two. */
    final class Words implements DecoderStage {
        private final DecoderStage next;
        private boolean first = true;

        Words(DecoderStage next) {
            this.next = next;
        }

        @Override
        public void accept(String piece) {
            next.accept(first ? piece : " " + piece);
            first = false;
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    /**
     * Takes up to {@code atStart} and {@code atEnd} times a character off the two ends of each piece, or, once pieces
     * are fused, off the two ends of the whole text. There, what might turn out to be the end is held back.
     */
    final class Strip implements DecoderStage {
        private final char mark;
        private final int atStart;
        private final int atEnd;
        private final boolean fused;
        private final DecoderStage next;
        private final StringBuilder held = new StringBuilder();
        private int toDrop;

        Strip(char mark, int atStart, int atEnd, boolean fused, DecoderStage next) {
            this.mark = mark;
            this.atStart = atStart;
            this.atEnd = atEnd;
            this.fused = fused;
            this.next = next;
            this.toDrop = atStart;
        }

        @Override
        public void accept(String piece) {
            int from = 0;
            while (toDrop > 0 && from < piece.length()) {
                if (piece.charAt(from) == mark) {
                    from++;
                    toDrop--;
                } else {
                    toDrop = 0;
                }
            }
            held.append(piece, from, piece.length());
            int keep = held.length();
            while (keep > 0 && held.length() - keep < atEnd && held.charAt(keep - 1) == mark) {
                keep--;
            }
            if (keep > 0) {
                next.accept(held.substring(0, keep));
                held.delete(0, keep);
            }
            if (!fused) {
                held.setLength(0);
                toDrop = atStart;
            }
        }

        @Override
        public void finish() {
            next.finish();
        }
    }
}
