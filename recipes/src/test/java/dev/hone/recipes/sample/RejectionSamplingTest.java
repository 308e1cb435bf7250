package dev.hone.recipes.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.data.batch.TargetKind;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.dataset.PreferenceDataset;
import dev.hone.data.dataset.TextDataset;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.generate.Completion;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.generate.StopReason;
import dev.hone.recipes.run.RunObserver;
import dev.hone.reward.JsonSchemaReward;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.rollout.BestOf;
import dev.hone.rollout.Sample;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sampling from a tiny model that babbles; a text is worth more the more letters it has. */
class RejectionSamplingTest {
    private static final Reward LETTERS = (task, completion) ->
            completion.text().chars().filter(Character::isLetter).count();
    private static final RejectionSampling.SamplePlan PLAN =
            new RejectionSampling.SamplePlan(4, Sampling.unchanged(), 12, new BestOf(2, 1));

    @TempDir
    private Path folder;

    @BeforeEach
    void makeModel() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
    }

    @Test
    void whatIsKeptAndPairedCanBeTrainedOn() throws IOException {
        Path tasks = write("{\"prompt\": \"one\"}", "{\"messages\": [{\"role\": \"user\", \"content\": \"two\"}]}");
        try (LoadedModel model = open()) {
            RejectionSampling.SamplePlan whole = // long enough for most to end
                    new RejectionSampling.SamplePlan(4, Sampling.unchanged(), 200, new BestOf(2, 1));
            RejectionSampling sampled = RejectionSampling.draw(model, tasks, LETTERS, whole, RunObserver.none());
            SampleFiles.save(sampled, folder);

            assertThat(sampled.samples())
                    .hasSize(2)
                    .allSatisfy(of -> assertThat(of).hasSize(4));
            assertThat(JsonlFile.open(folder.resolve("samples.jsonl")).rows()).isEqualTo(8);
            RowRenderer renderer = new RowRenderer(model.tokenizer(), model.template(), TrainOn.REPLIES);
            assertThat(TextDataset.read(
                                    JsonlFile.open(List.of(folder.resolve("kept.jsonl"))),
                                    renderer,
                                    400,
                                    Overflow.REFUSE,
                                    ReadingListener.of(n -> {}, () -> false))
                            .count())
                    .isBetween(1, 4);
            assertThat(PreferenceDataset.read(
                                    JsonlFile.open(List.of(folder.resolve("pairs.jsonl"))),
                                    renderer,
                                    TargetKind.ANSWERS,
                                    400,
                                    Overflow.REFUSE,
                                    ReadingListener.of(n -> {}, () -> false))
                            .count())
                    .isBetween(1, 2);
        }
    }

    /** Five answers, the best of which was cut off: the best whole one is kept, and the two whole ones that say something are the pair. */
    @Test
    void answersThatWereCutOffAreNeitherKeptNorPairedAndAreCountedAndEmptyOnesAreNotPaired() throws IOException {
        ObjectNode row = (ObjectNode) new ObjectMapper()
                .readTree("{\"messages\": [{\"role\": \"user\", \"content\": \"Hot?\"}, {\"role\": \"assistant\","
                        + " \"content\": null, \"tool_calls\": [{\"function\": {\"name\": \"heat\", \"arguments\": {}}}]},"
                        + " {\"role\": \"tool\", \"content\": \"30\"}], \"tools\": [{\"name\": \"heat\"}]}");
        List<Message> messages = new ArrayList<>();
        row.get("messages").forEach(message -> messages.add(Message.from(message)));
        Task task = new Task(0, messages, row);
        List<Sample> samples = List.of(
                sample(task, "cut sho", StopReason.LENGTH, 3),
                sample(task, "best", StopReason.END_OF_TEXT, 2),
                sample(task, "worst", StopReason.STOP_STRING, 1),
                sample(task, " ", StopReason.STOP_STRING, 0.5), // training on pairs refuses an empty side
                sample(task, "", StopReason.CONTEXT, 0));
        List<Sample> kept =
                new BestOf(1, 1).choose(samples.stream().filter(Sample::isWhole).toList());
        RejectionSampling sampled = new RejectionSampling(List.of(samples), List.of(kept));
        SampleFiles.save(sampled, folder);

        assertThat(sampled.describe()).endsWith("; 2 answers were cut off by max-tokens and are not kept");
        assertThat(Files.readAllLines(folder.resolve("samples.jsonl"))).hasSize(5);
        JsonNode keptRow = new ObjectMapper().readTree(Files.readString(folder.resolve("kept.jsonl")));
        assertThat(keptRow.path("messages").get(3).path("content").asText()).isEqualTo("best");
        assertThat(keptRow.path("messages").get(1))
                .isEqualTo(row.get("messages").get(1));
        assertThat(keptRow.path("tools")).isEqualTo(row.get("tools"));
        JsonNode pair = new ObjectMapper().readTree(Files.readString(folder.resolve("pairs.jsonl")));
        assertThat(pair.path("prompt")).isEqualTo(row.get("messages"));
        assertThat(pair.path("chosen").get(0).path("content").asText()).isEqualTo("best");
        assertThat(pair.path("rejected").get(0).path("content").asText()).isEqualTo("worst");
        assertThat(pair.path("tools")).isEqualTo(row.get("tools"));
    }

    private static Sample sample(Task task, String text, StopReason reason, double score) {
        return new Sample(task, 0, new Completion(new int[] {1}, new float[] {-1}, text, reason), score);
    }

    @Test
    void theSameSeedDrawsTheSameSamplesHoweverTasksAreGrouped() throws IOException {
        try (LoadedModel model = open()) {
            RejectionSampling both = RejectionSampling.draw(
                    model, write("{\"prompt\": \"one\"}", "{\"prompt\": \"two\"}"), LETTERS, PLAN, RunObserver.none());
            RejectionSampling first =
                    RejectionSampling.draw(model, write("{\"prompt\": \"one\"}"), LETTERS, PLAN, RunObserver.none());
            for (int i = 0; i < 4; i++) {
                assertThat(both.samples().get(0).get(i).completion().ids())
                        .containsExactly(
                                first.samples().get(0).get(i).completion().ids());
            }
            assertThat(first.samples().get(0))
                    .extracting(s -> s.completion().text())
                    .doesNotHaveDuplicates();
        }
    }

    /** Of four samples one is right: any one is right in a quarter of cases, the best of them always. */
    @Test
    void meanBestAndPassAtKAreOverTasks() throws IOException {
        int[] asked = {0};
        Reward everyFourth = (task, text) -> asked[0]++ % 4 == 0 ? 1 : 0;
        try (LoadedModel model = open()) {
            RejectionSampling sampled = RejectionSampling.draw(
                    model, write("{\"prompt\": \"a\"}", "{\"prompt\": \"b\"}"), everyFourth, PLAN, RunObserver.none());
            assertThat(sampled.meanReward()).isEqualTo(0.25);
            assertThat(sampled.bestOfN()).isEqualTo(1);
            assertThat(sampled.passAt(1)).isCloseTo(0.25, within(1e-12));
            assertThat(sampled.passAt(2)).isCloseTo(0.5, within(1e-12));
            assertThat(sampled.passAt(4)).isEqualTo(1);
        }
    }

    @Test
    void theLastTurnOfAConversationIsItsAnswer() throws IOException {
        Path tasks = write("{\"messages\": [{\"role\": \"user\", \"content\": \"one\"},"
                + " {\"role\": \"assistant\", \"content\": \"two\"}]}");
        try (LoadedModel model = open()) {
            RejectionSampling sampled = RejectionSampling.draw(model, tasks, LETTERS, PLAN, RunObserver.none());
            assertThat(sampled.samples().get(0).get(0).task().messages()).hasSize(1);
            assertThat(sampled.samples()
                            .get(0)
                            .get(0)
                            .task()
                            .columns()
                            .path("answer")
                            .asText())
                    .isEqualTo("two");
        }
    }

    @Test
    void aRowWithNothingToAnswerIsNamed() throws IOException {
        Path tasks = write("{\"text\": \"no task\"}");
        try (LoadedModel model = open()) {
            assertThatThrownBy(() -> RejectionSampling.draw(model, tasks, LETTERS, PLAN, RunObserver.none()))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("tasks.jsonl:1: has nothing to answer");
        }
    }

    @Test
    void aTaskWhoseSchemaCannotBeUsedIsNamed() throws IOException {
        Path tasks = write(
                "{\"prompt\": \"one\", \"schema\": true}", "{\"prompt\": \"two\", \"schema\": {\"type\": \"strnig\"}}");
        try (LoadedModel model = open();
                Reward reward = JsonSchemaReward.inColumn("schema")) {
            assertThatThrownBy(() -> RejectionSampling.draw(model, tasks, reward, PLAN, RunObserver.none()))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("tasks.jsonl:2: the schema is not one of JSON Schema: /type");
        }
    }

    private LoadedModel open() {
        return LoadedModel.open(folder.resolve("model"), null, ComputeChoice.of(DType.F32), "chatml", warning -> {});
    }

    private Path write(String... rows) throws IOException {
        return Files.writeString(folder.resolve("tasks.jsonl"), String.join("\n", rows));
    }

    /** Of two judged answers one is right; the third, of which the reward says nothing, is none of them. */
    @Test
    void anAnswerWithoutJudgementIsLeftOutAndCounted() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (double score : new double[] {1, Double.NaN, 0}) {
            Task task = new Task(0, List.of(Message.user("one")), new ObjectMapper().createObjectNode());
            Completion completion = new Completion(new int[0], new float[0], "answer " + score, StopReason.END_OF_TEXT);
            samples.add(new Sample(task, samples.size(), completion, score));
        }
        RejectionSampling sampled = new RejectionSampling(List.of(samples), List.of(new BestOf(3, 1).choose(samples)));
        assertThat(sampled.meanReward()).isEqualTo(0.5);
        assertThat(sampled.bestOfN()).isEqualTo(1);
        assertThat(sampled.passAt(1)).isEqualTo(0.5);
        assertThat(sampled.keptSamples()).isEqualTo(1);
        assertThat(sampled.describe()).endsWith("; of 1 answers the reward has no judgement, and they are left out");
        SampleFiles.save(sampled, folder);
        assertThat(Files.readAllLines(folder.resolve("samples.jsonl")).get(1)).contains("\"score\":null");
        assertThat(Files.readString(folder.resolve("pairs.jsonl")))
                .contains("answer 1.0")
                .contains("answer 0.0");
    }
}
