package dev.hone.world;

/** A kind of document: writes one text from a scene. Stateless and safe to share between threads. */
interface DocumentKind {

    /** A text, without a trailing newline, that follows from the scene alone. */
    String write(Scene scene);
}
