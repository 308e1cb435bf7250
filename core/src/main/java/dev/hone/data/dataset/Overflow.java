package dev.hone.data.dataset;

/** What happens to a row with more tokens than fit. */
public enum Overflow {
    /** The run does not start and names the row. */
    REFUSE,
    /** Its end is cut off, and with it what should end the reply. */
    TRUNCATE,
    /** It is left out, and counted. */
    DROP,
    /** It becomes several rows; no token is lost. For text rows. */
    SPLIT
}
