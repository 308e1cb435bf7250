package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PhrasesTest {
    private final Phrases english = Phrases.of(Language.ENGLISH);
    private final Phrases korean = Phrases.of(Language.KOREAN);
    private final Map<String, Word> slots =
            Scene.slots("who", Word.name("Tamon", "타몬"), "pet", new Word("owl", "owls", "올빼미", "마리"));

    @Test
    void slotTakesPossessiveArticlePluralAndEnding() {
        assertThat(filled(english, "{who's} pet is {pet:a}, and {pet:s} are wise."))
                .isEqualTo("Tamon's pet is an owl, and owls are wise.");
        assertThat(filled(korean, "{who:은} {pet:을} 기른다.")).isEqualTo("타몬은 올빼미를 기른다.");
    }

    @Test
    void englishSentenceStartsWithACapitalAndAnEmptyChoiceLeavesOneSpace() {
        assertThat(filled(english, "{pet:a} (|) sleeps.")).isEqualTo("An owl sleeps.");
        assertThat(filled(english, "the one with {pet:a}")).isEqualTo("the one with an owl");
    }

    @Test
    void oneOfTheChoicesIsTaken() {
        for (int i = 0; i < 20; i++) {
            assertThat(english.fill("(one|two)", slots, WorldDraw.from(i))).isIn("one", "two");
        }
    }

    @Test
    void missingWordOrSectionIsNamed() {
        assertThatThrownBy(() -> filled(english, "{home}")).hasMessageContaining("{home}");
        assertThatThrownBy(() -> english.say("nowhere", slots, WorldDraw.from(1)))
                .hasMessageContaining("(nowhere)");
    }

    private String filled(Phrases phrases, String template) {
        return phrases.fill(template, slots, WorldDraw.from(1));
    }
}
