package dev.hone.testkit;

import static dev.hone.testkit.DeltaNumbers.floats;
import static dev.hone.testkit.DeltaNumbers.gradientsOf;
import static dev.hone.testkit.DeltaNumbers.norm;
import static dev.hone.testkit.DeltaNumbers.requireNear;
import static dev.hone.testkit.DeltaNumbers.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.checkpoint.Safetensors;
import dev.hone.model.LanguageModel;
import dev.hone.model.Linear;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.adapter.DeltaType;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the deltas of every {@link AdapterType} keep: a new one changes nothing; the merged weight computes what the delta does;
 * the backward is that of the graph; a replica shares the weights and a copy none; PEFT's names are those in the file, which is
 * read as it was written.
 *
 * <p>The map adapted has {@value #IN} inputs and {@value #OUT} outputs, the deltas rank {@value #RANK} and alpha
 * {@value #ALPHA}, and x three tokens.
 */
public abstract class AdapterDeltaContract {
    private static final String MODULE = "model.layers.0.self_attn.q_proj";
    private static final int IN = 5;
    private static final int OUT = 4;
    private static final int RANK = 2;
    private static final int ALPHA = 4;

    @TempDir
    private Path folder;

    private Scope scope = Scope.open();
    private Linear base = base(DType.F32);

    /** The type whose deltas these are. */
    public abstract AdapterType type();

    /** What PEFT adds to a module's name for each weight of a delta, in order. */
    protected abstract List<String> namesInPeft();

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
        base = base(DType.F32);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /** Not a bit of the outputs differs, whatever dropout made of the inputs. */
    @Test
    void aNewDeltaChangesNothing() {
        ModuleDelta delta = fresh(7);
        assertThat(delta.changesNothing(base.weight())).isTrue();
        assertThat(outputs(delta)).containsExactly(plainOutputs());
        assertThat(floats(() -> delta.apply(product(), x(), Drawn.gaussian("dropped", 3, IN), base)))
                .containsExactly(plainOutputs());
        assertThat(delta.delta(base.weight().value()).abs().max().scalar()).isZero();

        ModuleDelta learned = learned("one");
        assertThat(learned.changesNothing(base.weight())).isFalse();
        assertThat(outputs(learned)).isNotEqualTo(plainOutputs());
    }

    @Test
    void aNewDeltaIsAFunctionOfItsSeed() {
        assertThat(values(fresh(7))).isDeepEqualTo(values(fresh(7)));
        assertThat(Arrays.deepEquals(values(fresh(7)), values(fresh(8)))).isFalse();
    }

    @Test
    void itsWeightsAreItsPartsInFloat32() {
        ModuleDelta delta = fresh(7);
        List<DeltaType.Part> parts = type().deltas().parts(RANK, IN, OUT);
        assertThat(parts).extracting(DeltaType.Part::name).containsExactlyElementsOf(namesInPeft());
        assertThat(delta.weights()).hasSameSizeAs(parts);
        for (int i = 0; i < parts.size(); i++) {
            Parameter weight = delta.weights().get(i);
            assertThat(weight.name()).isEqualTo(MODULE + "." + namesInPeft().get(i));
            assertThat(weight.shape()).containsExactly(parts.get(i).shape());
            assertThat(weight.dtype()).isEqualTo(DType.F32);
        }
        assertThat(delta.rank()).isEqualTo(RANK);
        assertThat(delta.shape()).containsExactly(OUT, IN);
        assertThat(outputs(type().deltas().of(learned("one").weights(), delta.scale())))
                .containsExactly(outputs(learned("one")));
    }

    /** What is added to W·x + b is {@link ModuleDelta#delta} times the inputs after dropout. */
    @Test
    void theMergedWeightComputesWhatTheDeltaDoes() {
        ModuleDelta delta = learned("one");
        Tensor change = delta.delta(base.weight().value());
        Tensor merged = base.weight().value().plus(change);
        requireNear(outputs(delta), x().linear(merged).plus(base.bias().value()).floats());
        Tensor dropped = Drawn.gaussian("dropped", 3, IN);
        requireNear(
                floats(() -> delta.apply(product(), x(), dropped, base)),
                product().plus(dropped.linear(change)).floats());
    }

    @Test
    void aTokenIsAdaptedTheSameAloneAndBesideOthers() {
        ModuleDelta delta = learned("one");
        float[] all = outputs(delta);
        for (int token = 0; token < 3; token++) {
            int row = token;
            float[] alone = floats(() -> {
                Tensor x = x().narrow(0, row, 1);
                return delta.apply(base.weight().product(x, base.bias()), x, x, base);
            });
            requireNear(alone, Arrays.copyOfRange(all, OUT * row, OUT * (row + 1)));
        }
    }

    /** Weights in 16 bits and no bias: outputs have that type, and differ by the rounding of 8 binary digits. */
    @Test
    void itAdaptsABaseOfAnotherTypeWithoutABias() {
        Linear half = new Linear(MODULE, base(DType.BF16).weight(), null);
        ModuleDelta delta = learned("one");
        trained(delta);
        Tensor x = x().to(DType.BF16);
        Tensor merged = base.weight().value().plus(delta.delta(base.weight().value()));
        float[] expected = x().linear(merged).floats();
        double bound =
                0.03 * x().abs().sum(1).max().scalar() * merged.abs().max().scalar();
        Autograd.withoutDo(() -> {
            Tensor y = delta.apply(half.weight().product(x, null), x, x, half);
            assertThat(y.dtype()).isEqualTo(DType.BF16);
            assertThat(y.floats()).containsExactly(expected, within((float) bound));
            Tensor toX = delta.backward(gradient().to(DType.BF16), x, null, half);
            assertThat(toX.dtype()).isEqualTo(DType.BF16);
        });
        assertThat(delta.weights()).allMatch(weight -> weight.value().gradient().dtype() == DType.F32);
    }

    /**
     * The backward beside the graph of the forward pass: ∂L/∂x, alone and added to what is there, and the gradient of every weight,
     * the base's too if that is trained. A second backward adds the same again.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theBackwardIsThatOfTheGraph(boolean baseTrained) {
        ModuleDelta delta = learned("one");
        trained(delta);
        List<Parameter> weights = new ArrayList<>(delta.weights());
        weights.add(base.weight());
        if (baseTrained) {
            base.weight().value().trainable();
        }
        Tensor x = x().trainable();
        Tensor y = delta.apply(base.weight().product(x, base.bias()), x, x, base);
        y.backward(gradient());
        float[] toX = x.gradient().floats();
        List<float[]> expected = gradientsOf(weights);
        weights.forEach(weight -> weight.value().clearGradient());

        Tensor gradient = gradient();
        Autograd.withoutDo(() -> {
            requireNear(delta.backward(gradient, x(), null, base).floats(), toX);
            requireNear(gradientsOf(weights), expected, 1);
            Tensor sum = Drawn.gaussian("sum", 3, IN);
            float[] both = sum.plus(Tensor.of(toX, 3, IN)).floats();
            requireNear(delta.backward(gradient, x(), sum, base).floats(), both);
            requireNear(sum.floats(), both);
            requireNear(gradientsOf(weights), expected, 2);
        });
        assertThat(gradient.floats()).containsExactly(gradient().floats());
        assertThat(base.weight().value().hasGradient()).isEqualTo(baseTrained);
        assertThat(expected.subList(0, delta.weights().size())).allMatch(of -> norm(of) > 0.1);
    }

    /** Each weight alone is trained: it gets the gradient it gets among others, and they get none. */
    @Test
    void theBackwardAddsToTrainedWeightsOnly() {
        ModuleDelta all = learned("one");
        trained(all);
        Autograd.withoutDo(() -> {
            all.backward(gradient(), x(), null, base);
            for (int only = 0; only < all.weights().size(); only++) {
                ModuleDelta one = learned("one");
                assertThat(one.isTrained()).isFalse();
                one.weights().get(only).value().trainable();
                assertThat(one.isTrained()).isTrue();
                one.backward(gradient(), x(), null, base);
                for (int i = 0; i < all.weights().size(); i++) {
                    Tensor weight = one.weights().get(i).value();
                    assertThat(weight.hasGradient()).as("weight %d", i).isEqualTo(i == only);
                }
                requireNear(
                        gradientsOf(one.weights()).get(only),
                        gradientsOf(all.weights()).get(only));
            }
        });
    }

    /** An update of the weights is one of the replica's too; each adds to gradients of its own. */
    @Test
    void aReplicaSharesTheWeightsAndHasGradientsOfItsOwn() {
        ModuleDelta delta = learned("one");
        Adapter adapter = adapter(delta).trainable();
        ModuleDelta replica = adapter.replica().at(MODULE);
        assertThat(replica.isTrained()).isTrue();
        assertThat(replica.scale()).isEqualTo(delta.scale());
        Autograd.withoutDo(() -> replica.backward(gradient(), x(), null, base));
        assertThat(delta.weights()).noneMatch(weight -> weight.value().hasGradient());
        assertThat(replica.weights()).allMatch(weight -> weight.value().hasGradient());
        float[] before = outputs(replica);
        update(delta);
        assertThat(outputs(replica)).containsExactly(outputs(delta)).isNotEqualTo(before);
    }

    /** It stays what the delta was, also once it has been used, while the delta is trained further. */
    @Test
    void aCopyIsFrozen() {
        ModuleDelta delta = learned("one");
        float[] before = outputs(delta);
        ModuleDelta copy = adapter(delta).trainable().copy().at(MODULE);
        assertThat(copy.isTrained()).isFalse();
        assertThat(delta.isTrained()).isTrue();
        for (int step = 0; step < 2; step++) {
            assertThat(outputs(copy)).containsExactly(before);
            float[] old = outputs(delta);
            update(delta);
            assertThat(outputs(delta)).isNotEqualTo(old);
        }
        Autograd.withoutDo(() -> copy.backward(gradient(), x(), null, base));
        assertThat(copy.weights()).noneMatch(weight -> weight.value().hasGradient());
    }

    /** With alpha 4 and rank 2 the scale is 4 / 2, or 4 / √2 as alpha 4 · √2 would have it without. */
    @Test
    void theScaleIsAlphaOverRankOrOverItsRoot() {
        double root = Math.sqrt(RANK);
        ModuleDelta plain = learned("one");
        ModuleDelta stabilised = learned("one", config(ALPHA, true));
        ModuleDelta larger = learned("one", config(ALPHA * root, false));
        assertThat(plain.scale()).isEqualTo(2);
        assertThat(stabilised.scale()).isCloseTo(2.8284271, within(1e-7));
        requireNear(outputs(stabilised), outputs(larger));
        assertThat(outputs(stabilised)).isNotEqualTo(outputs(plain));
    }

    /** A quarter of another's change and three quarters of the own. */
    @Test
    void aMixtureChangesTheWeightByTheSharesOfBoth() {
        ModuleDelta one = learned("one");
        ModuleDelta other = learned("other");
        Tensor weight = base.weight().value();
        ModuleDelta mixed = one.mixedWith(other, 0.25, base.weight());
        requireNear(
                mixed.delta(weight).floats(),
                one.delta(weight)
                        .times(0.75)
                        .plus(other.delta(weight).times(0.25))
                        .floats());
        requireNear(one.delta(weight).floats(), learned("one").delta(weight).floats());
    }

    /** Two of the seven maps of both layers; what is read has the same names, bits, type and scale. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFileHasTheNamesOfPeftAndIsReadAsItWasWritten(boolean stabilised) throws IOException {
        ModelConfig config = GoldenModels.a();
        LanguageModel model = GoldenModels.frozen(config);
        AdapterConfig shape = new AdapterConfig(type(), RANK, ALPHA, 0.1, List.of("q_proj", "up_proj"), stabilised);
        Adapter written = GoldenModels.filled(Adapter.fresh(config, shape, 7, model::weight));
        AdapterFiles.write(folder, written, config, "org/base", new Fingerprint("tok", null, Set.of(2), "model"));

        List<String> names = new ArrayList<>();
        for (String module : List.of("layers.0.self_attn.q_proj", "layers.0.mlp.up_proj")) {
            for (String name : namesInPeft()) {
                names.add("base_model.model.model." + module + "." + name);
                names.add("base_model.model.model." + module.replace('0', '1') + "." + name);
            }
        }
        assertThat(Safetensors.open(folder.resolve("adapter_model.safetensors")).names())
                .containsExactlyInAnyOrderElementsOf(names);

        Adapter read = AdapterFiles.read(folder, config);
        assertThat(read.config().type()).isEqualTo(type());
        assertThat(read.config().dropout()).isEqualTo(0.1);
        assertThat(read.modules()).isEqualTo(written.modules());
        assertThat(read.parameters()).hasSameSizeAs(written.parameters());
        for (int i = 0; i < written.parameters().size(); i++) {
            Parameter expected = written.parameters().get(i);
            Parameter actual = read.parameters().get(i);
            assertThat(actual.name()).isEqualTo(expected.name());
            assertThat(actual.value().bytes()).isEqualTo(expected.value().bytes());
        }
        for (String module : written.modules()) {
            assertThat(read.at(module)).hasSameClassAs(written.at(module));
            assertThat(read.at(module).scale()).isEqualTo(written.at(module).scale());
        }
    }

    private AdapterConfig config(double alpha, boolean stabilised) {
        return new AdapterConfig(type(), RANK, alpha, 0, List.of("q_proj"), stabilised);
    }

    private Adapter adapter(ModuleDelta delta) {
        return new Adapter(config(ALPHA, false), Map.of(MODULE, delta));
    }

    private ModuleDelta fresh(long seed) {
        return fresh(config(ALPHA, false), seed);
    }

    private ModuleDelta fresh(AdapterConfig config, long seed) {
        DeltaType.Target target = new DeltaType.Target(MODULE, IN, OUT, module -> base.weight());
        return type().deltas().fresh(target, config, seed);
    }

    /** A delta of which no weight is zero; each name has its own. */
    private ModuleDelta learned(String name) {
        return learned(name, config(ALPHA, false));
    }

    private ModuleDelta learned(String name, AdapterConfig config) {
        ModuleDelta delta = fresh(config, 7);
        for (int i = 0; i < delta.weights().size(); i++) {
            Tensor value = delta.weights().get(i).value();
            value.copyInPlace(Drawn.gaussian(name + i, value.shape()));
        }
        return delta;
    }

    private static void trained(ModuleDelta delta) {
        delta.weights().forEach(weight -> weight.value().trainable());
    }

    private static void update(ModuleDelta delta) {
        Autograd.withoutDo(
                () -> delta.weights().forEach(weight -> weight.value().plusInPlace(0.5)));
    }

    private static Linear base(DType type) {
        return new Linear(
                MODULE,
                new Parameter(MODULE + ".weight", Drawn.gaussian("W", OUT, IN).to(type)),
                new Parameter(MODULE + ".bias", Drawn.gaussian("b", OUT).to(type)));
    }

    private static Tensor x() {
        return Drawn.gaussian("x", 3, IN);
    }

    private static Tensor gradient() {
        return Drawn.gaussian("gradient", 3, OUT);
    }

    private Tensor product() {
        return base.weight().product(x(), base.bias());
    }

    private float[] plainOutputs() {
        return floats(this::product);
    }

    private float[] outputs(ModuleDelta delta) {
        Tensor x = x();
        return floats(() -> delta.apply(base.weight().product(x, base.bias()), x, x, base));
    }
}
