package dev.hone.data.loader;

import dev.hone.data.batch.Batch;

/**
 * A row of a step, alone.
 *
 * @param place where it came from, for messages
 */
public record StepRow(String place, Batch batch) {}
