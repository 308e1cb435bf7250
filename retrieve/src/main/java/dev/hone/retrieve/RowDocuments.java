package dev.hone.retrieve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.retrieve.DocumentSet.Skipped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Documents in the rows of a file: {@code {"title", "text"}}, or {@code {"documents": […]}} with several of them. A row without a text
 * becomes one of its names and values, a paragraph each, as descriptions of APIs are.
 */
final class RowDocuments {
    private static final List<String> TEXTS =
            List.of("text", "content", "document", "context", "oracle_context", "body");
    private static final List<String> TITLES = List.of("title", "name", "heading");

    private RowDocuments() {}

    static FileText read(java.nio.file.Path file, String name) {
        JsonlFile rows = JsonlFile.open(file);
        List<Document> documents = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        for (int i = 0; i < rows.rows(); i++) {
            String id = name + ":" + (i + 1);
            try {
                ObjectNode row = rows.row(i);
                if (row.path("documents").isArray()) {
                    several(row.get("documents"), id, documents);
                } else if (row.has("messages") || row.has("conversations")) {
                    skipped.add(new Skipped(id, "is a conversation, not a document"));
                } else {
                    documents.add(one(row, id));
                }
            } catch (DataException e) {
                skipped.add(new Skipped(id, e.reason()));
            }
        }
        return new FileText(documents, skipped, List.of());
    }

    private static void several(JsonNode list, String id, List<Document> documents) {
        for (int i = 0; i < list.size(); i++) {
            documents.add(one(list.get(i), id + "." + (i + 1)));
        }
    }

    private static Document one(JsonNode node, String id) {
        String text = node.isTextual() ? node.asText() : first(node, TEXTS).orElseGet(() -> lines(node));
        return new Document(id, first(node, TITLES).orElse(id), DocumentFormat.tidied(text));
    }

    private static Optional<String> first(JsonNode node, List<String> names) {
        Stream<JsonNode> found = names.stream().map(node::path);
        return found.filter(JsonNode::isTextual).map(JsonNode::asText).findFirst();
    }

    private static String lines(JsonNode node) {
        StringBuilder lines = new StringBuilder();
        node.properties()
                .forEach(entry -> lines.append(entry.getKey())
                        .append(": ")
                        .append(
                                entry.getValue().isTextual()
                                        ? entry.getValue().asText()
                                        : entry.getValue().toString())
                        .append("\n\n"));
        return lines.toString();
    }
}
