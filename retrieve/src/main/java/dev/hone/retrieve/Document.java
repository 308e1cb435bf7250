package dev.hone.retrieve;

/**
 * A document as text: paragraphs with an empty line between them, headings as lines that begin with {@code #}.
 *
 * @param id names it among those read together: its path in the folder it was found in, with the number of its row where a file holds
 *     several
 * @param title its own, or its file's name
 */
public record Document(String id, String title, String text) {}
