package dev.hone.recipes.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Pair;
import dev.hone.data.dataset.Dataset;
import dev.hone.generate.LoadedModel;
import dev.hone.model.architecture.Output;
import dev.hone.recipes.method.RunRows;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.ReportSettings;
import dev.hone.recipes.snapshot.RunSnapshots.RowChange;
import dev.hone.report.MarkedText;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Workers;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSnapshotsTest {
    @TempDir
    Path folder;

    private static Example row(Tokenizer tokenizer, String prompt, String reply) {
        int[] before = tokenizer.ids(prompt, Specials.NONE);
        int[] all = tokenizer.ids(prompt + reply, Specials.NONE);
        float[] weights = new float[all.length];
        for (int i = before.length; i < all.length; i++) {
            weights[i] = 1;
        }
        return new Example(0, all, weights);
    }

    private RunSnapshots snapshots(RunRows rows, Tokenizer tokenizer, int count) {
        return RunSnapshots.of(
                new ReportSettings(count, 2, 5), Output.TOKENS, rows, tokenizer, folder.resolve("snapshots.json"));
    }

    @Test
    void rowsAreShownWithTheirLossBeforeAndAfterTheHardestFirst() {
        try (Tokenizer tokenizer = TinyTokenizers.bytes(folder)) {
            LoadedModel model =
                    new LoadedModel(TinyModels.trainable(TinyModels.stories(), 1), null, tokenizer, null, Set.of());
            List<Example> examples = IntStream.range(0, 6)
                    .mapToObj(i -> row(tokenizer, "say " + (char) ('a' + i), "" + (char) ('a' + i)))
                    .toList();
            Dataset rows = Dataset.of(examples);
            RunSnapshots shown = snapshots(new RunRows(rows, null), tokenizer, 3);

            shown.before(model, Workers.of(2), RunObserver.none());
            assertThat(shown.hardest(9)).as("before the end").isEmpty();
            change(model);
            shown.after(model, Workers.of(2), RunObserver.none());

            List<RowChange> hardest = shown.hardest(9);
            assertThat(hardest).hasSize(3);
            assertThat(hardest.get(0).after())
                    .isGreaterThanOrEqualTo(hardest.get(1).after());
            RowChange first = shown.first(1).get(0);
            float[] now = model.model()
                    .score(rows.batch(List.of(0)), null)
                    .logProbabilities()
                    .floats();
            assertThat(now).hasSize(1);
            assertThat(first.after()).isCloseTo(-now[0], within(1e-6));
            assertThat(first.before()).isNotEqualTo(first.after());
            assertThat(first.text()).containsExactly(new MarkedText("say a", false), new MarkedText("a", true));
            assertThat(shown.mostChanged(1).get(0).gain())
                    .satisfies(gain -> hardest.forEach(
                            row -> assertThat(Math.abs(row.gain())).isLessThanOrEqualTo(Math.abs(gain))));
            assertThat(shown.replies())
                    .hasSize(2)
                    .allSatisfy(reply -> assertThat(reply.prompt()).startsWith("say "));
        }
    }

    @Test
    void promptsAreOfHeldOutRowsWhereThereAreAny() {
        try (Tokenizer tokenizer = TinyTokenizers.bytes(folder)) {
            LoadedModel model =
                    new LoadedModel(TinyModels.trainable(TinyModels.stories(), 1), null, tokenizer, null, Set.of());
            RunRows rows = new RunRows(
                    Dataset.of(List.of(row(tokenizer, "train", "ed"))),
                    Dataset.of(List.of(row(tokenizer, "held", " out"))));
            RunSnapshots shown = snapshots(rows, tokenizer, 3);
            shown.before(model, Workers.of(2), RunObserver.none());
            shown.after(model, Workers.of(2), RunObserver.none());

            assertThat(shown.replies()).singleElement().satisfies(reply -> {
                assertThat(reply.prompt()).isEqualTo("held");
                assertThat(reply.before()).isEqualTo(reply.after());
            });
            assertThat(shown.first(9))
                    .singleElement()
                    .satisfies(row -> assertThat(row.gain()).isZero());
        }
    }

    @Test
    void ofAPairTheChosenSideIsShown() {
        try (Tokenizer tokenizer = TinyTokenizers.bytes(folder)) {
            Dataset pairs = Dataset.ofPairs(List.of(new Pair(
                    row(tokenizer, "ask", " yes"), row(tokenizer, "ask", " no").numbered(1), 1)));
            ShownRow shown = ShownRow.of(pairs, 0);
            assertThat(shown.text(tokenizer))
                    .containsExactly(new MarkedText("ask", false), new MarkedText(" yes", true));
            assertThat(tokenizer.decode(shown.prompt())).isEqualTo("ask");
        }
    }

    @Test
    void aRunThatIsResumedKnowsWhatWasBeforeItsFirstStep() {
        try (Tokenizer tokenizer = TinyTokenizers.bytes(folder)) {
            LoadedModel model =
                    new LoadedModel(TinyModels.trainable(TinyModels.stories(), 1), null, tokenizer, null, Set.of());
            RunRows rows = new RunRows(Dataset.of(List.of(row(tokenizer, "say a", "a"))), null);
            snapshots(rows, tokenizer, 3).before(model, Workers.of(2), RunObserver.none());
            change(model);

            RunSnapshots resumed = snapshots(rows, tokenizer, 3);
            resumed.after(model, Workers.of(2), RunObserver.none());
            assertThat(resumed.first(1))
                    .singleElement()
                    .satisfies(row -> assertThat(row.gain()).isNotZero());

            Dataset more = Dataset.of(List.of(row(tokenizer, "say a", "a"), row(tokenizer, "say b", "b")));
            RunSnapshots other = snapshots(new RunRows(more, null), tokenizer, 3);
            other.after(model, Workers.of(2), RunObserver.none());
            assertThat(other.first(1)).as("measured of other rows").isEmpty();
        }
    }

    @Test
    void whereItIsAskedToStopNothingIsMeasured() {
        try (Tokenizer tokenizer = TinyTokenizers.bytes(folder)) {
            LoadedModel model =
                    new LoadedModel(TinyModels.trainable(TinyModels.stories(), 1), null, tokenizer, null, Set.of());
            RunSnapshots shown =
                    snapshots(new RunRows(Dataset.of(List.of(row(tokenizer, "say a", "a"))), null), tokenizer, 3);
            shown.before(model, Workers.of(2), stopping());
            shown.after(model, Workers.of(2), RunObserver.none());
            assertThat(shown.first(1)).isEmpty();
            assertThat(Files.exists(folder.resolve("snapshots.json"))).isTrue();
        }
    }

    private static RunObserver stopping() {
        RunObserver none = RunObserver.none();
        return new RunObserver() {
            @Override
            public void say(String line) {}

            @Override
            public Work begin(String label, String unit, long total, long from) {
                return none.begin(label, unit, total, from);
            }

            @Override
            public boolean getAsBoolean() {
                return true;
            }
        };
    }

    private static void change(LoadedModel model) {
        Autograd.without(() -> model.model().parameters().get(0).value().timesInPlace(1.5));
    }
}
