package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.architecture.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/models.md} lists the families that can be read. */
class ModelsDocumentTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    @Test
    void theTableHasARowForEachFamily() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "models.md"));
        assertThat(ROW.matcher(document).results().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        Architecture.ALL.stream().map(Architecture::modelType).toList());
    }
}
