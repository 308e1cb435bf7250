package dev.hone.recipes.reward;

import dev.hone.config.ConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Whether programs that models have written may be run here. Not unless whoever calls hone says so in the environment: no file, which may
 * come from elsewhere, can.
 */
final class CodePermission {
    static final String VARIABLE = "HONE_RUN_CODE";

    private CodePermission() {}

    /** Does nothing where {@code HONE_RUN_CODE} is 1; {@link ConfigurationException} where it is not. */
    static void require(String reward) {
        require(reward, System.getenv(VARIABLE));
    }

    static void require(String reward, @Nullable String value) {
        if (!"1".equals(value)) {
            throw new ConfigurationException(
                    "reward " + reward + " runs programs that a model has written, in a sandbox; that is off unless "
                            + VARIABLE + "=1 is set in the environment (docs/rewards.md says what the sandbox does)");
        }
    }
}
