package dev.hone.recipes.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Settings;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Intervals;
import dev.hone.retrieve.Wording;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Real questions: XQuAD, KorQuAD and multi-hop questions, in the folder raft of {@code -Dhone.reference}. */
@EnabledIfSystemProperty(named = "hone.reference", matches = ".+")
class RaftReferenceTest {
    private static final Path DATA = Path.of(System.getProperty("hone.reference", ""), "raft");

    @TempDir
    private Path folder;

    /** 899 questions of 36 articles; 4 are asked twice (as "Who won Super Bowl XLIX?"). */
    @Test
    void xquadKeepsItsQuestionsAndLeaksNothing() {
        RaftData data = make("xquad_en.squad.json", "auto");
        assertThat(rows(data)).isGreaterThanOrEqualTo(890);
        requireSound(data, 0.8);
    }

    /** 5,774 questions of 140 articles. */
    @Test
    void korquadKeepsItsQuestionsAndLeaksNothing() {
        RaftData data = make("KorQuAD_v1.0_dev.json", "auto");
        assertThat(rows(data)).isGreaterThanOrEqualTo(5700);
        assertThat(data.train().get(0).at("/messages/1/content").asText()).startsWith("문서의 내용: ");
        requireSound(data, 0.8);
    }

    @Test
    void pairsWithTheirPassageFindItAmongTheDocuments() {
        RaftData data =
                make("xquad_en.squad.json", DATA.resolve("xquad_en_raft.jsonl").toString());
        assertThat(rows(data)).isGreaterThanOrEqualTo(890);
        requireSound(data, 0.8);
    }

    /** 49 questions; those that compare are answered with yes, no, or a name that stands in none of their documents as it is written. */
    @Test
    void multiHopQuestionsFindTheDocumentThatHoldsTheirAnswer() {
        RaftData data = make(
                "multihop_cot_docs.jsonl",
                DATA.resolve("multihop_cot_docs.jsonl").toString());
        assertThat(rows(data)).isGreaterThanOrEqualTo(40);
        requireSound(data, 0.8);
    }

    private RaftData make(String documents, String questions) {
        String yaml = "documents: [" + DATA.resolve(documents) + "]\nquestions: " + questions + "\noutput: " + folder;
        return RaftData.of(RaftFile.read(Settings.parse("raft.yaml", yaml)).value(), RunObserver.none());
    }

    private static int rows(RaftData data) {
        return data.train().size() + data.heldOut().size();
    }

    private static void requireSound(RaftData data, double share) {
        List<ObjectNode> all =
                Stream.of(data.train(), data.heldOut()).flatMap(List::stream).toList();
        for (ObjectNode row : all) {
            RaftReply reply = RaftReply.of(row.at("/messages/1/content").asText());
            assertThat(reply.quotesOnly(row.path("oracle").asText()))
                    .as("%s", row)
                    .isTrue();
            assertThat(reply.answer()).isEqualTo(row.path("answer").asText());
            String answer = Wording.folded(reply.answer());
            for (int i = 0; i < row.path("documents").size(); i++) {
                boolean oracle =
                        row.path("oracle-at").isInt() && row.path("oracle-at").asInt() == i;
                String text = Wording.folded(row.path("documents").get(i).asText());
                assertThat(oracle || !Wording.mentions(text, answer))
                        .as("%s", row)
                        .isTrue();
            }
        }
        long present = all.stream().filter(row -> row.path("oracle-at").isInt()).count();
        assertThat(Intervals.wilson(present, all.size(), 3).contains(share)).isTrue();
        Set<String> trained = new HashSet<>();
        data.train().forEach(row -> row.path("documents").forEach(text -> trained.add(Wording.folded(text.asText()))));
        Set<String> quotes = data.train().stream()
                .map(row -> Wording.folded(row.path("quote").asText()))
                .collect(Collectors.toSet());
        for (ObjectNode row : data.heldOut()) {
            for (JsonNode text : row.path("documents")) {
                assertThat(trained).doesNotContain(Wording.folded(text.asText()));
            }
            assertThat(quotes).doesNotContain(Wording.folded(row.path("quote").asText()));
        }
    }
}
