package dev.hone.retrieve;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.retrieve.Sentences.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides documents into chunks of whole sentences. A heading begins a new chunk; a sentence is cut, between words, only where it is
 * longer than a chunk.
 *
 * @param tokens the longest chunk
 * @param overlap tokens of whole sentences at the end of a chunk with which the next one begins again, at most
 */
public record Chunker(TokenCount count, int tokens, int overlap) {
    public Chunker {
        require(tokens >= 8, "tokens of a chunk (%d) must be at least 8", tokens);
        requireAtMost("tokens of a chunk", tokens, 1 << 20);
        require(overlap >= 0 && overlap < tokens, "overlap (%d) must be at least 0 and below %d", overlap, tokens);
    }

    /** The chunks of a document, in order. */
    public List<Chunk> chunks(Document document) {
        String text = document.text();
        List<Span> pieces = new ArrayList<>();
        Sentences.of(text).forEach(sentence -> fitting(text, sentence, pieces));
        List<Chunk> chunks = new ArrayList<>();
        int from = 0;
        while (from < pieces.size()) {
            int to = from + 1;
            while (to < pieces.size() && belongs(text, pieces, from, to)) {
                to++;
            }
            int start = pieces.get(from).start();
            int end = pieces.get(to - 1).end();
            chunks.add(new Chunk(document, chunks.size(), start, end));
            from = to == pieces.size() ? to : Math.max(from + 1, repeatedFrom(text, pieces, to));
        }
        return chunks;
    }

    /** The chunks of all documents, in order. */
    public List<Chunk> chunks(List<Document> documents) {
        return documents.stream().flatMap(document -> chunks(document).stream()).toList();
    }

    private boolean belongs(String text, List<Span> pieces, int from, int next) {
        Span piece = pieces.get(next);
        if (Sentences.isHeading(piece.of(text))
                && !Sentences.isHeading(pieces.get(next - 1).of(text))) {
            return false;
        }
        return count.of(text.substring(pieces.get(from).start(), piece.end())) <= tokens;
    }

    /** The first piece that the next chunk repeats; {@code next} where it repeats none. */
    private int repeatedFrom(String text, List<Span> pieces, int next) {
        int from = next;
        if (Sentences.isHeading(pieces.get(next).of(text))) {
            return from;
        }
        while (from > 0
                && count.of(text.substring(
                                pieces.get(from - 1).start(),
                                pieces.get(next - 1).end()))
                        <= overlap) {
            from--;
        }
        return from;
    }

    /** A sentence as pieces that fit into a chunk: itself, where it does. */
    private void fitting(String text, Span sentence, List<Span> pieces) {
        int start = sentence.start();
        while (count.of(text.substring(start, sentence.end())) > tokens) {
            int end = longest(text, start, sentence.end());
            pieces.add(new Span(start, end));
            start = end;
            while (start < sentence.end() && Character.isWhitespace(text.charAt(start))) {
                start++;
            }
        }
        if (start < sentence.end()) {
            pieces.add(new Span(start, sentence.end()));
        }
    }

    /** The end of the longest beginning that fits, between words where there are any. */
    private int longest(String text, int start, int end) {
        int fits = start + 1;
        int tooLong = end;
        while (tooLong - fits > 1) {
            int middle = (fits + tooLong) >>> 1;
            if (count.of(text.substring(start, middle)) <= tokens) {
                fits = middle;
            } else {
                tooLong = middle;
            }
        }
        int word = fits;
        while (word > start && !Character.isWhitespace(text.charAt(word))) {
            word--;
        }
        int cut = word > start ? word : fits;
        return Character.isLowSurrogate(text.charAt(cut)) ? cut - 1 : cut;
    }
}
