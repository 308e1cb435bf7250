package dev.hone.text.jinja;

/** Text marked as safe HTML: whatever is added to it with a plus is escaped. Otherwise it behaves as its text. */
record Markup(String text) {}
