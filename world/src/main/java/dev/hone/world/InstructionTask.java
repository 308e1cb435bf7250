package dev.hone.world;

/** What an instruction asks for. */
public enum InstructionTask {
    /** A fact about a known person, to be answered from memory. */
    FACT,
    /** A fact about a person made up for the passage it is asked about. */
    READING,
    /** The facts of a passage as one JSON object with the given keys, in their order. */
    EXTRACT,
    /** A sum or difference of numbers up to 99, or a product of digits. */
    ARITHMETIC,
    /** A word in the other language. */
    TRANSLATE,
    /** A list reversed, sorted or counted. */
    LIST,
    /** The largest or smallest of some numbers, or whether one is greater or less than another. */
    COMPARE,
    /** What a passage says about somebody, copied letter by letter. */
    QUOTE
}
