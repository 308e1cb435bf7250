package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.testkit.FaultyFiles;
import dev.hone.testkit.FaultyFiles.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("metrics.jsonl");
    }

    @Test
    void aRowIsOneObjectOnOneLineStepFirst() throws IOException {
        Map<String, Number> values = new LinkedHashMap<>();
        values.put("loss", 1.5);
        values.put("learning-rate", 2e-4);
        values.put("tokens", 4096L);
        values.put("reward/format", 0.25f);
        values.put("grad-norm", Double.NaN);
        try (MetricsFile file = MetricsFile.create(path)) {
            file.append(new MetricsRow(1, values));
        }
        assertThat(path)
                .hasContent("{\"step\":1,\"loss\":1.5,\"learning-rate\":2.0E-4,\"tokens\":4096,"
                        + "\"reward/format\":0.25,\"grad-norm\":null}\n");
        MetricsRow back = MetricsFile.read(path).get(0);
        assertThat(back).isEqualTo(new MetricsRow(1, values));
        assertThat(back.values().get("tokens")).isEqualTo(4096L);
        assertThat(back.value("grad-norm")).isNaN();
        assertThat(back.value("absent")).isNaN();
    }

    @Test
    void resumingKeepsEachStepExactlyOnce() throws IOException {
        write(1, 7);
        try (MetricsFile file = MetricsFile.resume(path, 4)) {
            assertThat(file.lastStep()).isEqualTo(4);
            file.append(row(5));
            file.append(row(6));
        }
        assertThat(steps()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void theLastRowMaySayMoreLater() throws IOException {
        write(1, 3);
        try (MetricsFile file = MetricsFile.resume(path, 3)) {
            assertThat(file.last()).contains(row(3));
            file.amend(new MetricsRow(3, Map.of("loss", 0.5, "evaluation-loss", 0.25)));
            file.append(row(4));
        }
        assertThat(steps()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(MetricsFile.read(path).get(2).value("evaluation-loss")).isEqualTo(0.25);
    }

    @Test
    void whereverAProcessEndsTheAmendedRowIsThere() throws IOException {
        boolean ended = true;
        for (int change = 1; ended; change++) {
            Files.deleteIfExists(path);
            write(1, 3);
            ended = false;
            try {
                MetricsFile file = MetricsFile.resume(FaultyFiles.at(path, Fault.DEATH, change), 3);
                file.amend(new MetricsRow(3, Map.of("loss", 0.5, "evaluation-loss", 0.25)));
                file.append(row(4));
            } catch (FaultyFiles.Death e) {
                ended = true;
            }
            assertThat(steps()).as("change %d", change).startsWith(1L, 2L, 3L);
        }
    }

    @Test
    void aFullDiskLeavesNoHalfRowAndIsReportedWithTheFile() throws IOException {
        write(1, 3);
        byte[] before = Files.readAllBytes(path);
        // opening, cutting and forcing come first; the row is the fourth change
        MetricsFile file = MetricsFile.resume(FaultyFiles.at(path, Fault.FULL_DISK, 4), 3);
        assertThatThrownBy(() -> file.append(row(4)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path + ": No space left on device")
                .hasMessageContaining("bytes are free there");
        assertThat(path).hasBinaryContent(before);
    }

    @Test
    void resumingAtTheEndOrBeyondKeepsEverything() throws IOException {
        write(1, 3);
        byte[] before = Files.readAllBytes(path);
        MetricsFile.resume(path, 3).close();
        MetricsFile.resume(path, 99).close();
        assertThat(path).hasBinaryContent(before);
    }

    @Test
    void resumingFromTheStartOrWithoutAFileBeginsEmpty() throws IOException {
        MetricsFile.resume(path, 12).close();
        assertThat(path).isEmptyFile();
        write(1, 3);
        MetricsFile.resume(path, 0).close();
        assertThat(path).isEmptyFile();
    }

    @Test
    void cutAnywhereTheFileReadsUpToTheLastWholeRowAndResumes() throws IOException {
        write(1, 3);
        byte[] whole = Files.readAllBytes(path);
        int line = whole.length / 3;
        for (int length = 0; length <= whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            // A row that lacks only its newline is whole.
            long rows = (length + 1) / line;
            assertThat(steps()).as("cut to %d bytes", length).hasSize((int) rows);
            try (MetricsFile file = MetricsFile.resume(path, 3)) {
                LongStream.rangeClosed(file.lastStep() + 1, 3).forEach(step -> append(file, step));
            }
            assertThat(path).as("cut to %d bytes", length).hasBinaryContent(whole);
        }
    }

    @Test
    void aBadLineInTheMiddleIsNamed() throws IOException {
        assertBad("{\"step\":1}\n{\"step\":2,\"lo\n{\"step\":3}\n", 2, "not a row of metrics");
        assertBad("{\"step\":1}\n{\"step\":1}\n", 2, "step (1) does not follow step 1; steps must rise");
        assertBad("{\"step\":1,\"loss\":\"low\"}\n", 1, "loss is not a number");
        assertBad("{\"loss\":1}\n", 1, "step is missing");
        assertBad("{\"step\":1} {\"step\":2}\n", 1, "expected one JSON object");
        assertBad("{\"step\":1,\"loss\":1,\"loss\":2}\n", 1, "Duplicate field 'loss'");
        assertBad("\n", 1, "expected a JSON object");
        assertBad("{\"step\":99999999999999999999}\n", 1, "not a row of metrics");
    }

    @Test
    void aBadLineAfterTheResumedStepIsCutOff() throws IOException {
        Files.writeString(path, "{\"step\":1}\n{\"step\":2}\nrubbish\n");
        MetricsFile.resume(path, 2).close();
        assertThat(path).hasContent("{\"step\":1}\n{\"step\":2}\n");
    }

    @Test
    void aStepOnFileIsNeverWrittenAgain() throws IOException {
        write(1, 2);
        assertThatThrownBy(() -> MetricsFile.create(path)).isInstanceOf(FileAlreadyExistsException.class);
        try (MetricsFile file = MetricsFile.resume(path, 2)) {
            assertThatThrownBy(() -> file.append(row(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("step \\(2\\) is on file already: .*metrics.jsonl ends with step 2");
        }
        assertThat(steps()).containsExactly(1L, 2L);
    }

    @Test
    void rowsCanBeReadWhileTheFileIsOpen() throws IOException {
        try (MetricsFile file = MetricsFile.create(path)) {
            file.append(row(1));
            assertThat(steps()).containsExactly(1L);
            file.flush();
        }
    }

    @Test
    void namesAreKebabCase() {
        assertThatThrownBy(() -> new MetricsRow(1, Map.of("gradNorm", 1)))
                .hasMessage("metric name (gradNorm) must be kebab-case, such as grad-norm, and not step");
        assertThatThrownBy(() -> new MetricsRow(1, Map.of("step", 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MetricsRow(0, Map.of())).hasMessage("step (0) must be 1 or more");
    }

    private void assertBad(String content, int line, String reason) throws IOException {
        Files.writeString(path, content);
        assertThatThrownBy(() -> MetricsFile.read(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metrics.jsonl:" + line + ": ")
                .hasMessageContaining(reason);
    }

    private void write(long first, long last) throws IOException {
        Files.deleteIfExists(path);
        try (MetricsFile file = MetricsFile.create(path)) {
            LongStream.rangeClosed(first, last).forEach(step -> append(file, step));
        }
    }

    private static void append(MetricsFile file, long step) {
        try {
            file.append(row(step));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MetricsRow row(long step) {
        return new MetricsRow(step, Map.of("loss", 0.5));
    }

    private List<Long> steps() throws IOException {
        return MetricsFile.read(path).stream().map(MetricsRow::step).toList();
    }
}
