package dev.hone.rollout;

import dev.hone.generate.Completion;

/**
 * A completion and what it is worth.
 *
 * @param number its place among the samples of its task, from 0
 */
public record Sample(Task task, int number, Completion completion, double score) {}
