package dev.hone.recipes.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResolvedSettingsTest {
    private static final String BEFORE = "adapter:\n  rank: 4  # run.yaml:5\n  alpha: 32.0  # default\n";

    @Test
    void originsAndOrderAreNoDifference() {
        assertThat(ResolvedSettings.changed(BEFORE, "adapter:\n  alpha: 32.0  # run.yaml:9\n  rank: 4  # default\n"))
                .isEmpty();
    }

    /** A folder of an earlier version is resumed although a setting has come since. */
    @Test
    void aNewSettingWithItsDefaultIsNoDifference() {
        assertThat(ResolvedSettings.changed(BEFORE, BEFORE + "  type: lora  # default\n"))
                .isEmpty();
    }

    @Test
    void aNewSettingThatTheFileNamesIsOne() {
        assertThat(ResolvedSettings.changed(BEFORE, BEFORE + "  type: dora  # run.yaml:5\n"))
                .containsExactly("type: dora");
    }

    @Test
    void anotherValueIsNamedAsItWas() {
        assertThat(ResolvedSettings.changed(BEFORE, BEFORE.replace("rank: 4", "rank: 8")))
                .containsExactly("rank: 4");
    }
}
