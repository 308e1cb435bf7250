package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.recipes.raft.RaftForm;
import dev.hone.recipes.raft.RaftReply;
import dev.hone.retrieve.Bm25Index;
import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.Chunker;
import dev.hone.retrieve.DocumentSet;
import dev.hone.retrieve.Retriever;
import dev.hone.retrieve.TokenCount;
import dev.hone.retrieve.Wording;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The documents that a chat answers from: for each question those that BM25 finds are put before it in RAFT's form, and what a reply
 * quotes is looked up in them.
 */
final class ChatDocuments implements AutoCloseable {
    private final List<Chunk> chunks;
    private final Bm25Index index;
    private final int shown;

    private ChatDocuments(List<Chunk> chunks, int shown) {
        this.chunks = chunks;
        this.shown = shown;
        index = Bm25Index.of(chunks);
    }

    /**
     * Reads and indexes documents.
     *
     * @param shown the most chunks before a question
     * @param tokens the longest chunk
     */
    static ChatDocuments read(List<Path> paths, int shown, int tokens, TokenCount count) {
        if (tokens < 8) {
            throw new ConfigurationException("--chunk-tokens (" + tokens
                    + ") must be at least 8; the model's context has room for fewer --retrieve documents");
        }
        DocumentSet set = DocumentSet.read(paths);
        return new ChatDocuments(new Chunker(count, tokens, 0).chunks(set.documents()), shown);
    }

    /** How much there is, in a line. */
    String describe() {
        long documents =
                chunks.stream().map(chunk -> chunk.document().id()).distinct().count();
        return String.format(Locale.ROOT, "%,d documents in %,d chunks; replies quote them", documents, chunks.size());
    }

    /**
     * A question with the documents that stand before it.
     *
     * @param found the best first
     */
    record Asked(String question, List<Chunk> found) {
        String prompt() {
            return RaftForm.prompt(found.stream().map(Chunk::text).toList(), question);
        }

        /** The question without the worst of its documents. */
        private Asked shorter() {
            return new Asked(question, found.subList(0, found.size() - 1));
        }
    }

    /**
     * Finds the documents for a question, as many as there is room for.
     *
     * @param most tokens that its prompt may have
     * @param length tokens of a prompt
     */
    Asked ask(String question, int most, ToIntFunction<String> length) {
        Asked asked = new Asked(
                question,
                index.find(question, shown).stream().map(Retriever.Hit::chunk).toList());
        while (!asked.found().isEmpty() && length.applyAsInt(asked.prompt()) > most) {
            asked = asked.shorter();
        }
        return asked;
    }

    /** What a reply rests on: the documents it was shown, and for each quotation where it stands. */
    List<String> citations(Asked asked, String text) {
        List<String> lines = new ArrayList<>();
        if (asked.found().isEmpty()) {
            return List.of("(no document shares a word with this, so the model answered without any)");
        }
        lines.add("(shown: " + asked.found().stream().map(Chunk::id).collect(Collectors.joining(", ")) + ")");
        RaftReply reply = RaftReply.of(text);
        for (String quote : reply.quotes()) {
            lines.add(standing(quote, asked)
                    .map(place -> "  “" + quote + "” stands in " + place)
                    .orElse("  “" + quote + "” IS NOT IN THE DOCUMENTS"));
        }
        if (reply.quotes().isEmpty()) {
            lines.add(reply.refuses() ? "  (the model found no answer in them)" : "  (it quotes nothing)");
        }
        return lines;
    }

    private Optional<String> standing(String quote, Asked asked) {
        Optional<String> seen = first(quote, asked.found());
        return seen.isPresent() ? seen : first(quote, chunks).map(id -> id + ", which the model was not shown");
    }

    private static Optional<String> first(String quote, List<Chunk> among) {
        return among.stream()
                .filter(chunk -> Wording.quotes(quote, chunk.text()))
                .map(Chunk::id)
                .findFirst();
    }

    @Override
    public void close() {
        index.close();
    }
}
