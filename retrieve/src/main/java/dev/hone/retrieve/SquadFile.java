package dev.hone.retrieve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file in the form of SQuAD and KorQuAD: {@code data}, a list of articles; in each {@code paragraphs} with a {@code context} and its
 * {@code qas}. An article is a document; its contexts are paragraphs, kept to the letter, because answers are named by where they begin.
 */
final class SquadFile {
    private static final int LARGEST = 256 << 20;
    private static final String BETWEEN = "\n\n";

    private SquadFile() {}

    /** Whether a file is one JSON object with {@code data}, and no rows. */
    static boolean looksLike(Path file) throws IOException {
        try (InputStream in = InputFile.stream(file)) {
            String head = new String(in.readNBytes(4096), StandardCharsets.UTF_8).strip();
            return head.startsWith("{")
                    && (head.contains("\"paragraphs\"") || head.matches("(?s)\\{\\s*\"(version|data)\".*"));
        }
    }

    static FileText read(Path file, String name) throws IOException {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(InputFile.bytes(file, LARGEST));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException("it is not valid JSON (" + e.getOriginalMessage() + ")", e);
        }
        List<Document> documents = new ArrayList<>();
        List<SquadQuestion> questions = new ArrayList<>();
        int number = 0;
        for (JsonNode article : root.path("data")) {
            number++;
            String title = article.path("title").asText("article " + number).replace('_', ' ');
            String id = name + ":" + number;
            StringBuilder text = new StringBuilder();
            for (JsonNode paragraph : article.path("paragraphs")) {
                int from = text.length() + (text.isEmpty() ? 0 : BETWEEN.length());
                text.append(text.isEmpty() ? "" : BETWEEN)
                        .append(paragraph.path("context").asText());
                paragraph.path("qas").forEach(asked -> questions.add(question(asked, id, from)));
            }
            documents.add(new Document(id, title, text.toString()));
        }
        if (documents.isEmpty()) {
            throw new IOException("it has no articles under data, as a file of SQuAD's form does");
        }
        return new FileText(documents, List.of(), questions);
    }

    private static SquadQuestion question(JsonNode asked, String document, int from) {
        List<String> answers = new ArrayList<>();
        int start = -1;
        for (JsonNode answer : asked.path("answers")) {
            String text = answer.path("text").asText();
            if (!answers.contains(text)) {
                answers.add(text);
            }
            start = start < 0 ? from + answer.path("answer_start").asInt() : start;
        }
        return new SquadQuestion(
                asked.path("id").asText(), document, asked.path("question").asText(), answers, start);
    }
}
