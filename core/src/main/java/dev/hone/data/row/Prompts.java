package dev.hone.data.row;

/** How a prompt that is a string is written down. */
public enum Prompts {
    /** As it stands, its completion right behind it. */
    TEXT,
    /** As a user's turn, and its completion as the assistant's, in the chat template. */
    CHAT
}
