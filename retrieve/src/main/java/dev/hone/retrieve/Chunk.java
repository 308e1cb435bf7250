package dev.hone.retrieve;

/**
 * A passage of a document, which a retriever finds as a whole.
 *
 * @param number its place among the chunks of its document, from 0
 * @param start where it begins in the document's text, in characters
 * @param end where it ends
 */
public record Chunk(Document document, int number, int start, int end) {
    public String text() {
        return document.text().substring(start, end);
    }

    /** Names it among all chunks of documents read together. */
    public String id() {
        return document.id() + "#" + (number + 1);
    }

    public boolean contains(int from, int to) {
        return start <= from && to <= end;
    }

    /** Whether both hold some of the same characters of one document. */
    public boolean overlaps(Chunk other) {
        return document.id().equals(other.document.id()) && start < other.end && other.start < end;
    }
}
