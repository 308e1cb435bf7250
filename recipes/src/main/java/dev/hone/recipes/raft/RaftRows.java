package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.random.Draw;
import dev.hone.retrieve.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of one side of the split from its questions.
 *
 * <pre>
 *   id, question, answer, answers
 *   messages          the prompt in RAFT's form, and the reply
 *   documents         the texts that the prompt shows, in their order; sources: the chunks they are
 *   oracle            the text that answers, shown or not; oracle-source: its chunk
 *   oracle-at         its place among the documents, from 0; null where it is absent
 *   quote             the words of the oracle that the reply quotes
 *   distractors       held-out rows alone: up to eight texts that do not answer, of which the prompt shows the first
 *   retrieved         held-out rows alone: up to eight texts that BM25 finds for the question, the best first
 * </pre>
 */
final class RaftRows {
    /** The most documents beside the oracle that an evaluation may show, and the most retrieved ones. */
    static final int MOST = 8;

    private final RaftFile file;
    private final Passages passages;
    private final Distractors distractors;
    private final Drops drops;
    private final Draw draw;

    RaftRows(RaftFile file, Passages passages, Drops drops) {
        this.file = file;
        this.passages = passages;
        this.drops = drops;
        distractors = new Distractors(passages, file.retriever(), file.seed());
        draw = Draw.of(file.seed(), "oracle");
    }

    /** Candidates that mentioned a right answer and were therefore not taken as distractors. */
    int falseDistractors() {
        return distractors.refused();
    }

    /** A row of each question for which there are enough distractors. */
    List<ObjectNode> train(List<GroundedQuestion> questions) {
        return questions.stream()
                .flatMap(question ->
                        row(question, distractors.of(question, file.distractors() + 1), file.distractors()).stream())
                .toList();
    }

    /**
     * The same with what an evaluation needs beside them. Where little is held out, a row has as many distractors as there are: a measure
     * on fewer is better than none.
     */
    List<ObjectNode> heldOut(List<GroundedQuestion> questions) {
        List<ObjectNode> rows = new ArrayList<>();
        for (GroundedQuestion question : questions) {
            List<Chunk> others = distractors.of(question, Math.max(MOST, file.distractors() + 1));
            int shown = Math.min(file.distractors(), Math.max(1, others.size() - 1));
            for (ObjectNode row : row(question, others, shown).stream().toList()) {
                add(row.putArray("distractors"), others.subList(0, Math.min(MOST, others.size())));
                add(row.putArray("retrieved"), passages.find(question.text(), MOST));
                rows.add(row);
            }
        }
        return rows;
    }

    private Optional<ObjectNode> row(GroundedQuestion question, List<Chunk> others, int shown) {
        Draw own = draw.at(question.number());
        boolean present = own.uniform(0) < file.oracleShare();
        int needed = shown + (present ? 0 : 1);
        if (others.size() < needed) {
            drops.add("questions have too few distractors", question.id());
            return Optional.empty();
        }
        List<Chunk> documents = new ArrayList<>(others.subList(0, needed));
        Integer at = null;
        if (present) {
            at = (int) own.below(1, documents.size() + 1L);
            documents.add(at, question.oracle());
        }
        return Optional.of(row(question, documents, at));
    }

    private ObjectNode row(GroundedQuestion question, List<Chunk> documents, @Nullable Integer at) {
        boolean refused = at == null && file.absent() == RaftFile.Absent.REFUSE;
        List<String> texts = documents.stream().map(Chunk::text).toList();
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("id", question.id());
        row.set(
                "messages",
                messages(
                        RaftForm.prompt(texts, question.text()),
                        refused ? RaftForm.refusal(question.language(), file.answerMark()) : question.reply()));
        row.put("question", question.text()).put("answer", question.answers().get(0));
        question.answers().forEach(row.putArray("answers")::add);
        texts.forEach(row.putArray("documents")::add);
        ArrayNode sources = row.putArray("sources");
        documents.forEach(chunk -> sources.add(chunk.id()));
        row.put("oracle", question.oracle().text())
                .put("oracle-source", question.oracle().id());
        row.put("oracle-at", at).put("quote", question.quote());
        return row;
    }

    /** A question and its answer without documents, for the plain fine-tuning that RAFT is compared with. */
    static ObjectNode plain(GroundedQuestion question) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("id", question.id());
        row.set("messages", messages(question.text(), question.answers().get(0)));
        return row;
    }

    private static ArrayNode messages(String prompt, String reply) {
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        messages.addObject().put("role", "user").put("content", prompt);
        messages.addObject().put("role", "assistant").put("content", reply);
        return messages;
    }

    private static void add(ArrayNode list, List<Chunk> chunks) {
        chunks.forEach(chunk -> list.add(chunk.text()));
    }
}
