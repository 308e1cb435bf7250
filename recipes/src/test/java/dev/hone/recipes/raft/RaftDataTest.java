package dev.hone.recipes.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forty villages, each in a file of its own with a bridge, a builder and a year, and a question about each. */
class RaftDataTest {
    private static final int VILLAGES = 40;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeVillages() throws IOException {
        Files.createDirectories(folder.resolve("docs"));
        StringBuilder questions = new StringBuilder();
        for (int i = 0; i < VILLAGES; i++) {
            write(
                    "docs/" + village(i) + ".md",
                    "# " + village(i) + "\n\n" + village(i) + " lies by the river. Its bridge was built by "
                            + builder(i) + " in " + (1801 + i) + ". Eggs cost two coins on every market day.");
            questions.append(String.format(
                    "{\"id\": \"q%d\", \"question\": \"Who built the bridge of %s?\", \"answer\": \"%s\"}%n",
                    i, village(i), builder(i)));
        }
        write("questions.jsonl", questions.toString());
    }

    @Test
    void theShareOfRowsThatShowTheirOracleIsTheOneAskedFor() {
        assertThat(make("oracle-share: 1").train())
                .allMatch(row -> row.path("oracle-at").isInt());
        assertThat(make("oracle-share: 0").train())
                .allMatch(row -> row.path("oracle-at").isNull());
        assertThat(make("oracle-share: 0.5").report().train().present()).isBetween(9, 27); // of 36; five sigma
    }

    @Test
    void aRowShowsItsOracleWhereItSaysAndRepliesWithTheSentenceAndTheAnswer() {
        RaftData data = make("oracle-share: 1");
        assertThat(data.train()).hasSize(36);
        for (ObjectNode row : data.train()) {
            assertThat(row.path("documents")).hasSize(5);
            assertThat(row.path("documents").get(row.path("oracle-at").asInt())).isEqualTo(row.path("oracle"));
            assertThat(row.at("/messages/1/content").asText())
                    .isEqualTo("The documents say: ##begin_quote##"
                            + row.path("quote").asText() + "##end_quote##\n<ANSWER>: "
                            + row.path("answer").asText());
            assertThat(row.path("oracle").asText())
                    .contains(row.path("quote").asText(), row.path("answer").asText());
        }
        ObjectNode first = data.train().get(0);
        assertThat(first.at("/messages/0/content").asText())
                .startsWith("<DOCUMENT>" + first.path("documents").get(0).asText() + "</DOCUMENT>\n<DOCUMENT>")
                .endsWith("</DOCUMENT>\n" + first.path("question").asText());
    }

    /** Two documents say who built the bridge of village 0, so each would be a false distractor beside the other. */
    @Test
    void aDocumentThatMentionsTheAnswerIsNoDistractor() throws IOException {
        write("docs/" + village(1) + ".md", "The bridge of " + village(0) + " was built by " + builder(0) + ".");
        RaftData data = make("retriever: bm25", "held-out: 0");
        ObjectNode row = row(data.train(), "q0");
        assertThat(texts(row.path("documents")).stream().filter(text -> text.contains(builder(0))))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(data.report().falseDistractors()).isPositive();
    }

    @Test
    void whatIsHeldOutIsNeitherShownNorAskedAboutInTraining() {
        RaftData data = make("held-out: 0.25");
        Set<String> trained = sources(data.train());
        Set<String> heldOut = sources(data.heldOut());
        assertThat(data.heldOut()).hasSize(10);
        assertThat(trained).doesNotContainAnyElementsOf(heldOut);
        assertThat(data.plain()).hasSize(30);
    }

    /** A copy of each village under another name: whichever side gets it, the other side must not train on it. */
    @Test
    void aChunkThatNearlyRepeatsAHeldOutOneIsDropped() throws IOException {
        for (int i = 0; i < VILLAGES; i++) {
            String text = Files.readString(folder.resolve("docs/" + village(i) + ".md"));
            write("docs/copy-of-" + village(i) + ".md", text + " Copied.");
        }
        RaftData data = make("held-out: 0.25");
        assertThat(data.report().drops().of("chunks say nearly the same as a held-out one"))
                .isPositive();
        Set<String> shown = data.train().stream()
                .flatMap(row -> texts(row.path("documents")).stream())
                .map(text -> text.replace(" Copied.", ""))
                .collect(Collectors.toSet());
        assertThat(data.heldOut())
                .allMatch(row -> !shown.contains(row.path("oracle").asText().replace(" Copied.", "")));
    }

    @Test
    void heldOutRowsShowWhatThereIsWhereLittleIsHeldOut() {
        RaftData data = make("held-out: 0.1");
        assertThat(data.heldOut())
                .hasSize(4)
                .allMatch(row -> row.path("documents").size() <= 4);
        assertThat(data.report().lines())
                .contains(
                        "held-out rows show at most 3 documents, as only 4 chunks are held out; raise held-out for more");
    }

    @Test
    void theSameSettingsMakeTheSameRowsAndAnotherSeedOthers() {
        assertThat(make("seed: 7").train())
                .isEqualTo(make("seed: 7").train())
                .isNotEqualTo(make("seed: 8").train());
    }

    @Test
    void anAbsentOracleIsAnsweredFromMemoryOrRefused() {
        ObjectNode answered = make("oracle-share: 0").train().get(0);
        assertThat(answered.at("/messages/1/content").asText())
                .endsWith("<ANSWER>: " + answered.path("answer").asText());
        assertThat(make("oracle-share: 0", "absent: refuse").train())
                .allMatch(row -> row.at("/messages/1/content")
                        .asText()
                        .equals("The documents do not answer this.\n<ANSWER>: not in the documents"));
    }

