package dev.hone.data;

/**
 * A row of a step, alone.
 *
 * @param place where it came from, for messages
 */
public record StepRow(String place, Batch batch) {}
