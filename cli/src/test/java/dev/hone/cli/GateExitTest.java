package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model that overfits: held-out rows are other letters than those it is trained on. */
class GateExitTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        write("rows.jsonl", 'a');
        write("others.jsonl", 'q');
        Files.writeString(folder.resolve("run.yaml"), """
                method: sft
                model: %1$s/model
                output: %1$s/run
                data: {train: %1$s/rows.jsonl, evaluate: %1$s/others.jsonl, max-tokens: 64}
                guards:
                  overfitting: {rows: 8, gap-at-most: 0.5}
                training:
                  steps: 40
                  rows-per-step: 4
                  learning-rate: 3e-3
                  compute: fp32
                  workers: 1
                  evaluate-every: 10
                """.formatted(folder));
    }

    private void write(String name, char first) throws IOException {
        Files.write(
                folder.resolve(name),
                IntStream.range(0, 8)
                        .mapToObj(i -> "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}"
                                .formatted((char) (first + i)))
                        .toList());
    }

    @Test
    void aGateThatFailsIsExitThreeAndTheResultIsKeptAndMarked() throws IOException {
        assertThat(train()).as(err.toString()).isEqualTo(Exit.GATE);

        assertThat(err.toString())
                .containsPattern("overfits since step \\d+: held-out loss")
                .containsPattern("gate failed: held-out loss \\d+\\.\\d+ above that of trained rows, at most 0\\.5")
                .contains("the result is kept and marked in " + folder.resolve("run/final/gates.json"));
        assertThat(folder.resolve("run/final/model.safetensors")).isNotEmptyFile();
        assertThat(Files.readString(folder.resolve("run/gates.json"))).contains("\"holds\": false");
        assertThat(Files.readString(folder.resolve("run/report.html"))).contains("a gate failed");
        assertThat(folder.resolve("run/curves/gap.png")).isNotEmptyFile();
    }

    @Test
    void aGateThatHoldsIsDone() {
        assertThat(train("--set", "guards.overfitting.gap-at-most=1000", "--json"))
                .as(err.toString())
                .isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("\"gates-hold\":true");
    }

    /** No completion is ever right, so that all groups are even: an alarm ends the run, and its result is kept. */
    @Test
    void anAlarmThatEndsARunIsExitThreeToo() throws IOException {
        Files.writeString(folder.resolve("run.yaml"), """
                method: grpo
                model: %1$s/model
                output: %1$s/run
                data: {train: %1$s/rows.jsonl, template: chatml}
                adapter: {rank: 2}
                rewards: "pattern:never"
                rollout: {group-size: 2, max-completion-tokens: 2}
                alarms: {window: 2, stop: even-groups}
                report: {rows: 0, replies: 0}
                training: {steps: 20, rows-per-step: 4, compute: fp32, workers: 1}
                """.formatted(folder));
        assertThat(train()).as(err.toString()).isEqualTo(Exit.GATE);
        assertThat(err.toString()).contains("alarm even-groups after step 2", "stopped by an alarm after 2 steps");
        assertThat(folder.resolve("run/final/adapter_model.safetensors")).isNotEmptyFile();
    }

    private Exit train(String... more) {
        String[] arguments = new String[2 + more.length];
        arguments[0] = "train";
        arguments[1] = folder.resolve("run.yaml").toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return Hone.run(arguments, new PrintWriter(out), new PrintWriter(err));
    }
}
