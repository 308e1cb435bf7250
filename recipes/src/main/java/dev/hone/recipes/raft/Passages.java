package dev.hone.recipes.raft;

import dev.hone.retrieve.Bm25Index;
import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.Retriever;
import dev.hone.retrieve.Wording;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Chunks that can be found by a question and asked what they mention. Closing releases the index. */
final class Passages implements AutoCloseable {
    private final List<Chunk> chunks;
    private final Map<String, String> folded = new HashMap<>();
    private final Bm25Index index;

    Passages(List<Chunk> chunks) {
        this.chunks = List.copyOf(chunks);
        chunks.forEach(chunk -> folded.put(chunk.id(), Wording.folded(chunk.text())));
        index = Bm25Index.of(chunks);
    }

    List<Chunk> chunks() {
        return chunks;
    }

    /** The chunks that BM25 finds, the best first. */
    List<Chunk> find(String question, int most) {
        return index.find(question, most).stream().map(Retriever.Hit::chunk).toList();
    }

    /** Whether a chunk mentions one of some folded answers. */
    boolean mentions(Chunk chunk, List<String> answers) {
        String text = folded(chunk);
        return answers.stream().anyMatch(answer -> Wording.mentions(text, answer));
    }

    String folded(Chunk chunk) {
        return folded.getOrDefault(chunk.id(), "");
    }

    @Override
    public void close() {
        index.close();
    }
}
