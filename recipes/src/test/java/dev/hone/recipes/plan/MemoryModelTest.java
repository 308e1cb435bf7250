package dev.hone.recipes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.LayerMemory;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The model has 5 layers, hidden 64, intermediate 172, 8 heads of 8 on 4 key heads, 512 tokens, a tied head. */
class MemoryModelTest {
    private static final ModelConfig STORIES = TinyModels.stories();

    /** 512·64 + 5 · (2·64·64 + 2·64·32 + 3·64·172 + 2·64) + 64 = 260,032 weights. */
    private static final long WEIGHTS = 260_032;

    /** Ten tokens in one row, nine of them predicted. */
    private static final BatchSize TEN = BatchSize.of(Batch.of(List.of(Example.ofText(0, new int[10]))));

    @Test
    void inFullTrainingEachWeightIsFourNumbersOfFourBytes() {
        Map<String, Long> lines = lines(full(Recomputation.NONE), 4);
        assertThat(lines)
                .containsEntry("weights", 4 * WEIGHTS)
                .containsEntry("gradients", 4 * WEIGHTS)
                .containsEntry("optimizer", 8 * WEIGHTS);
    }

    /** A rank of 2 adds 2 · (in + out) to each matrix: 2 · (2·128 + 2·96 + 3·236) = 2,312 a layer, 11,560 in all. */
    @Test
    void underAnAdapterTheWeightsAreHeldInTheComputeTypeAndOnlyTheAdapterHasMoments() {
        Map<String, Long> lines = lines(adapted(DType.BF16), 4);
        assertThat(lines)
                .containsEntry("weights", 2 * WEIGHTS)
                .containsEntry("adapter", 4 * 11_560L)
                .containsEntry("gradients", 4 * 11_560L)
                .containsEntry("optimizer", 8 * 11_560L);
    }

    /** Muon keeps one number of each hidden matrix, 45,312 a layer, and two of the rest. */
    @Test
    void muonKeepsOneNumberOfEachHiddenMatrix() {
        MemoryModel muon =
                new MemoryModel(STORIES, null, DType.F32, MemoryModel.Update.MUON, 1, Recomputation.NONE, 0, 0, 0);
        assertThat(lines(muon, 4)).containsEntry("optimizer", 8 * WEIGHTS - 4 * 5 * 45_312L);
    }

    /**
     * In float32 a layer saves of each token: rotated queries and keys (64 + 32), values (32), what attention gave (64), the sum x + a
     * and the result (2 · 64), gate and up (2 · 172): 664 numbers.
     */
    @Test
    void aLayerSavesWhatBackwardReads() {
        LayerMemory layer = LayerMemory.of(STORIES, null, DType.F32, TEN.attention());
        assertThat(layer.saved()).isEqualTo(4 * 10 * 664);
    }

    /**
     * Ten queries look at ten keys in each of 8 heads, filled up to 32: 2,560 scores before the softmax and 2,560 after it, in bf16
     * also widened to float32 between. They are recomputed in backward, unless dropout leaves that to the graph.
     */
    @Test
    void scoresGrowWithTheSquareOfALength() {
        LayerMemory wide = LayerMemory.of(STORIES, null, DType.F32, TEN.attention());
        assertThat(wide.scores()).isEqualTo(2 * 4 * 2560);
        assertThat(wide.savedScores()).isZero();
        assertThat(LayerMemory.of(STORIES, null, DType.BF16, TEN.attention()).scores())
                .isEqualTo(2 * 2560 * (2 + 4));
        AdapterConfig dropping = new AdapterConfig(2, 4, 0.1, List.of(AdapterConfig.ALL_LINEAR), false);
        assertThat(LayerMemory.of(STORIES, dropping, DType.F32, TEN.attention()).savedScores())
                .isEqualTo(4 * 2560);
    }

    /** 300 queries in blocks of 128, 128 and 44 look at 128, 256 and 300 keys, the last filled up to 320. */
    @Test
    void longRowsLookInBlocks() {
        BatchSize load = BatchSize.of(Batch.of(List.of(Example.ofText(0, new int[300]))));
        assertThat(load.looks()).isEqualTo(128 * 128 + 128 * 256 + 44 * 320);
        assertThat(load.attention().cut()).isEqualTo(300);
    }

