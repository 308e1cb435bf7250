package dev.hone.recipes.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.Document;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model that is a list of replies. */
class WrittenQuestionsTest {
    private static final String TEXT = "The market of Malgol is on Friday. Eggs cost two coins.";
    private static final Chunk CHUNK = new Chunk(new Document("d", "d", TEXT), 0, 0, TEXT.length());

    private final Drops drops = new Drops();

    @Test
    void questionsAreLinesWithLettersAndOnlyRepliesWithVerifiedQuotesCount() {
        Writer writer = (prompts, most) -> prompts.get(0).startsWith("Write 3 questions")
                ? List.of("1. When is the market?\n--\n2) What do eggs cost?\n- Who sells?\nOne too many?")
                : List.of(
                        "##begin_quote##The market of Malgol  is on Friday.##end_quote##\n<ANSWER>: Friday",
                        "##begin_quote##Eggs cost three coins.##end_quote##\n<ANSWER>: three coins",
                        "It does not say.\n<ANSWER>: not in the text");
        List<GroundedQuestion> kept = new WrittenQuestions(writer, 3, drops).write(List.of(CHUNK));
        assertThat(kept).hasSize(1);
        assertThat(kept.get(0).text()).isEqualTo("When is the market?");
        assertThat(kept.get(0).answers()).containsExactly("Friday");
        assertThat(kept.get(0).quote()).isEqualTo("The market of Malgol is on Friday.");
        assertThat(drops.of("written replies quote what is not in the chunk")).isEqualTo(1);
        assertThat(drops.of("written replies say that the chunk does not answer"))
                .isEqualTo(1);
    }

    @Test
    void aGivenQuestionKeepsItsExtractedReplyWhereTheModelsDoesNotCount() {
        GroundedQuestion given =
                new GroundedQuestion(0, "q", "When is the market?", List.of("Friday"), CHUNK, "quote", "extracted");
        Writer wrong = (prompts, most) -> List.of("##begin_quote##Eggs cost two coins.##end_quote##\n<ANSWER>: Monday");
        assertThat(new WrittenQuestions(wrong, 3, drops).answered(List.of(given)))
                .containsExactly(given);
        assertThat(drops.of("written replies have another answer")).isEqualTo(1);
    }
}
