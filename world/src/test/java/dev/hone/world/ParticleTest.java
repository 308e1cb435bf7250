package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParticleTest {

    @ParameterizedTest
    @CsvSource({
        "여우,은,여우는", "곰,은,곰은", "여우,이,여우가", "곰,이,곰이", "여우,을,여우를", "곰,을,곰을",
        "여우,과,여우와", "곰,과,곰과", "여우,이다,여우다", "곰,이다,곰이다", "타모,이라는,타모라는", "타몬,이라는,타몬이라는"
    })
    void endingFollowsTheFinalConsonant(String word, String particle, String expected) {
        assertThat(Particle.attach(word, particle)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"바다,바다로", "벨,벨로", "림,림으로", "단,단으로", "1,1로", "6,6으로", "10,10으로"})
    void rieulIsFollowedLikeAVowelByTheWay(String word, String expected) {
        assertThat(Particle.attach(word, "으로")).isEqualTo(expected);
    }

    /** 영 일 이 삼 사 오 육 칠 팔 구, and 십 for the zero of ten. */
    @ParameterizedTest
    @CsvSource({"0,0은", "1,1은", "2,2는", "3,3은", "4,4는", "5,5는", "6,6은", "7,7은", "8,8은", "9,9는", "20,20은", "100,100은"})
    void numberEndsInTheSoundItIsReadWith(String number, String expected) {
        assertThat(Particle.attach(number, "은")).isEqualTo(expected);
    }

    @Test
    void unknownParticleIsRefusedByName() {
        assertThatThrownBy(() -> Particle.attach("곰", "에서"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("particle (에서)");
    }
}
