package dev.hone.recipes.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.row.JsonlFile;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted of rows. */
class DataStatisticsTest {
    @TempDir
    Path folder;

    private JsonlFile file(String name, String... rows) throws IOException {
        return JsonlFile.open(
                Files.writeString(folder.resolve(name), String.join("\n", rows).replace('\'', '"')));
    }

    private static DataStatistics of(List<JsonlFile> files, List<JsonlFile> against) {
        return DataStatistics.of(files, null, against, RunObserver.none());
    }

    @Test
    void rowsAreCountedByWhatTheySay() throws IOException {
        DataStatistics all = of(
                List.of(file(
                        "a.jsonl",
                        "{'prompt': 'What is it?', 'completion': 'It is the end.'}",
                        "{'prompt': '이것은 무엇인가요?', 'completion': '끝'}",
                        "{'prompt': '이것은 무엇인가요?', 'completion': '끝'}",
                        "{'prompt': 'q', 'completion': ' '}",
                        "{'prompt': 'q'}",
                        "{'prompt': 5, 'completion': 'b'}")),
                List.of());
        assertThat(all.rows()).isEqualTo(6);
        assertThat(all.unreadable().count()).isEqualTo(1);
        assertThat(all.unreadable().examples().get(0)).contains("a.jsonl:6: ");
        assertThat(all.languages()).containsEntry("Korean", 2).containsEntry("English", 1);
        assertThat(all.repeated().examples())
                .hasSize(1)
                .first()
                .asString()
                .contains("a.jsonl:3 says what ")
                .contains("a.jsonl:2");
        assertThat(all.empty().count()).isEqualTo(1);
        assertThat(all.characters().percentile(100)).isEqualTo(26);
        assertThat(StatisticsReport.lines(all)).anyMatch(line -> line.startsWith("languages     Korean 40.0 %"));
        assertThat(StatisticsReport.json(all).path("repeated").path("rows").asInt())
                .isEqualTo(1);
    }

    /** Nearest ranks of 1 to 100; ten bins of 10. */
    @Test
    void percentilesAreNearestRanks() {
        Counts counts = new Counts();
        IntStream.rangeClosed(1, 100).map(i -> 101 - i).forEach(counts::add);
        Distribution distribution = counts.distribution();
        assertThat(distribution.percentile(0)).isEqualTo(1);
        assertThat(distribution.percentile(50)).isEqualTo(50);
        assertThat(distribution.percentile(95)).isEqualTo(95);
        assertThat(distribution.percentile(100)).isEqualTo(100);
        assertThat(distribution.total()).isEqualTo(5050);
        assertThat(distribution.bins()).hasSize(10);
        assertThat(distribution.bins().get(1)).isEqualTo(new Distribution.Bin(10, 19, 10));
        assertThat(distribution.bins().stream()
                        .mapToInt(Distribution.Bin::count)
                        .sum())
                .isEqualTo(100);
    }

    /** Of 200 words one is changed (195 of 201 runs are common, 0.95 of all), or every fourth (none is). */
    @Test
    void rowsThatAreNearlyAlikeAreFoundAndOthersAreNot() {
        Random random = new Random(1);
        NearRows near = new NearRows();
        List<String> words =
                random.ints(200, 0, 5000).mapToObj(i -> "w" + i).collect(Collectors.toCollection(ArrayList::new));
        near.add(Words.of(String.join(" ", words)));
        List<String> once = new ArrayList<>(words);
        once.set(100, "other");
        near.add(Words.of(String.join(" ", once)));
        for (int i = 0; i < 200; i += 4) {
            words.set(i, "x" + i);
        }
        near.add(Words.of(String.join(" ", words)));
        assertThat(near.pairs()).containsExactly(new NearRows.Pair(1, 0));
    }

    @Test
    void rowsOfAnEvaluationAreFoundByThirteenWordsOrAllOfAShorterOne() throws IOException {
        String long1 = "one two three four five six seven eight nine ten eleven twelve thirteen";
        DataStatistics all = of(
                List.of(file(
                        "train.jsonl",
                        "{'text': 'Before, " + long1.toUpperCase(java.util.Locale.ROOT) + "; after.'}",
                        "{'text': 'what is the capital of it'}")),
                List.of(file(
                        "test.jsonl",
                        "{'question': '" + long1 + " fourteen', 'answer': 'x'}",
                        "{'question': 'The capital', 'answer': 'of it?'}",
                        "{'question': 'one two three four five six', 'answer': 'eight'}",
                        "{'question': 'is'}")));
        Overlap.Found found = all.overlaps().get(0);
        assertThat(found.overlapping()).isEqualTo(2);
        assertThat(found.places())
                .isEqualTo(Map.of(
                        folder.resolve("test.jsonl") + ":1", folder.resolve("train.jsonl") + ":1",
                        folder.resolve("test.jsonl") + ":2", folder.resolve("train.jsonl") + ":2"));
    }

    @Test
    void theSameRowsGiveTheSameNumbers() throws IOException {
        JsonlFile file = file("a.jsonl", "{'text': 'a b c d e f'}", "{'text': 'a b c d e g'}");
        assertThat(StatisticsReport.json(of(List.of(file), List.of(file))))
                .isEqualTo(StatisticsReport.json(of(List.of(file), List.of(file))));
    }
}
