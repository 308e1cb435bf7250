package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.data.dataset.AnnotatedDataset;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.objective.Distillation;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Llama learns from a Qwen2 with the same 32 tokens. */
class DistillationTest {
    private static final Draw PLACE = Draw.of(1, "step");
    private static final List<Example> ROWS = List.of(
            Example.ofText(0, GoldenModels.ROW),
            new Example(1, new int[] {2, 4, 6, 8, 10}, new float[] {0, 0, 1, 0.5f, 2}),
            Example.ofText(2, new int[] {31, 30}));

    private final LanguageModel teacher = GoldenModels.frozen(GoldenModels.c());

    /** The rows as a run has them, each with what the teacher makes of it. */
    private Dataset taught(LanguageModel by) {
        Dataset rows = Dataset.of(ROWS);
        List<float[]> states = new ArrayList<>();
        for (Example row : ROWS) {
            states.add(states(by, Batch.of(List.of(row))));
        }
        return new AnnotatedDataset(rows, Annotation.TEACHER, by.head().width(), states);
    }

    private static float[] states(LanguageModel model, Batch batch) {
        try (Scope scope = Scope.open()) {
            return Autograd.without(() -> model.hidden(batch, null)
                            .select(0, Tensor.of(batch.targets().position())))
                    .floats();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 2", ".1, 1", ".5, 1", ".5, 2", "1, .5"})
    void lossAndGradientsAreThoseOfOneUncutGraph(double beta, double temperature) {
        LanguageModel student = GoldenModels.trainable(GoldenModels.a());
        Batch batch = taught(teacher).batch(List.of(0, 1, 2));
        try (Scope scope = Scope.open()) {
            Distillation objective = new Distillation(beta, temperature, teacher.head());
            Metrics measured = Policy.full(student).accumulate(List.of(batch), objective, PLACE);
            List<float[]> cut = taken(student);

            Tensor uncut = loss(student, batch, beta, temperature);
            uncut.backward();
            List<float[]> whole = taken(student);

            assertThat(measured.loss()).isPositive().isCloseTo(uncut.scalar(), within(1e-5 * uncut.scalar()));
            for (int p = 0; p < whole.size(); p++) {
                assertThat(cut.get(p))
                        .as(student.parameters().get(p).name())
                        .containsExactly(whole.get(p), within(1e-6f));
            }
        }
    }

    private static List<float[]> taken(LanguageModel model) {
        List<float[]> gradients = model.parameters().stream()
                .map(p -> p.value().gradient().floats())
                .toList();
        new Gradients(model.parameters()).clear();
        return gradients;
    }

    private Tensor loss(LanguageModel student, Batch batch, double beta, double temperature) {
        Tensor own = logits(student, batch).times(1 / temperature).logSoftmax(1);
        Tensor other = Autograd.without(
                () -> logits(teacher, batch).times(1 / temperature).logSoftmax(1));
        Tensor middle = own.exp().times(1 - beta).plus(other.exp().times(beta)).log();
        Tensor divergence = beta == 0
                ? divergence(other, own)
                : beta == 1
                        ? divergence(own, other)
                        : divergence(other, middle)
                                .times(beta)
                                .plus(divergence(own, middle).times(1 - beta));
        Targets targets = batch.targets();
        return divergence.times(Tensor.of(targets.weight())).sum().times(1 / targets.totalWeight());
    }

    private static Tensor logits(LanguageModel model, Batch batch) {
        return model.head()
                .logits(model.hidden(batch, null)
                        .select(0, Tensor.of(batch.targets().position())));
    }

    private static Tensor divergence(Tensor a, Tensor b) {
        return a.exp().times(a.minus(b)).sum(1);
    }

    @ParameterizedTest
    @CsvSource({"0", ".5", "1"})
    void howRowsAreSplitChangesNothing(double beta) {
        LanguageModel student = GoldenModels.trainable(GoldenModels.a());
        Policy policy = Policy.full(student);
        Distillation objective = new Distillation(beta, 1, teacher.head());
        Dataset rows = taught(teacher);
        double whole = policy.accumulate(List.of(rows.batch(List.of(0, 1, 2))), objective, PLACE)
                .loss();
        List<float[]> gradients = taken(student);
        List<Batch> single =
                IntStream.of(2, 0, 1).mapToObj(row -> rows.batch(List.of(row))).toList();
        assertThat(policy.accumulate(single, objective, PLACE).loss()).isCloseTo(whole, within(1e-5 * whole));
        List<float[]> split = taken(student);
        for (int p = 0; p < gradients.size(); p++) {
            assertThat(split.get(p)).containsExactly(gradients.get(p), within(1e-6f));
        }
        assertThat(policy.measure(single, objective).loss()).isCloseTo(whole, within(1e-5 * whole));
    }

    @ParameterizedTest
    @CsvSource({"0", ".5", "1"})
    void aStudentThatIsItsTeacherHasNothingToLearn(double beta) {
        LanguageModel student = GoldenModels.trainable(GoldenModels.c());
        Batch batch = taught(teacher).batch(List.of(0, 1, 2));
        Metrics measured =
                Policy.full(student).accumulate(List.of(batch), new Distillation(beta, 1, teacher.head()), PLACE);
        assertThat(measured.loss()).isCloseTo(0, within(1e-6));
        for (float[] gradient : taken(student)) {
            assertThat(gradient).containsExactly(new float[gradient.length], within(1e-6f));
        }
    }

    @Test
    void theTokensOwnLossIsMeasuredBeside() {
        Policy policy = Policy.full(GoldenModels.trainable(GoldenModels.a()));
        List<Batch> step = List.of(taught(teacher).batch(List.of(0, 1, 2)));
        double nll = policy.measure(step, new NextToken()).loss();
        assertThat(policy.measure(step, new Distillation(.5, 1, teacher.head()))
                        .measures()
                        .get("nll"))
                .isCloseTo(nll, within(1e-6));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Policy policy = Policy.full(GoldenModels.trainable(GoldenModels.a()));
        Distillation objective = new Distillation(.5, 1, teacher.head());
        assertThatThrownBy(() -> policy.accumulate(List.of(Batch.of(ROWS)), objective, PLACE))
                .hasMessageContaining("the batch has no TEACHER");
        ModelConfig wide = TinyModels.stories();
        LanguageModel foreign = TinyModels.frozen(wide, 1);
        assertThatThrownBy(() -> policy.accumulate(
                        List.of(taught(foreign).batch(List.of(0))), new Distillation(.5, 1, foreign.head()), PLACE))
                .hasMessageContaining("the teacher's vocabulary has 512 tokens and the student's 32");
        assertThatThrownBy(() -> new Distillation(1.5, 1, teacher.head())).hasMessageContaining("beta (1.5)");
        assertThatThrownBy(() -> new Distillation(.5, 0, teacher.head())).hasMessageContaining("temperature (0.0)");
    }
}