    @Test
    void heldOutRowsBringDistractorsAndWhatBm25Finds() {
        ObjectNode row = make("held-out: 0.25").heldOut().get(0);
        assertThat(row.path("distractors")).hasSize(8);
        assertThat(row.path("retrieved")).hasSize(8).contains(row.path("oracle"));
    }

    @Test
    void questionsThatCannotBeKeptAreCounted() throws IOException {
        write("questions.jsonl", Files.readString(folder.resolve("questions.jsonl")) + """
                {"question": "Who built the bridge of Atlantis?", "answer": "Poseidon"}
                {"question": "Who knows?"}
                {"question": "Who built the bridge of V00?", "answer": "anybody"}
                {"question": "???", "answer": "eggs"}
                """);
        Drops drops = make().report().drops();
        assertThat(drops.of("answers stand in no document")).isEqualTo(1);
        assertThat(drops.of("questions have no answer")).isEqualTo(1);
        assertThat(drops.of("questions were asked before")).isEqualTo(1);
        assertThat(drops.of("questions have no words")).isEqualTo(1);
    }

    @Test
    void rulesAskForWhatASectionSaysAndForNumbersInTheirSentences() {
        List<ObjectNode> rows = make("questions: rule").train();
        assertThat(rows)
                .extracting(row -> row.path("question").asText())
                .anyMatch(question -> question.matches("What does the document “V\\d\\d” say first about “V\\d\\d”\\?"))
                .anyMatch(question ->
                        question.matches("What belongs in the gap\\? Its bridge was built by .+ in ____\\."));
        assertThat(rows)
                .allMatch(row ->
                        row.path("oracle").asText().contains(row.path("answer").asText()));
    }

    @Test
    void koreanDocumentsAreAskedAndAnsweredInKorean() throws IOException {
        Files.createDirectories(folder.resolve("ko"));
        for (int i = 0; i < 12; i++) {
            write("ko/" + i + ".txt", "마을 " + (char) ('가' + i) + "의 다리는 " + (1801 + i) + "년에 지어졌습니다. 장날은 금요일입니다.");
        }
        ObjectNode row = RaftData.of(
                        file("documents: [" + folder + "/ko]", "questions: rule", "distractors: 2"), RunObserver.none())
                .train()
                .get(0);
        assertThat(row.path("question").asText()).startsWith("빈칸에 들어갈 말은 무엇입니까? 마을 ");
        assertThat(row.at("/messages/1/content").asText())
                .startsWith("문서의 내용: ##begin_quote##마을")
                .contains("년");
    }

    @Test
    void whatWasMadeIsSavedWithItsReportAndItsInputs() throws IOException {
        RaftData data = make();
        data.save("settings");
        assertThat(JsonlFile.open(folder.resolve("out/train.jsonl")).rows()).isEqualTo(36);
        assertThat(JsonlFile.open(folder.resolve("out/plain.jsonl"))
                        .row(0)
                        .at("/messages/1/content")
                        .asText())
                .startsWith("Builder");
        ObjectNode report = JsonFiles.read(folder.resolve("out/raft.json"));
        assertThat(report.at("/train/rows").asInt()).isEqualTo(36);
        assertThat(report.at("/held-out/retrieval-recall/0/k").asInt()).isEqualTo(1);
        assertThat(report.path("inputs")).hasSize(VILLAGES + 1);
    }

    @Test
    void whatCannotBeDoneIsSaidWithWhatToDo() throws IOException {
        assertThatThrownBy(() -> file("oracle-share: 1.5"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("oracle-share (1.5) must be from 0 to 1");
        assertThatThrownBy(() -> file("questions: model"))
                .hasMessageContaining("model is missing, which is to write the questions");
        assertThatThrownBy(() -> file("questions: quiz"))
                .hasMessageContaining("(quiz) must be auto, squad, rule, model, or a file of questions");
        assertThatThrownBy(() -> make("questions: squad"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no file among the documents asks one");
        assertThatThrownBy(() -> make("distractors: 100"))
                .hasMessageContaining("no question of 40 could be kept: 36: questions have too few distractors");
        Files.createDirectories(folder.resolve("one"));
        write("one/a.txt", "The bridge of V00 was built by Builder Aa.");
        assertThatThrownBy(() -> make("documents: " + folder + "/one", "distractors: 0"))
                .hasMessageContaining("only one document (a.txt)", "held-out: 0");
    }

    private RaftData make(String... settings) {
        return RaftData.of(file(settings), RunObserver.none());
    }

    private RaftFile file(String... settings) {
        String given = String.join("\n", settings) + "\n";
        String documents = given.contains("documents:") ? "" : "documents: [" + folder + "/docs]\n";
        String questions = given.contains("questions:") ? "" : "questions: " + folder + "/questions.jsonl\n";
        return RaftFile.read(
                        Settings.parse("raft.yaml", documents + questions + "output: " + folder + "/out\n" + given))
                .value();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String village(int i) {
        return "V%02d".formatted(i);
    }

    private static String builder(int i) {
        return "Builder " + (char) ('A' + i / 26) + (char) ('a' + i % 26);
    }

    private static ObjectNode row(List<ObjectNode> rows, String id) {
        return rows.stream()
                .filter(row -> row.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> texts(JsonNode list) {
        return IntStream.range(0, list.size())
                .mapToObj(i -> list.get(i).asText())
                .toList();
    }

    private static Set<String> sources(List<ObjectNode> rows) {
        return rows.stream().flatMap(row -> texts(row.path("sources")).stream()).collect(Collectors.toSet());
    }
}
