package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reply to the question of a held-out row is worth.
 *
 * @param match how its answer matches the right ones
 * @param cites whether it quotes, and all that it quotes stands in the oracle
 * @param refuses whether it says that there is no answer
 */
public record ScoredReply(AnswerMatch match, boolean cites, boolean refuses) {
    public static ScoredReply of(String text, ObjectNode row) {
        RaftReply reply = RaftReply.of(text);
        List<String> right = new ArrayList<>();
        for (JsonNode answer : row.path("answers")) {
            right.add(answer.asText());
        }
        return new ScoredReply(
                AnswerMatch.of(reply.answer(), right),
                reply.quotesOnly(row.path("oracle").asText()),
                reply.refuses());
    }
}
