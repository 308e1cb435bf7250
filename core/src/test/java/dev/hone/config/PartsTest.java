package dev.hone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Parts of a file that are bound later, filled up with others, and whose values stand for something else. */
class PartsTest {
    record Whole(String title, List<Settings> parts) {}

    record Part(Path file, int size, @Nullable Inner inner) {}

    record Inner(@Default("1") int a, @Default("2") int b) {}

    private static final String FILE = """
            title: both
            parts:
              - {file: x, size: 3}
              - {file: y, siz: 3}
            """;

    @Test
    void aPartIsBoundLaterAndItsProblemsKeepTheirLine() {
        Configured<Whole> whole = Settings.parse("w.yaml", FILE).bind(Whole.class);
        List<Settings> parts = whole.value().parts();
        assertThat(parts.get(0).bind(Part.class).value()).isEqualTo(new Part(Path.of("x"), 3, null));
        assertThatThrownBy(() -> parts.get(1).bind(Part.class))
                .hasMessageContaining("w.yaml:4: siz is not a setting; did you mean size?");
        assertThat(whole.toYaml()).contains("size: 3", "file: x");
    }

    @Test
    void whatIsLeftOutIsTakenFromOthersKeyByKey() {
        Settings others = Settings.parse("o.yaml", "{file: o, size: 1, inner: {a: 5, b: 6}}");
        Settings part = Settings.parse("p.yaml", "{size: 2, inner: {b: 7}}").over(others);
        assertThat(part.bind(Part.class).value()).isEqualTo(new Part(Path.of("o"), 2, new Inner(5, 7)));
        assertThat(part.without("inner", "none").only("size", "inner").has("inner"))
                .isFalse();
        assertThat(part.origin("file")).hasToString("o.yaml:1");
    }

    @Test
    void aValueMayStandForAnother() {
        Settings part = Settings.parse("p.yaml", "file: at:x\nsize: 2");
        Configured<Part> bound =
                part.replace((key, text) -> text.replace("at:", "/folder/")).bind(Part.class);
        assertThat(bound.paths()).isEqualTo(Map.of("file", Path.of("/folder/x")));
        assertThat(bound.origin("file")).hasToString("p.yaml:1");
        assertThatThrownBy(() -> part.replace((key, text) -> {
                            throw new IllegalArgumentException("(" + text + ") is unknown");
                        })
                        .bind(Part.class))
                .hasMessage("p.yaml:1: file (at:x) is unknown\np.yaml:2: size (2) is unknown");
    }
}
