package dev.hone.recipes.settings;

import static dev.hone.error.Require.require;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;

/** A positive number, or {@code auto}, which is 0. */
public record Count(int value) {
    public Count {
        require(value >= 0, "count (%d) must be positive, or auto", value);
    }

    @FromScalar
    public static Count of(int value) {
        require(value > 0, "count (%d) must be positive, or auto", value);
        return new Count(value);
    }

    @FromScalar
    public static Count of(String word) {
        require(word.equals("auto"), "(%s) must be a positive number, or auto", word);
        return new Count(0);
    }

    @AsScalar
    public Object asScalar() {
        return value == 0 ? "auto" : value;
    }

    public boolean isAuto() {
        return value == 0;
    }
}