    @Test
    void workersShareTheWeightsAndHaveTheRestForThemselves() {
        Map<String, Long> one = lines(full(Recomputation.NONE), 4);
        Map<String, Long> two = lines(full(Recomputation.NONE).withWorkers(2), 4);
        assertThat(two)
                .containsEntry("weights", one.get("weights"))
                .containsEntry("gradients", 2 * one.get("gradients"));
        assertThat(two.get("activations")).isEqualTo(2 * one.get("activations"));
    }

    /** Of each token two boundaries of 64 numbers a layer instead of 664: less than a third, with what lies outside of the layers. */
    @Test
    void recomputationSavesTheInputsOfBlocksAlone() {
        long none = lines(full(Recomputation.NONE), 4).get("activations");
        assertThat(lines(full(Recomputation.LAYERS), 4).get("activations")).isLessThan(none / 3);
    }

    @Test
    void heldOutRowsMayNeedMostOfAll() {
        BatchSize large = BatchSize.of(Batch.of(List.of(Example.ofText(0, new int[5000]))));
        assertThat(adapted(DType.F32).peak(step(1, large, 0)).moment()).isEqualTo("when held-out rows are measured");
    }

    @Test
    void aFrozenModelThatReadsTheRowsFirstMayNeedMostOfAll() {
        Dataset rows = Dataset.of(List.of(Example.ofText(0, new int[3000]), Example.ofText(1, new int[3000])));
        StepDemand demand = step(1, BatchSize.NONE, 0).afterReading(rows, 5000, 1);
        assertThat(demand.annotated().tokens()).isEqualTo(3000);
        assertThat(adapted(DType.F32).peak(demand).moment()).isEqualTo("when a frozen model reads the rows");
    }

    /** 360 kB for each of 1,024 that are kept, and a gap of 100 kB for each of the next 2,048. */
    @Test
    void inSixteenBitsEachShapeOfAProductIsCompiledAndKept() {
        assertThat(compiled(DType.BF16, 100)).isEqualTo(36_000_000);
        assertThat(compiled(DType.BF16, 1_024 + 10)).isEqualTo(368_640_000 + 1_000_000);
        assertThat(compiled(DType.BF16, 9_999)).isEqualTo(368_640_000 + 204_800_000);
        assertThat(compiled(DType.F32, 100)).isZero();
    }

    private static long compiled(DType compute, long products) {
        return adapted(compute).peak(step(1, BatchSize.NONE, products)).lines().stream()
                .filter(line -> line.what().equals("compiled products"))
                .mapToLong(MemoryModel.Line::bytes)
                .sum();
    }

    private static StepDemand step(int microBatches, BatchSize measured, long products) {
        return new StepDemand(TEN, microBatches, measured, 1, BatchSize.NONE, products);
    }

    /** Where an adapter alone is enough, it is named; where only everything together is, all of it is named at once. */
    @Test
    void whatWouldFitIsReported() {
        MemoryModel memory = full(Recomputation.NONE);
        StepDemand demand = step(4, BatchSize.NONE, 0);
        long needed = memory.peak(demand).bytes();
        assertThat(Remedy.find(memory, demand, 8, new MachineMemory(needed, needed - 1_000_000)))
                .extracting(Remedy::change)
                .contains("adapter: {rank: 16}")
                .doesNotContain("training.rows-per-batch: 4");
        assertThat(Remedy.find(memory, demand, 8, new MachineMemory(needed, 1_000_000)))
                .isEmpty();
    }

    private static Map<String, Long> lines(MemoryModel model, int microBatches) {
        return model.peak(step(microBatches, BatchSize.NONE, 0)).lines().stream()
                .collect(Collectors.toMap(MemoryModel.Line::what, MemoryModel.Line::bytes));
    }

    private static MemoryModel full(Recomputation recomputation) {
        return new MemoryModel(STORIES, null, DType.F32, MemoryModel.Update.ADAMW, 1, recomputation, 0, 0, 0);
    }

    private static MemoryModel adapted(DType compute) {
        AdapterConfig shape = new AdapterConfig(2, 4, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        return new MemoryModel(STORIES, shape, compute, MemoryModel.Update.ADAMW, 1, Recomputation.NONE, 0, 0, 0);
    }
}
