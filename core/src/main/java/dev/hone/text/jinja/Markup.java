package dev.hone.text.jinja;

/** Text marked as safe HTML: what is appended to it with a plus is escaped. Otherwise it behaves as its text. */
record Markup(String text) {}
