package dev.hone.world;

/**
 * One text of the corpus.
 *
 * @param number its position in the corpus, from which it was made
 * @param language the language it is written in; pages of word pairs contain both, and count as the one they explain in
 * @param kind the name of the {@link DocumentKind} that wrote it
 * @param text the text, without a trailing newline
 */
public record Document(long number, Language language, String kind, String text) {}
