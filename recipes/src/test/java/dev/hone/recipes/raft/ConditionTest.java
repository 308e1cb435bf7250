package dev.hone.recipes.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConditionTest {
    private static final ObjectNode ROW = row();

    @Test
    void theQuestionAloneIsTheClosedBook() {
        assertThat(prompt(Condition.Kind.CLOSED_BOOK, 0, 0)).isEqualTo("When is the market?");
    }

    @Test
    void theOracleStandsAmongAsManyDistractorsAtAPlaceOfTheRow() {
        Set<Integer> places = new HashSet<>();
        for (int row = 0; row < 30; row++) {
            String prompt = prompt(Condition.Kind.ORACLE, 2, row);
            assertThat(prompt).contains("Friday", ">one<", ">two<").endsWith("</DOCUMENT>\nWhen is the market?");
            assertThat(prompt).isEqualTo(prompt(Condition.Kind.ORACLE, 2, row));
            places.add(
                    prompt.split("<DOCUMENT>", -1).length - prompt.split("Friday")[1].split("<DOCUMENT>", -1).length);
        }
        assertThat(places).hasSize(3);
    }

    @Test
    void withoutItThereAreDistractorsAlone() {
        assertThat(prompt(Condition.Kind.ABSENT, 2, 0))
                .isEqualTo("<DOCUMENT>one</DOCUMENT>\n<DOCUMENT>two</DOCUMENT>\nWhen is the market?");
    }

    @Test
    void retrievedDocumentsStandInTheirOrder() {
        assertThat(prompt(Condition.Kind.RETRIEVED, 1, 0)).isEqualTo("<DOCUMENT>two</DOCUMENT>\nWhen is the market?");
    }

    @Test
    void aRowWithTooFewDocumentsIsLeftOut() {
        assertThat(new Condition(Condition.Kind.ORACLE, 3).prompt(ROW, 0)).isEmpty();
        assertThat(new Condition(Condition.Kind.RETRIEVED, 2).prompt(ROW, 0)).isEmpty();
    }

    @Test
    void aReplyIsScoredByItsAnswerItsQuotationsAndWhetherItRefuses() {
        ScoredReply right = ScoredReply.of("##begin_quote##It is on Friday.##end_quote##\n<ANSWER>: friday", ROW);
        assertThat(right).isEqualTo(new ScoredReply(new AnswerMatch(true, 1), true, false));
        ScoredReply invented = ScoredReply.of("##begin_quote##It is on Monday.##end_quote##\n<ANSWER>: Monday", ROW);
        assertThat(invented).isEqualTo(new ScoredReply(new AnswerMatch(false, 0), false, false));
        assertThat(ScoredReply.of("<ANSWER>: not in the documents", ROW).refuses())
                .isTrue();
    }

    private static String prompt(Condition.Kind kind, int documents, int row) {
        return new Condition(kind, documents).prompt(ROW, row).orElseThrow();
    }

    private static ObjectNode row() {
        try {
            JsonNode row = new ObjectMapper()
                    .readTree(
                            "{\"question\": \"When is the market?\", \"answers\": [\"Friday\"], \"oracle\": \"It is on Friday.\","
                                    + " \"distractors\": [\"one\", \"two\"], \"retrieved\": [\"two\"]}");
            return (ObjectNode) row;
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
