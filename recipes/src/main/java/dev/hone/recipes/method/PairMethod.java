package dev.hone.recipes.method;

/** A method that makes chosen answers likelier than rejected ones. */
sealed interface PairMethod extends Method permits DpoSettings, SimPoSettings, CpoSettings, OrpoSettings {
    @Override
    default Rows rows() {
        return Rows.PAIRS;
    }

    @Override
    default double usualRate(boolean adapter) {
        return adapter ? 5e-6 : 1e-6;
    }
}
