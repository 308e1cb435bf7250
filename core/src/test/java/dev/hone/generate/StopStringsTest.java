package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
    @Test
    void textThatCouldBecomeAStopStringWaits() {
        StopStrings stops = new StopStrings(List.of("</s>"));
        assertThat(stops.push("a <")).isEqualTo("a ");
        assertThat(stops.push("/")).isEmpty();
        assertThat(stops.push("b")).isEqualTo("</b");
        assertThat(stops.push("</s")).isEmpty();
        assertThat(stops.found()).isFalse();
        assertThat(stops.push("> and more")).isEmpty();
        assertThat(stops.found()).isTrue();
        assertThat(stops.finish()).isEmpty();
    }

    @Test
    void theFirstOfSeveralCounts() {
        StopStrings stops = new StopStrings(List.of("two", "one"));
        assertThat(stops.push("zero one two")).isEqualTo("zero ");
        assertThat(stops.push("three")).isEmpty();
    }

    @Test
    void anEndThatNeverBecameAStopStringIsText() {
        StopStrings stops = new StopStrings(List.of("END"));
        assertThat(stops.push("the EN")).isEqualTo("the ");
        assertThat(stops.finish()).isEqualTo("EN");
    }

    @Test
    void withoutStopStringsEverythingPassesAtOnce() {
        assertThat(new StopStrings(List.of()).push("text")).isEqualTo("text");
    }

    /** However a text is cut into pieces, what comes out is the text before the first stop string. */
    @Test
    void howTheTextIsCutDoesNotMatter() {
        Random random = new Random(3);
        for (int round = 0; round < 2000; round++) {
            String text = random.ints(12, 'a', 'd')
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, (a, b) -> {})
                    .toString();
            List<String> strings = List.of("aab", "abac", "cc");
            StopStrings stops = new StopStrings(strings);
            StringBuilder out = new StringBuilder();
            for (int from = 0; from < text.length() && !stops.found(); ) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(2));
                out.append(stops.push(text.substring(from, to)));
                from = to;
            }
            out.append(stops.finish());
            int first = strings.stream()
                    .mapToInt(text::indexOf)
                    .filter(at -> at >= 0)
                    .min()
                    .orElse(text.length());
            assertThat(out.toString()).as("round %d: %s", round, text).isEqualTo(text.substring(0, first));
        }
    }
}
