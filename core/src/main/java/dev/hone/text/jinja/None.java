package dev.hone.text.jinja;

/** Python's {@code None}. */
enum None {
    NONE
}
