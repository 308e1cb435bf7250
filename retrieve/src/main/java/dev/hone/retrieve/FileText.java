package dev.hone.retrieve;

import dev.hone.retrieve.DocumentSet.Skipped;
import java.util.List;

/** What one file holds: its documents, rows of it that are none, and the questions it asks about them. */
record FileText(List<Document> documents, List<Skipped> skipped, List<SquadQuestion> questions) {
    static FileText of(Document document) {
        return new FileText(List.of(document), List.of(), List.of());
    }
}
