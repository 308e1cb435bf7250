package dev.hone.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    /** Three documents laid flat: positions start again with each, and nothing is predicted across a border. */
    @Test
    void documentsLieSideBySideWithoutSeeingEachOther() {
        Batch batch = Batch.of(List.of(
                Example.ofText(7, new int[] {11, 12, 13}),
                Example.ofText(8, new int[] {21, 22}),
                new Example(9, new int[] {31, 32, 33}, new float[] {1, 0, 0.5f})));
        assertThat(batch.tokens()).containsExactly(11, 12, 13, 21, 22, 31, 32, 33);
        assertThat(batch.positions()).containsExactly(0, 1, 2, 0, 1, 0, 1, 2);
        assertThat(batch.segments())
                .containsExactly(new Segment(0, 3, -1, 0), new Segment(3, 2, -1, 1), new Segment(5, 3, -1, 2));
        assertThat(batch.targets().position()).containsExactly(0, 1, 3, 6);
        assertThat(batch.targets().token()).containsExactly(12, 13, 22, 33);
        assertThat(batch.targets().weight()).containsExactly(1, 1, 1, 0.5f);
        assertThat(batch.targets().row()).containsExactly(0, 0, 1, 2);
        assertThat(batch.targets().totalWeight()).isEqualTo(3.5);
        assertThat(batch.rowIds()).containsExactly(7, 8, 9);
    }

    @Test
    void segmentsMustCoverTheTokensWithoutGaps() {
        assertRefused("segments cover 2 of 3 tokens", new Segment(0, 2, -1, 0));
        assertRefused(
                "segment starts at 2 but the one before ends at 1", new Segment(0, 1, -1, 0), new Segment(2, 1, -1, 0));
    }

    @Test
    void aParentMustComeBeforeItsChild() {
        assertRefused("parent (0) of segment 0 does not come before it", new Segment(0, 3, 0, 0));
        assertRefused(
                "parent (1) of segment 0 does not come before it", new Segment(0, 1, 1, 0), new Segment(1, 2, -1, 0));
    }

    /** Five targets; those of rows 0 and 2 keep their two numbers each, and numbers of rows stay as they are. */
    @Test
    void numbersOfTargetsAreCutWithTheirTargetsAndAsWideAsTheyAre() {
        Batch batch = Batch.of(List.of(
                        Example.ofText(7, new int[] {11, 12, 13}),
                        Example.ofText(8, new int[] {21, 22}),
                        Example.ofText(9, new int[] {31, 32, 33})))
                .with(Annotation.TEACHER, 2, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
                .with(Annotation.DESIRABLE, new float[] {1, 0, 1});
        Batch part = batch.only(row -> row != 1);
        assertThat(part.get(Annotation.TEACHER)).containsExactly(1, 2, 3, 4, 7, 8, 9, 10);
        assertThat(part.get(Annotation.DESIRABLE)).containsExactly(1, 0, 1);
        assertThat(part.has(Annotation.MARGIN)).isFalse();
        assertThat(batch.only(row -> false)
                        .annotations()
                        .get(Annotation.TEACHER)
                        .width())
                .isEqualTo(2);
    }

    @Test
    void numbersThatDoNotFitTheBatchAreRefused() {
        Batch batch = Batch.of(List.of(Example.ofText(7, new int[] {11, 12, 13})));
        assertThatThrownBy(() -> batch.with(Annotation.REFERENCE, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 numbers of REFERENCE for 2 places of 1");
    }

    private static void assertRefused(String message, Segment... segments) {
        Targets none = new Targets(new int[0], new int[0], new float[0], new int[0]);
        assertThatThrownBy(() -> new Batch(new int[3], new int[3], List.of(segments), none, new long[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
