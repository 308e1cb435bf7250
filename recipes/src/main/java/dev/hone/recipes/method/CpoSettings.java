package dev.hone.recipes.method;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.Cpo;

/** Contrastive preference optimisation; see {@link Cpo}. */
@Kind("cpo")
public record CpoSettings(@Flattened Cpo objective) implements PairMethod {}
