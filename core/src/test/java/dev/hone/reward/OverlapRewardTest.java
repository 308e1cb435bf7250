package dev.hone.reward;

import static dev.hone.reward.RewardTest.reply;
import static dev.hone.reward.RewardTest.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.text.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rewards that count what a completion has in common with a reference. */
class OverlapRewardTest {
    /** From {@code sacrebleu.metrics.CHRF().sentence_score(completion, [reference]).score / 100}, sacrebleu 2.6.0. */
    @ParameterizedTest
    @CsvSource({
        "The cat sat on the mat., The cat is on the mat., 0.6717273492330232",
        "abc, abd, 0.38888888888888884",
        "고양이가 매트 위에 앉아 있다., 고양이는 매트 위에 앉았다., 0.3627020716801676",
        "a, a, 1",
        "'', a b, 0",
        "ab, abcdefgh, 0.23404255319148937",
    })
    void chrfIsThatOfSacrebleu(String completion, String reference, double expected) {
        assertThat(new ChrfReward("answer").score(task(reference), reply(completion)))
                .isCloseTo(expected, within(1e-12));
    }

    /** Precision and recall are (2/3 + 1/2 + 0) / 3 = 0.3889 for both, so F is the same. */
    @Test
    void chrfIsTheMeanOverOrders() {
        assertThat(new ChrfReward("answer").score(task("a b d"), reply("abc")))
                .isCloseTo((2 / 3.0 + 1 / 2.0) / 3, within(1e-12));
    }

    /** Also from sacrebleu, with two references. */
    @Test
    void theBestOfSeveralReferencesCounts() {
        assertThat(new ChrfReward("answer").score(task("a dog", "the cat sat"), reply("the  cat")))
                .isCloseTo(0.5577101053281037, within(1e-12));
        assertThat(new ChrfReward("answer").score(task("서울", "한국의 수도는 서울이다"), reply("한국의 수도는 서울입니다")))
                .isCloseTo(0.7153457219704963, within(1e-12));
        assertThat(new ExactMatchReward("answer").score(task("a dog", "Cat"), reply("the cat")))
                .isEqualTo(1);
        assertThat(new F1Reward("answer").score(task("x", "a cat"), reply("cat")))
                .isEqualTo(1);
        assertThat(new RougeLReward("answer").score(task("x", "cat"), reply("cat")))
                .isEqualTo(1);
    }

    /**
     * 2 LCS / (m + n). The first two are the example of Lin's section 3.2, where ROUGE-L is 3/4 and 2/4; in the third
     * "a well known fact 3 million" is common to 9 and 7 tokens: 12/16; in the fourth 3 of 5 characters on both sides.
     */
    @ParameterizedTest
    @CsvSource({
        "police kill the gunman, police killed the gunman, 0.75",
        "the gunman kill police, police killed the gunman, 0.5",
        "it is a well-known fact: 3.5 million., A well known fact; 3 million people, 0.75",
        "모델이 좋다, 모델을 좋게, 0.6",
        "Größe, größe, 1",
        "'', '', 0",
        "'?!', a, 0",
    })
    void rougeLIsTheShareOfTheLongestCommonSubsequence(String completion, String reference, double expected) {
        assertThat(new RougeLReward("answer").score(task(reference), reply(completion)))
                .isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"The  Eiffel-Tower!, eiffeltower, 1", "an Eiffel Tower, Tower, 0", "'', the, 1"})
    void exactMatchLooksPastArticlesAndPunctuation(String completion, String answer, double expected) {
        assertThat(new ExactMatchReward("answer").score(task(answer), reply(completion)))
                .isEqualTo(expected);
    }

    /** Of "in paris france" two words are the two of the answer: 4/5. */
    @Test
    void f1CountsTheWordsOfAnEnglishAnswer() {
        F1Reward f1 = new F1Reward("answer");
        assertThat(f1.score(task("Paris, France"), reply("in Paris, France."))).isCloseTo(0.8, within(1e-12));
        assertThat(f1.score(task("Paris"), reply("London"))).isZero();
        assertThat(f1.score(task("Paris"), reply("Paris Paris Paris"))).isCloseTo(0.5, within(1e-12));
    }

    /** 서울특별시에서 has the 5 characters of the answer among its 7: 10/12. */
    @Test
    void f1CountsTheCharactersOfAKoreanAnswer() {
        F1Reward f1 = new F1Reward("answer");
        assertThat(f1.score(task("서울특별시"), reply("서울특별시에서"))).isCloseTo(10 / 12.0, within(1e-12));
        assertThat(f1.score(task("《무정》"), reply("‘무정’"))).isEqualTo(1);
        assertThat(new ExactMatchReward("answer").score(task("1919년 3월 1일"), reply("'1919년'  3월 1일.")))
                .isEqualTo(1);
    }

    @Test
    void answersAsSquadHasThemAreRead() {
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        columns.putObject("answers")
                .put("answer_start", 3)
                .putArray("text")
                .add("Denver")
                .add("Denver Broncos");
        Task task = new Task(0, List.of(Message.user("?")), columns);
        assertThat(new ExactMatchReward("answers").score(task, reply("the Denver Broncos")))
                .isEqualTo(1);
    }

    @Test
    void anEmptyListIsNotAnAnswerOfNone() {
        assertThatThrownBy(() -> new F1Reward("answers").score(task("x"), reply("x")))
                .hasMessageContaining("column answers is missing");
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        none.putArray("answers");
        assertThatThrownBy(() ->
                        new F1Reward("answers").score(new Task(0, List.of(Message.user("?")), none), reply("x")))
                .hasMessageContaining("column answers is an empty list");
    }
}
