package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.objective.SimPo;

/** Simple preference optimisation; see {@link SimPo}. */
@Kind("simpo")
public record SimPoSettings(
        @Default("2.0") double beta,
        @Default("1.0") double gamma,
        @Default("0.0") double alpha) implements PairMethod {
    @Override
    public SimPo objective() {
        return new SimPo(beta, gamma, alpha);
    }
}
