package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.JsonFiles;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.provenance.CodeVersion;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.DocumentSet;
import dev.hone.retrieve.TokenCount;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Data for retrieval-augmented fine-tuning, made from documents: rows to train on, the same questions without documents for the plain
 * fine-tuning they are compared with, and rows of held-out documents.
 */
public record RaftData(List<ObjectNode> train, List<ObjectNode> plain, List<ObjectNode> heldOut, RaftReport report) {
    /** The files that {@link #save} writes. */
    public static final String[] NAMES = {"train.jsonl", "plain.jsonl", "held-out.jsonl", "raft.json"};

    public RaftData {
        train = List.copyOf(train);
        plain = List.copyOf(plain);
        heldOut = List.copyOf(heldOut);
    }

    /**
     * Makes the data.
     *
     * @throws DataException if there is no document, no question, or no question that could be kept
     */
    public static RaftData of(RaftFile file, RunObserver observer) {
        Path model = file.model();
        if (file.reasoning() == RaftFile.Reasoning.MODEL && model != null) {
            try (LoadedModel loaded =
                    ModelLoading.open(new ModelPaths(model, null), ComputeChoice.fastest(), "auto", observer)) {
                return of(file, counting(loaded.tokenizer()), Writer.of(loaded, observer));
            }
        } else if (model != null) {
            try (Tokenizer tokenizer = TokenizerFile.open(model)) {
                return of(file, counting(tokenizer), null);
            }
        }
        return of(file, TokenCount.estimate(), null);
    }

    private static TokenCount counting(Tokenizer tokenizer) {
        return text -> tokenizer.ids(text, Specials.NONE).length;
    }

    static RaftData of(RaftFile file, TokenCount count, @Nullable Writer writer) {
        Drops drops = new Drops();
        DocumentSet documents = DocumentSet.read(file.documents());
        List<Chunk> chunks = file.chunker(count).chunks(documents.documents());
        List<GroundedQuestion> questions = questions(file, documents, chunks, writer, drops);
        DocumentSplit split = DocumentSplit.of(chunks, file.heldOut(), file.seed(), drops);
        List<GroundedQuestion> trained = split.trained(questions, drops);
        try (Passages train = new Passages(split.train());
                Passages heldOut = new Passages(split.heldOut())) {
            RaftRows trainRows = new RaftRows(file, train, drops);
            RaftRows heldOutRows = new RaftRows(file, heldOut, drops);
            List<ObjectNode> rows = trainRows.train(trained);
            List<ObjectNode> held = heldOutRows.heldOut(split.heldOut(questions));
            if (rows.isEmpty()) {
                throw new DataException(
                        "no question of " + questions.size() + " could be kept: " + String.join("; ", drops.lines()));
            }
            Set<String> kept = rows.stream().map(row -> row.path("id").asText()).collect(Collectors.toSet());
            return new RaftData(
                    rows,
                    trained.stream()
                            .filter(question -> kept.contains(question.id()))
                            .map(RaftRows::plain)
                            .toList(),
                    held,
                    new RaftReport(
                            file,
                            documents,
                            split,
                            drops,
                            trainRows.falseDistractors() + heldOutRows.falseDistractors(),
                            RaftReport.RowCounts.of(rows, count),
                            RaftReport.RowCounts.of(held, count)));
        }
    }

    private static List<GroundedQuestion> questions(
            RaftFile file, DocumentSet documents, List<Chunk> chunks, @Nullable Writer writer, Drops drops) {
        if (file.questions().isModel() && writer != null) {
            return new WrittenQuestions(writer, file.perChunk(), drops).write(chunks);
        }
        List<Question> asked = asked(file, documents, chunks);
        if (asked.isEmpty()) {
            throw new DataException("there is no question: "
                    + (file.questions().isRule(0)
                            ? "no sentence of the documents has a number, a name or a heading that the rules could ask for"
                            : "no file among the documents asks one, as files of SQuAD's form do")
                    + "; name a file of questions, or another source (rule, model)");
        }
        try (Passages all = new Passages(chunks)) {
            List<GroundedQuestion> grounded = new Grounding(all, file.answerMark(), drops).ground(asked);
            return writer == null ? grounded : new WrittenQuestions(writer, file.perChunk(), drops).answered(grounded);
        }
    }

    private static List<Question> asked(RaftFile file, DocumentSet documents, List<Chunk> chunks) {
        if (file.questions().isFile()) {
            return new QuestionRows(documents.documents()).read(file.questions().file());
        } else if (file.questions().isRule(documents.questions().size())) {
            return new RuleQuestions(file.perChunk(), file.seed()).ask(chunks);
        }
        return documents.questions().stream()
                .map(asked -> new Question(
                        asked.id(), asked.text(), asked.answers(), Set.of(asked.document()), asked.start()))
                .toList();
    }

    /**
     * Writes all of it into the folder that the file names, with the report and what it was made from.
     *
     * @param settings every value of the file, as YAML
     */
    public void save(String settings) throws IOException {
        Path folder = report.file().output();
        ObjectNode json = report.json();
        json.put("settings", settings).put("hone", CodeVersion.version("dev.hone", "recipes"));
        InputHashes hashes = new InputHashes();
        ObjectNode inputs = json.putObject("inputs");
        report.documents().files().forEach(input -> inputs.put(input.toString(), hashes.of(input)));
        if (report.file().questions().isFile()) {
            Path questions = report.file().questions().file();
            inputs.put(questions.toString(), hashes.of(questions));
        }
        AtomicFiles.write(folder.resolve("train.jsonl"), lines(train));
        AtomicFiles.write(folder.resolve("plain.jsonl"), lines(plain));
        AtomicFiles.write(folder.resolve("held-out.jsonl"), lines(heldOut));
        JsonFiles.write(folder.resolve("raft.json"), json);
    }

    private static String lines(List<ObjectNode> rows) {
        return rows.stream().map(row -> row + "\n").collect(Collectors.joining());
    }
}
