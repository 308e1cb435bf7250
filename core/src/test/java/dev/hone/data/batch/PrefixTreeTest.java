package dev.hone.data.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.Example;
import dev.hone.random.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {
    private static final int[] SYSTEM = IntStream.rangeClosed(1, 8).toArray();

    /** Eight tokens that three texts begin with, and after them 20 21 | 30 | nothing. */
    @Test
    void whatTextsBeginWithStandsOnce() {
        Batch batch = Batch.of(List.of(text(7, 20, 21), text(8, 30), text(9))).sharingPrefixes();
        assertThat(batch.tokens()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 20, 21, 30);
        assertThat(batch.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8);
        assertThat(batch.segments())
                .containsExactly(new Segment(0, 8, -1, 0), new Segment(8, 2, 0, 0), new Segment(10, 1, 0, 1));
        assertThat(batch.rowIds()).containsExactly(7, 8, 9);
    }

    /** Targets keep their order: seven within the beginning, then what comes behind it, for each of three texts. */
    @Test
    void everyTextKeepsItsOwnTargets() {
        Batch batch = Batch.of(List.of(text(7, 20, 21), text(8, 30), text(9))).sharingPrefixes();
        assertThat(batch.targets().position())
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6);
        assertThat(batch.targets().token())
                .containsExactly(2, 3, 4, 5, 6, 7, 8, 20, 21, 2, 3, 4, 5, 6, 7, 8, 30, 2, 3, 4, 5, 6, 7, 8);
    }

    /** A second beginning within the first: 8 tokens, then 8 more for two of three. */
    @Test
    void beginningsBranchWhereTextsDo() {
        int[] longer = IntStream.rangeClosed(11, 18).toArray();
        int[] first = IntStream.concat(Arrays.stream(longer), IntStream.of(20)).toArray();
        int[] second =
                IntStream.concat(Arrays.stream(longer), IntStream.of(21, 22)).toArray();
        Batch batch =
                Batch.of(List.of(text(0, first), text(1, 30), text(2, second))).sharingPrefixes();
        assertThat(batch.segments())
                .containsExactly(
                        new Segment(0, 8, -1, 0),
                        new Segment(8, 8, 0, 0),
                        new Segment(16, 1, 1, 0),
                        new Segment(17, 2, 1, 2),
                        new Segment(19, 1, 0, 1));
    }

    @Test
    void fewCommonTokensAreNotWorthASegment() {
        Batch batch = Batch.of(List.of(
                Example.ofText(0, new int[] {1, 2, 3, 4, 5, 6, 7, 10}),
                Example.ofText(1, new int[] {1, 2, 3, 4, 5, 6, 7, 11})));
        assertThat(batch.sharingPrefixes()).isSameAs(batch);
    }

    /** Texts over two tokens branch often: every one is still read whole along its parents, with its own targets. */
    @Test
    void noTokenAndNoTargetIsLost() {
        for (int seed = 0; seed < 50; seed++) {
            List<Example> texts = drawn(Draw.of(seed, "texts"));
            Batch whole = Batch.of(texts);
            Batch shared = whole.sharingPrefixes();
            assertThat(shared.tokenCount()).as("seed %s", seed).isLessThan(whole.tokenCount());
            assertThat(shared.sharingPrefixes().tokenCount()).isEqualTo(shared.tokenCount());
            assertThat(shared.targets().token()).isEqualTo(whole.targets().token());
            for (int t = 0; t < whole.targets().count(); t++) {
                assertThat(before(shared, shared.targets().position()[t]))
                        .as("seed %s, target %s", seed, t)
                        .isEqualTo(before(whole, whole.targets().position()[t]));
            }
        }
    }

    private static List<Example> drawn(Draw draw) {
        return IntStream.range(0, 12)
                .mapToObj(row -> {
                    int[] tokens = new int[10 + (int) draw.at(row).below(1000, 30)];
                    Arrays.setAll(
                            tokens, i -> i < 9 ? 0 : (int) draw.at(row / 3).below(i, 2));
                    tokens[tokens.length - 1] = row;
                    return Example.ofText(row, tokens);
                })
                .toList();
    }

    /** The tokens that a position sees, itself the last. */
    private static List<Integer> before(Batch batch, int position) {
        List<Integer> seen = new ArrayList<>();
        int segment = IntStream.range(0, batch.segments().size())
                .filter(s -> batch.segments().get(s).start() <= position)
                .max()
                .orElseThrow();
        int end = position;
        while (segment != Segment.NONE) {
            Segment own = batch.segments().get(segment);
            for (int at = end; at >= own.start(); at--) {
                seen.add(0, batch.tokens()[at]);
            }
            segment = own.parent();
            end = own.hasParent()
                    ? batch.segments().get(segment).start()
                            + batch.segments().get(segment).length()
                            - 1
                    : 0;
        }
        return seen;
    }

    private static Example text(int row, int... behind) {
        return Example.ofText(
                row,
                IntStream.concat(Arrays.stream(SYSTEM), Arrays.stream(behind)).toArray());
    }
}
