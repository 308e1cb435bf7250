package dev.hone.recipes.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.retrieve.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RaftReplyTest {
    @Test
    void itsAnswerFollowsTheLastMarkAndItsQuotesStandBetweenTheirs() {
        RaftReply reply = RaftReply.of(
                "Say ##begin_quote##It is\n Friday.##end_quote## and ##begin_quote##Not Monday.##end_quote##\n"
                        + "<ANSWER>: Monday? No.\n<ANSWER>: Friday");
        assertThat(reply.quotes()).containsExactly("It is Friday.", "Not Monday.");
        assertThat(reply.answer()).isEqualTo("Friday");
        assertThat(reply.quotesOnly("Here: It is Friday.  Not Monday.")).isTrue();
        assertThat(reply.quotesOnly("It is Friday.")).isFalse();
    }

    @Test
    void aReplyWithoutMarksIsAllAnswerAndQuotesNothing() {
        RaftReply reply = RaftReply.of(" Friday ");
        assertThat(reply).isEqualTo(new RaftReply(java.util.List.of(), "Friday", false));
        assertThat(reply.quotesOnly("Friday")).isFalse();
    }

    /** Some vocabularies have {@code <answer>} as one token. */
    @Test
    void theOtherMarkOfAnAnswerIsOneToo() {
        assertThat(RaftReply.of("It says.\n<answer> Friday</answer>").answer()).isEqualTo("Friday");
    }

    @Test
    void aQuoteThatWasCutOffIsStillOne() {
        assertThat(RaftReply.of("##begin_quote##It is Fri").quotes()).containsExactly("It is Fri");
    }

    @ParameterizedTest
    @EnumSource
    void theRefusalOfTheFormIsOne(Language language) {
        assertThat(RaftReply.of(RaftForm.refusal(language, RaftForm.ANSWER)).refuses())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Friday", "The bridge of knowledge", "금요일", "모르도르의 문"})
    void anAnswerIsNone(String answer) {
        assertThat(RaftReply.of("<ANSWER>: " + answer).refuses()).isFalse();
    }
}
