package dev.hone.recipes.method;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.objective.SimPo;

/** Simple preference optimisation; see {@link SimPo}. */
@Kind("simpo")
public record SimPoSettings(@Flattened SimPo objective) implements PairMethod {}
