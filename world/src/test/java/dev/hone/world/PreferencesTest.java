package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreferencesTest {
    private final Preferences preferences = new Preferences(World.of(1));
    private final List<Preferences.Preference> train =
            preferences.all(Split.TRAIN).limit(600).toList();

    @Test
    void preferenceFollowsFromItsNumberAlone() {
        assertThat(new Preferences(World.of(1)).at(Split.TRAIN, 345)).isEqualTo(train.get(345));
    }

    @Test
    void bothAnswersSayTheSameFactAndOneIsASentence() {
        assertThat(train).allSatisfy(preference -> {
            assertThat(preference.chosen()).contains(preference.rejected()).endsWith(".");
            assertThat(preference.rejected()).doesNotContain(" ").doesNotContain(".");
        });
    }

    @Test
    void splitsShareNoQuestion() {
        Set<String> asked = new HashSet<>();
        train.forEach(preference -> asked.add(preference.prompt()));
        assertThat(preferences.all(Split.HELD_OUT).limit(200))
                .noneMatch(preference -> asked.contains(preference.prompt()));
    }

    @Test
    void rowsArePairsAndTheirSidesJudged() {
        Preferences.Preference fox = new Preferences.Preference("train-0", Language.ENGLISH, "Pet?", "A fox.", "fox");
        assertThat(Rows.pair(fox))
                .isEqualTo("{\"prompt\":[{\"role\":\"user\",\"content\":\"Pet?\"}],"
                        + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"A fox.\"}],"
                        + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"fox\"}]}");
        assertThat(Rows.judged(fox, false))
                .isEqualTo("{\"prompt\":[{\"role\":\"user\",\"content\":\"Pet?\"}],"
                        + "\"completion\":[{\"role\":\"assistant\",\"content\":\"fox\"}],\"label\":false}");
        assertThat(Rows.question(fox)).contains("\"answer\":\"A fox.\"");
    }
}
