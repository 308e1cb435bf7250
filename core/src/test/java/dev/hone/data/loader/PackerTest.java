package dev.hone.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackerTest {
    /**
     * Longest first: 8 alone, 7, then 5 (no room beside 7), 4 (none beside 5 either); 3 fits best beside 5, 2 beside 4,
     * and 1 fills the bin of 7. TRL's packer gives the same bins.
     */
    @Test
    void rowsGoWhereTheLeastRoomIsLeft() {
        int[] lengths = {3, 7, 2, 5, 4, 8, 1};
        assertThat(Packer.pack(lengths, 8)).containsExactly(List.of(5), List.of(1, 6), List.of(3, 0), List.of(4, 2));
    }

    @Test
    void rowsOfOneLengthKeepTheirOrder() {
        assertThat(Packer.pack(new int[] {2, 2, 2, 2, 2}, 4)).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noRowIsLostOrDoubledAndNoBinIsOverfull(long seed) {
        Random random = new Random(seed);
        int capacity = 1 + random.nextInt(200);
        int[] lengths = random.ints(random.nextInt(500), 1, capacity + 1).toArray();
        List<List<Integer>> bins = Packer.pack(lengths, capacity);
        assertThat(bins.stream().flatMap(List::stream))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, lengths.length).boxed().toList());
        assertThat(bins)
                .allMatch(bin -> bin.stream().mapToInt(row -> lengths[row]).sum() <= capacity);
    }

    @Test
    void aRowThatFitsNowhereIsRefused() {
        assertThatThrownBy(() -> Packer.pack(new int[] {3, 9}, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row of 9 tokens does not fit into a bin of 8");
    }
}
