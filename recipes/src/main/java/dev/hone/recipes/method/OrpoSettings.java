package dev.hone.recipes.method;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.Orpo;

/** Odds ratio preference optimisation; see {@link Orpo}. */
@Kind("orpo")
public record OrpoSettings(@Flattened Orpo objective) implements PairMethod {}
